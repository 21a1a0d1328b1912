/** Rules of the Messenger channel that no fixture shows: the error table, late messages, links, files, templates, who holds a conversation. */
import { graphFailure } from '@dragoman/channel-meta-graph'
import { type AccountView, type Failure, type InboundEvent, replyOptions, type Transmission } from '@dragoman/core'
import { describe, expect, test } from 'vitest'
import { advice } from './advice.ts'
import { messengerFailure } from './failures.ts'
import { subject } from './fixtures/subject.ts'
import { formatText } from './format.ts'
import { messenger } from './index.ts'
import { lateWaysOn, replyPolicy } from './policy.ts'
import { readTemplate } from './templates.ts'

const account: AccountView = subject.account
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const answered = (status: number, body: unknown): Transmission => ({ kind: 'answered', status, headers: {}, body })

describe('the error table', () => {
  const failureOf = (code: number, subcode?: number): Failure | undefined => {
    const error = { message: `(#${code}) x`, type: 'OAuthException', code, ...(subcode === undefined ? {} : { error_subcode: subcode }) }
    return graphFailure(answered(400, { error }), { commits: true }, messengerFailure)
  }
  test.each<[number, number | undefined, string]>([
    [1, undefined, 'retryable'],
    [1, 99, 'retryable'],
    [1, 1357046, 'media_unavailable'],
    [1, 2018382, 'invalid'],
    [2, undefined, 'retryable'],
    [2, 2018344, 'retryable'],
    [4, undefined, 'rate_limited'],
    [4, 2018354, 'rate_limited'],
    [9, 2018352, 'rate_limited'],
    [10, undefined, 'auth'],
    [10, 2018278, 'window_closed'],
    [10, 2018065, 'auth'],
    [10, 2018108, 'other'],
    [10, 2018336, 'other'],
    [10, 1404170, 'other'],
    [10, 1893015, 'policy'],
    [10, 1893063, 'policy'],
    [10, 2534022, 'window_closed'],
    [10, 2534077, 'other'],
    [10, 2018300, 'policy'],
    [100, undefined, 'invalid'],
    [100, 33, 'invalid'],
    [100, 2018001, 'recipient_unknown'],
    [100, 2018008, 'retryable'],
    [100, 2018047, 'media_unavailable'],
    [100, 2018074, 'media_unavailable'],
    [100, 2018109, 'too_large'],
    [100, 2018294, 'media_unavailable'],
    [100, 2018164, 'invalid'],
    [100, 2018014, 'invalid'],
    [100, 2018320, 'invalid'],
    [100, 2018328, 'invalid'],
    [100, 2534013, 'auth'],
    [100, 2534014, 'recipient_unknown'],
    [100, 2534015, 'invalid'],
    [100, 2534025, 'target_gone'],
    [100, 2534029, 'policy'],
    [100, 2534037, 'policy'],
    [100, 2018300, 'policy'],
    [100, 2018218, 'other'],
    [100, 2018234, 'invalid'],
    [100, 2018247, 'invalid'],
    [100, 2018321, 'invalid'],
    [100, 2018144, 'invalid'],
    [100, 2018171, 'invalid'],
    [100, 2071010, 'invalid'],
    [100, 2071025, 'invalid'],
    [100, 2018389, 'invalid'],
    [100, 2018396, 'invalid'],
    [190, 460, 'auth'],
    [190, 463, 'auth'],
    [190, 467, 'auth'],
    [190, 492, 'auth'],
    [200, undefined, 'auth'],
    [200, 2018021, 'auth'],
    [200, 2018027, 'auth'],
    [200, 2018028, 'auth'],
    [200, 1545041, 'blocked'],
    [200, 2534041, 'auth'],
    [230, undefined, 'policy'],
    [368, undefined, 'policy'],
    [551, undefined, 'blocked'],
    [551, 1545041, 'blocked'],
    [613, undefined, 'rate_limited'],
    [613, 1893016, 'rate_limited'],
    [613, 2018338, 'rate_limited'],
    [613, 2534040, 'rate_limited'],
    [1200, undefined, 'retryable'],
    [2022, undefined, 'other'],
    [10303, undefined, 'other'],
    [24001, undefined, 'other'],
    [24002, undefined, 'other'],
    [24005, undefined, 'other'],
    [36103, undefined, 'other'],
    [9000001, undefined, 'target_gone'],
  ])('%i/%s is %s', (code, subcode, expected) => {
    const failure = failureOf(code, subcode)
    expect(failure?.kind === 'permanent' ? failure.reason : failure?.kind).toBe(expected)
    expect(failure?.code).toBe(subcode === undefined ? String(code) : `${code}/${subcode}`)
  })

  test('what a person can do something about has advice in both languages', () => {
    for (const [code, subcode] of [
      [10, 2018278],
      [10, undefined],
      [100, 2018300],
      [100, 2018047],
      [100, 2534025],
      [190, 463],
      [200, 2534041],
      [368, undefined],
      [551, 1545041],
      [613, undefined],
    ] as const) {
      const found = advice(failureOf(code, subcode)!)
      expect(found?.en, `${code}/${subcode}`).toMatch(/[.]$/)
      expect(found?.ru, `${code}/${subcode}`).toMatch(/[А-Яа-яЁё].*[.]$/s)
    }
  })
})

