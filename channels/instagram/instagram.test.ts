/** Rules of the Instagram channel that no fixture shows: two logins, the token that renews itself, two secrets, bytes, requests, links, files. */
import { metaJson, signatureHeader } from '@dragoman/channel-meta-graph/simulator'
import { type AccountView, type RawWebhook, replyOptions, type Transmission } from '@dragoman/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byPage, subject } from './fixtures/subject.ts'
import { instagram } from './index.ts'
import { replyPolicy } from './policy.ts'

const account: AccountView = subject.account
const pageAccount: AccountView = byPage.account
const answered = (status: number, body: unknown): Transmission => ({ kind: 'answered', status, headers: {}, body })
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

describe('the two logins', () => {
  test('differ in host, node and in what the page says of the platform', () => {
    const asked = (view: AccountView) => [
      instagram.extras.health!.request(undefined, view).url,
      instagram.extras.entrance!.apply.request({ starters: [], menu: [] }, view).url,
      instagram.extras.subscription!.subscribe.request({ url: '', secret: '' }, view).url,
    ]
    expect(asked(account)).toEqual([
      'https://graph.instagram.com/v25.0/me?fields=user_id,username,name,account_type',
      'https://graph.instagram.com/v25.0/17841400000000118/messenger_profile',
      expect.stringMatching(
        /^https:\/\/graph\.instagram\.com\/v25\.0\/17841400000000118\/subscribed_apps\?subscribed_fields=messages,.*mentions$/,
      ),
    ])
    expect(asked(pageAccount)).toEqual([
      'https://graph.facebook.com/v25.0/200300400500600?fields=id,name,instagram_business_account{id,username,name}',
      'https://graph.facebook.com/v25.0/200300400500600/messenger_profile?platform=instagram',
      'https://graph.facebook.com/v25.0/200300400500600/subscribed_apps?subscribed_fields=messages,messaging_postbacks',
    ])
  })

  test('differ in product cards and in when answers to a message came', () => {
    expect(instagram.capabilities(account.config).structured.product.level).toBe('converted')
    expect(instagram.capabilities(pageAccount.config).structured.product.level).toBe('native')
    expect(instagram.capabilities(account.config).features.reply_to.since).toBe('2026-09-21')
    expect(instagram.capabilities(pageAccount.config).features.reply_to.since).toBe('2025-12-19')
  })

  test('a page without a linked account and a personal account are warned of', () => {
    const health = instagram.extras.health!
    expect(health.outcome(answered(200, { id: '2', name: 'Shop' }), undefined, pageAccount)).toMatchObject({
      ok: true,
      value: { externalId: '17841400000000118', warnings: [{ en: expect.stringContaining('linked') }] },
    })
    const other = { user_id: '17841400000000999', username: 'other', account_type: 'BUSINESS' }
    expect(health.outcome(answered(200, other), undefined, account)).toMatchObject({
      ok: true,
      value: { externalId: '17841400000000999', warnings: [{ en: expect.stringContaining('another account, 17841400000000999') }] },
    })
    const personal = { user_id: '17841400000000118', username: 'mira', account_type: 'PERSONAL' }
    expect(health.outcome(answered(200, personal), undefined, account)).toMatchObject({
      ok: true,
      value: { username: 'mira', warnings: [{ en: expect.stringContaining('professional') }] },
    })
  })
})

describe('the token of Instagram login', () => {
  const token = instagram.accessToken!
  test('is renewed by itself, and only there', () => {
    expect(token.appliesTo?.(account)).toBe(true)
    expect(token.appliesTo?.(pageAccount)).toBe(false)
    expect(token.obtain.request(undefined, account)).toMatchObject({
      method: 'GET',
      url: 'https://graph.instagram.com/refresh_access_token?grant_type=ig_refresh_token&access_token={token}',
    })
    const renewed = answered(200, { access_token: 'IGAAnew', token_type: 'bearer', expires_in: 5_183_944 })
    expect(token.obtain.outcome(renewed, undefined, account)).toEqual({
      ok: true,
      value: { secret: 'IGAAnew', expiresInMs: 5_183_944_000 },
    })
  })
  test('a dead one asks for a person, an answer without one for another try', () => {
    const dead = answered(400, { error: { message: 'expired', type: 'IGApiException', code: 190 } })
    expect(token.obtain.outcome(dead, undefined, account)).toMatchObject({ ok: false, failure: { kind: 'auth' } })
    expect(token.obtain.outcome(answered(200, {}), undefined, account)).toMatchObject({ ok: false, failure: { kind: 'retryable' } })
    expect(token.refused?.({ kind: 'answered', status: 401, headers: {}, body: '' })).toBe(false)
  })
})

