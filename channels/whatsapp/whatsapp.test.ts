/** Rules of the WhatsApp channel that no fixture shows: formatting, the error table, templates, files, policy. */
import { type AccountView, type Entity, type Failure, replyOptions, type Transmission } from '@dragoman/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advice } from './advice.ts'
import { failureOfStatus, meanings } from './failures.ts'
import { subject } from './fixtures/subject.ts'
import { formatText } from './format.ts'
import { addresseeOf } from './identity.ts'
import { whatsapp } from './index.ts'
import { readMarkup } from './markup.ts'
import { priceRuleOn, replyPolicy } from './policy.ts'
import { readTemplate } from './templates.ts'

const account: AccountView = subject.account
const rich = (text: string, ...entities: Entity[]) => formatText({ text, entities }).body

describe('formatting', () => {
  test('markers hug the words and stay on their line', () => {
    expect(rich('a bold one', { kind: 'bold', offset: 1, length: 6 })).toBe('a *bold* one')
    expect(rich('one\ntwo', { kind: 'bold', offset: 0, length: 7 })).toBe('*one*\n*two*')
    expect(rich('   ', { kind: 'bold', offset: 0, length: 3 })).toBe('   ')
  })
  test('nested and equal extents close in order', () => {
    expect(rich('both', { kind: 'bold', offset: 0, length: 4 }, { kind: 'italic', offset: 0, length: 4 })).toBe('*_both_*')
    expect(rich('all but', { kind: 'bold', offset: 0, length: 7 }, { kind: 'italic', offset: 4, length: 3 })).toBe('*all _but_*')
  })
  test('links show where they lead, code is left alone, quotes mark each line', () => {
    expect(rich('see here', { kind: 'link', offset: 4, length: 4, url: 'https://a.example' })).toBe('see here (https://a.example)')
    expect(rich('x = 1', { kind: 'pre', offset: 0, length: 5 }, { kind: 'bold', offset: 0, length: 1 })).toBe('```x = 1```')
    expect(rich('a\nb\nc', { kind: 'quote', offset: 0, length: 3 })).toBe('> a\n> b\nc')
    expect(formatText({ text: 'b', entities: [{ kind: 'bold', offset: 0, length: 1 }] }).length).toBe(3)
  })
  test('what we write is read back as it was', () => {
    const words = fc.array(fc.constantFrom('tea', 'Assam', 'зелёный', '茶', '18'), { minLength: 3, maxLength: 6 })
    const kind = fc.constantFrom('bold' as const, 'italic' as const, 'strikethrough' as const, 'code' as const)
    fc.assert(
      fc.property(words, fc.nat(), kind, (list, place, entityKind) => {
        const index = place % list.length
        const offset = list.slice(0, index).reduce((sum, word) => sum + word.length + 1, 0)
        const value = { text: list.join(' '), entities: [{ kind: entityKind, offset, length: list[index]?.length ?? 0 }] }
        expect(readMarkup(formatText(value).body)).toEqual(value)
      }),
    )
  })
  test('what is not markup stays', () => {
    for (const plain of ['2*3*4', 'snake_case_name', '* star', 'a * b * c', '~', '```', '**', 'e-mail_me@a_b.example']) {
      expect(readMarkup(plain)).toEqual({ text: plain })
    }
  })
})

describe('the error table', () => {
  const failureOf = (code: number) => failureOfStatus({ code, title: 'Title', error_data: { details: 'Details' } })
  test.each<[number, Partial<Failure>]>([
    [130429, { kind: 'rate_limited', scope: 'account' }],
    [131056, { kind: 'rate_limited', scope: 'pair' }],
    [131047, { kind: 'permanent', reason: 'window_closed' }],
    [131026, { kind: 'permanent', reason: 'recipient_unknown' }],
    [131049, { kind: 'permanent', reason: 'policy' }],
    [131050, { kind: 'permanent', reason: 'policy' }],
    [131042, { kind: 'permanent', reason: 'payment' }],
    [131053, { kind: 'permanent', reason: 'media_unavailable' }],
    [132000, { kind: 'permanent', reason: 'template' }],
    [132015, { kind: 'permanent', reason: 'template' }],
    [190, { kind: 'auth' }],
    [131031, { kind: 'auth' }],
    [131016, { kind: 'retryable' }],
    [131057, { kind: 'retryable' }],
    [204, { kind: 'auth' }],
    [7_777_777, { kind: 'permanent', reason: 'other' }],
  ])('%i', (code, expected) => expect(failureOf(code)).toMatchObject(expected))

  test('every code that a person can do something about has advice in both languages', () => {
    for (const code of Object.keys(meanings)) {
      const found = advice(failureOf(Number(code)))
      if (!found) continue
      expect(found.en, code).toMatch(/[.]$/)
      expect(found.ru, code).toMatch(/[А-Яа-яЁё].*[.]$/s)
    }
    for (const code of [131047, 131026, 131049, 131050, 131042, 131056, 130429, 132001, 190]) expect(advice(failureOf(code))).toBeDefined()
  })
})

describe('addresses', () => {
  test('a phone goes before a business-scoped id, the newest before older ones', () => {
    const ids = ['bsuid:DE.new', 'bsuid:DE.old', 'phone:4915735550777', 'phone:4915735550142']
    expect(addresseeOf({ threadId: '', externalIds: ids })).toEqual({ to: '+4915735550777' })
    expect(addresseeOf({ threadId: '', externalIds: ids.slice(0, 2) })).toEqual({ recipient: 'DE.new' })
    expect(addresseeOf({ threadId: 'bsuid:DE.x', externalIds: [] })).toEqual({ recipient: 'DE.x' })
    expect(addresseeOf({ threadId: 'x', externalIds: ['user:1'] })).toBeUndefined()
  })
})