describe('when a page may write', () => {
  const now = Date.parse('2026-11-23T12:00:00Z')
  const people = { window: 'human_agent', until: now + 1 }

  test('machines in 24 hours, people in seven days, templates always', () => {
    expect(replyOptions(replyPolicy, [{ window: 'standard', until: now + 1 }], 'open', now, 'machine').freeform.allowed).toBe(true)
    expect(replyOptions(replyPolicy, [people], 'open', now, 'machine').freeform).toMatchObject({ allowed: false, reason: 'window_closed' })
    expect(replyOptions(replyPolicy, [people], 'open', now, 'person').freeform).toMatchObject({ allowed: true, window: 'human_agent' })
    expect(replyOptions(replyPolicy, [], 'open', now, 'machine').template).toMatchObject({ allowed: true })
    expect(replyOptions(replyPolicy, [people], 'elsewhere', now).freeform).toMatchObject({ allowed: false, reason: 'elsewhere' })
  })

  test('the seven days are opened only where the app has the feature', () => {
    const windowsOf = (config: Record<string, string>) => {
      const item = { sender: { id: '7' }, recipient: { id: '2' }, timestamp: now, message: { mid: 'm_1', text: 'Hi' } }
      const [event] = messenger.parse(bytes({ object: 'page', entry: [{ id: '2', messaging: [item] }] }), {
        ...account,
        externalId: '2',
        config,
      })
      return (event?.opens ?? []).map(({ window }) => window)
    }
    expect(windowsOf({ pageId: '2' })).toEqual(['standard'])
    expect(windowsOf({ pageId: '2', humanAgent: 'yes' })).toEqual(['standard', 'human_agent'])
  })

  test('three tags ended on 27 April 2026; templates and opt-ins are what there is', () => {
    expect(lateWaysOn('2026-04-26')).toContain('ACCOUNT_UPDATE')
    expect(lateWaysOn('2026-04-27')).toEqual(['HUMAN_AGENT', 'CUSTOMER_FEEDBACK', 'UTILITY', 'MARKETING_MESSAGES'])
  })
})

describe('who holds a conversation', () => {
  const controlOf = (kind: string, control: object, config: Record<string, string>): InboundEvent | undefined => {
    const item = { sender: { id: '7' }, recipient: { id: '2' }, timestamp: 1_795_340_000_001, [kind]: control }
    const view = { ...account, externalId: '2', config: { pageId: '2', ...config } }
    return messenger.parse(bytes({ object: 'page', entry: [{ id: '2', messaging: [item] }] }), view)[0]
  }
  test('with our app in the settings the new owner decides, without it the kind of the news', () => {
    const away = { previous_owner_app_id: 1, new_owner_app_id: 2 }
    expect(controlOf('pass_thread_control', away, { appId: '1' })).toMatchObject({ kind: 'control.changed', ours: false, app: '2' })
    expect(controlOf('pass_thread_control', away, { appId: '2' })).toMatchObject({ ours: true })
    expect(controlOf('take_thread_control', away, {})).toMatchObject({ ours: false })
    expect(controlOf('pass_thread_control', away, {})).toMatchObject({ ours: true })
  })
  test('words that come first-hand say that it is ours, where apps take turns', () => {
    const kinds = (config: Record<string, string>) => {
      const item = { sender: { id: '7' }, recipient: { id: '2' }, timestamp: 1_795_340_000_001, message: { mid: 'm_1', text: 'Hi' } }
      const view = { ...account, externalId: '2', config: { pageId: '2', ...config } }
      return messenger.parse(bytes({ object: 'page', entry: [{ id: '2', messaging: [item] }] }), view).map(event => event.kind)
    }
    expect(kinds({})).toEqual(['message.received'])
    expect(kinds({ appId: '1' })).toEqual(['message.received', 'control.changed'])
  })
})