test('either of the two secrets may have signed, no other', () => {
  const body = metaJson({ object: 'instagram', entry: [] })
  const signedBy = (secret: string): RawWebhook => ({
    method: 'POST',
    headers: { 'x-hub-signature-256': signatureHeader(secret, body) },
    query: {},
    body,
  })
  const secrets = { appSecret: ['one'], instagramAppSecret: ['two', 'older'] }
  for (const secret of ['one', 'two', 'older'])
    expect(instagram.verify(signedBy(secret), { id: 'e', secrets }, { now: 0 }).kind, secret).toBe('accepted')
  expect(instagram.verify(signedBy('three'), { id: 'e', secrets }, { now: 0 }).kind).toBe('rejected')
  expect(instagram.verify(signedBy('two'), { id: 'e', secrets: { appSecret: ['one'] } }, { now: 0 }).kind).toBe('rejected')
})

test('texts are counted in bytes', () => {
  expect(instagram.formatText({ text: 'чай' }).length).toBe(6)
  expect(instagram.formatText({ text: '😀' }).length).toBe(4)
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => instagram.formatText({ text }).length === Buffer.byteLength(text)))
})

test('a request is one only where nobody was known, and not where the settings do not want it', () => {
  const item = {
    sender: { id: '7' },
    recipient: { id: account.externalId },
    timestamp: 1_795_340_000_001,
    message: { mid: 'm', text: 'Hi' },
  }
  const body = bytes({ object: 'instagram', entry: [{ id: account.externalId, messaging: [item] }] })
  const [request, received] = instagram.parse(body, account)
  expect(request).toMatchObject({ kind: 'conversation.requested', onlyNew: true, threadId: 'user:7' })
  expect(received).toMatchObject({ kind: 'message.received' })
  const plain = { ...account, config: { ...account.config, requests: 'no' } }
  expect(instagram.parse(body, plain).map(event => event.kind)).toEqual(['message.received'])
  expect(instagram.extras.accept).toBeUndefined()
})

test('people have seven days, machines one, and there are no templates', () => {
  const now = 1_795_340_000_000
  const open = [{ window: 'human_agent', until: now + 1 }]
  expect(replyOptions(replyPolicy, open, 'requested', now).freeform.allowed).toBe(true)
  expect(replyOptions(replyPolicy, open, 'open', now, 'machine').freeform.allowed).toBe(false)
  expect(replyOptions(replyPolicy, open, 'open', now).template).toMatchObject({ allowed: false, reason: 'never_allowed' })
  expect(replyOptions(replyPolicy, open, 'elsewhere', now).freeform).toMatchObject({ allowed: false, reason: 'elsewhere' })
})

test('links carry what a ref may hold, and nothing without a username', () => {
  expect(instagram.deepLink?.(account, 'poster-1')).toBe('https://ig.me/m/ternandteal?ref=poster-1')
  expect(instagram.deepLink?.(account, '')).toBe('https://ig.me/m/ternandteal')
  expect(instagram.deepLink?.(account, 'order 118')).toBeUndefined()
  expect(instagram.deepLink?.({ ...account, config: {} }, 'x')).toBeUndefined()
})

test('files are fetched from the platform only, and without the token', () => {
  const next = (url: string) => instagram.extras.media?.next({ url }, [], account)
  expect(next('https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1')).toMatchObject({ kind: 'download', request: { method: 'GET' } })
  expect(JSON.stringify(next('https://scontent.cdninstagram.com/v/a.jpg'))).not.toContain('token')
  for (const url of ['https://evil.example/a', 'http://lookaside.fbsbx.com/a', 'https://fbsbx.com.evil.example/a'])
    expect(next(url)?.kind, url).toBe('failed')
})