describe('accounts of a body', () => {
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  test('changes without a number belong to every number of the WhatsApp account', () => {
    const body = bytes({
      object: 'whatsapp_business_account',
      entry: [{ id: '900100200300400', time: 1, changes: [{ field: 'account_update', value: { event: 'ACCOUNT_VIOLATION' } }] }],
    })
    expect(whatsapp.accountsOf(body)).toEqual({ kind: 'named', externalIds: ['waba:900100200300400'] })
    expect(whatsapp.keysOf?.(account)).toEqual(['700800900100200', 'waba:900100200300400'])
    expect(whatsapp.parse(body, account)[0]?.kind).toBe('account.changed')
    const stranger = { ...account, config: { ...account.config, wabaId: '1' } }
    expect(whatsapp.parse(body, stranger)[0]).toMatchObject({ kind: 'ignored', reason: 'other_account' })
  })
})

describe('files', () => {
  const next = whatsapp.extras.media?.next
  const answered = (status: number, body: unknown): Transmission => ({ kind: 'answered', status, headers: {}, body })
  test('are resolved, fetched with the token, and resolved once more when the link has died', () => {
    const first = next?.({ id: '51' }, [], account)
    expect(first).toMatchObject({
      kind: 'request',
      request: { url: 'https://graph.facebook.com/v25.0/51?phone_number_id=700800900100200' },
    })
    const resolved = answered(200, { url: 'https://lookaside.fbsbx.com/x?mid=51', mime_type: 'image/jpeg', file_size: '48213' })
    expect(next?.({ id: '51' }, [resolved], account)).toMatchObject({
      kind: 'download',
      request: { url: 'https://lookaside.fbsbx.com/x?mid=51', headers: { authorization: 'Bearer {token}' } },
      mimeType: 'image/jpeg',
      sizeBytes: 48213,
    })
    expect(next?.({ id: '51' }, [resolved, answered(404, '')], account)?.kind).toBe('request')
    expect(next?.({ id: '51' }, [resolved, answered(404, ''), resolved, answered(404, '')], account)?.kind).toBe('failed')
  })
  test('the token never goes to an address elsewhere', () => {
    for (const url of ['https://evil.example/x', 'https://lookaside.fbsbx.com.evil.example/x', 'http://lookaside.fbsbx.com/x']) {
      expect(next?.({ id: '51' }, [answered(200, { url })], account)).toMatchObject({ kind: 'failed' })
      expect(next?.({ url }, [], account)).toMatchObject({ kind: 'failed' })
    }
  })
})

describe('templates', () => {
  test('are read whatever they lack', () => {
    expect(readTemplate({ name: 'a', language: 'en' })).toMatchObject({ name: 'a', status: 'unknown', slots: [], buttons: [] })
    expect(readTemplate({ name: 'a' })).toBeUndefined()
    const login = readTemplate({
      name: 'login_code',
      language: 'en_US',
      category: 'AUTHENTICATION',
      status: 'APPROVED',
      components: [
        { type: 'BODY', text: '*{{1}}* is your verification code.', example: { body_text: [['123456']] } },
        { type: 'BUTTONS', buttons: [{ type: 'OTP', text: 'Copy', otp_type: 'COPY_CODE' }] },
      ],
    })
    expect(login?.slots).toEqual([
      { part: 'body', index: 1, kind: 'text', sample: '123456' },
      { part: 'button', index: 1, name: 'url', kind: 'text' },
    ])
  })
})

describe('when one may write, and for how much', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  test('free words inside the window only, templates always, free of charge after an advertisement', () => {
    const open = { window: 'service', until: now + 1 }
    expect(replyOptions(replyPolicy, [open], 'open', now).freeform).toMatchObject({ allowed: true, until: now + 1, priceClass: 'service' })
    expect(replyOptions(replyPolicy, [{ window: 'service', until: now }], 'open', now).freeform).toMatchObject({
      allowed: false,
      closedAt: now,
    })
    expect(replyOptions(replyPolicy, [], 'open', now).template).toMatchObject({ allowed: true, priceClass: 'template' })
    const advertised = replyOptions(replyPolicy, [{ window: 'entry_point', until: now + 1 }], 'open', now)
    expect(advertised.template).toMatchObject({ allowed: true, priceClass: 'free' })
    expect(advertised.freeform).toMatchObject({ allowed: false })
    expect(replyOptions(replyPolicy, [open], 'blocked', now).template).toMatchObject({ allowed: false, reason: 'blocked' })
  })
  test('answers became metered on 2026-10-01', () => {
    expect(priceRuleOn('service', '2026-09-30')?.charged).toBe('free')
    expect(priceRuleOn('service', '2026-10-01')).toMatchObject({ charged: 'per_message_after_free', freePerMonth: 1_000 })
    expect(priceRuleOn('utility_in_window', '2026-10-01')?.charged).toBe('per_message')
  })
})

test('a deep link carries a text, cut to what the app takes', () => {
  expect(whatsapp.deepLink?.(account, 'order 118')).toBe('https://wa.me/4930555010?text=order%20118')
  expect(whatsapp.deepLink?.({ ...account, config: {} }, 'x')).toBeUndefined()
})