describe('files', () => {
  const next = (url: string) => messenger.extras.media?.next({ url }, [], account)
  test('are fetched from the platform only, and without the token', () => {
    expect(next('https://scontent-fra3-1.xx.fbcdn.net/v/a.jpg?oe=1')).toMatchObject({ kind: 'download', request: { method: 'GET' } })
    expect(JSON.stringify(next('https://cdn.fbsbx.com/v/a.pdf'))).not.toContain('token')
    for (const url of [
      'https://evil.example/a',
      'http://cdn.fbsbx.com/a',
      'https://fbcdn.net.evil.example/a',
      'https://x@cdn.fbsbx.com/a',
      '',
    ])
      expect(next(url)?.kind, url).toBe('failed')
  })
})

test('links carry what a ref may hold, and nothing else', () => {
  expect(messenger.deepLink?.(account, 'window-sticker_1=')).toBe('https://m.me/ternandteal?ref=window-sticker_1=')
  expect(messenger.deepLink?.({ ...account, config: {} }, '')).toBe('https://m.me/200300400500600')
  expect(messenger.deepLink?.(account, 'order 118')).toBeUndefined()
  expect(messenger.deepLink?.(account, 'a'.repeat(2_084))).toBeUndefined()
})

test('plain words show where a link leads', () => {
  const text = 'See our shop now'
  const link = { kind: 'link' as const, offset: 8, length: 4, url: 'https://ternteal.example' }
  expect(formatText({ text, entities: [link] })).toEqual({ body: 'See our shop (https://ternteal.example) now', length: 43 })
  expect(formatText({ text, entities: [{ kind: 'bold', offset: 0, length: 3 }] }).body).toBe(text)
})

test('templates are read whatever they lack', () => {
  expect(readTemplate({ name: 'a' })).toBeUndefined()
  expect(readTemplate({ name: 'a', language: 'en' })).toMatchObject({ status: 'unknown', slots: [], buttons: [] })
  const components = [
    { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['h'] } },
    { type: 'BODY', text: 'On {{day}} at {{time}}', example: { body_text: [['Friday', '10:00']] } },
    { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Open', url: 'https://ternteal.example/{{1}}', example: ['118'] }] },
  ]
  expect(readTemplate({ name: 'a', language: 'en', category: 'UTILITY', status: 'APPROVED', components })?.slots).toEqual([
    { part: 'header', index: 1, kind: 'image', sample: 'h' },
    { part: 'body', index: 1, name: 'day', kind: 'text', sample: 'Friday' },
    { part: 'body', index: 2, name: 'time', kind: 'text', sample: '10:00' },
    { part: 'button', index: 1, name: 'url', kind: 'text', sample: '118' },
  ])
})

test('the entrance speaks every language that its texts have, the first one by default', () => {
  const request = messenger.extras.entrance!.apply.request(
    {
      greeting: { ru: 'Здравствуйте', en: 'Hello' },
      starters: [{ title: { ru: 'Когда вы открыты?', en: 'When are you open?' }, payload: 'hours' }],
      menu: [{ title: { ru: 'Магазин' }, url: 'https://ternteal.example' }],
    },
    account,
  )
  expect(request.url).toBe('https://graph.facebook.com/v25.0/200300400500600/messenger_profile')
  expect(request.body).toMatchObject({
    value: {
      get_started: { payload: 'dragoman:start' },
      greeting: [
        { locale: 'default', text: 'Здравствуйте' },
        { locale: 'ru_RU', text: 'Здравствуйте' },
        { locale: 'en_US', text: 'Hello' },
      ],
      ice_breakers: [
        { locale: 'default', call_to_actions: [{ question: 'Когда вы открыты?', payload: 'hours' }] },
        { locale: 'ru_RU' },
        { locale: 'en_US' },
      ],
      persistent_menu: [
        {
          locale: 'default',
          composer_input_disabled: false,
          call_to_actions: [{ type: 'web_url', title: 'Магазин', url: 'https://ternteal.example' }],
        },
        { locale: 'ru_RU' },
        { locale: 'en_US' },
      ],
    },
  })
})
