/** What is Telegram's own and no other channel's: links, exchanges, advice. */
import type { AccountView, Transmission } from '@dragoman/core'
import { replyOptions } from '@dragoman/core'
import { describe, expect, test } from 'vitest'
import { businessThread, messageKey, publicThread, readMessageKey, readThread } from './ids.ts'
import { telegram } from './index.ts'

const account: AccountView = {
  id: 'a',
  externalId: '7000001',
  config: { username: '@shop_demo_bot' },
  origins: { api: 'https://api.telegram.org' },
  language: 'en',
}
const target = { to: { threadId: '5550001', externalIds: ['user:5550001'] }, externalId: '5550001:42' }
const given = (result: unknown): Transmission => ({ kind: 'answered', status: 200, headers: {}, body: { ok: true, result } })
const refused = (code: number, description: string): Transmission => ({
  kind: 'answered',
  status: code,
  headers: {},
  body: { ok: false, error_code: code, description },
})
const { extras } = telegram

describe('links into the chat', () => {
  test('carry a payload that Telegram will bring back', () => {
    expect(telegram.deepLink!(account, 'promo_7')).toBe('https://t.me/shop_demo_bot?start=promo_7')
    expect(telegram.deepLink!(account, '')).toBe('https://t.me/shop_demo_bot')
  })

  test('are not made where they would not work', () => {
    expect(telegram.deepLink!(account, 'with space')).toBeUndefined()
    expect(telegram.deepLink!(account, 'x'.repeat(65))).toBeUndefined()
    expect(telegram.deepLink!({ ...account, config: {} }, 'promo')).toBeUndefined()
  })
})

describe('names of threads and messages', () => {
  test('come apart as they were put together, whatever a connection is called', () => {
    for (const connection of ['bc1', 'a:b/c ü', '%', '\ud800']) {
      const thread = businessThread(connection, '5550001')
      expect(readThread(thread)).toEqual({ kind: 'business', connection: connection.toWellFormed(), chatId: '5550001' })
      const key = messageKey('5550001', '11', connection)
      expect(readMessageKey(key)).toEqual({ connection: connection.toWellFormed(), chatId: 5_550_001, messageId: 11 })
      expect(key.startsWith(thread)).toBe(true)
    }
    expect(readThread(publicThread('-1001234567890', '77', '5550001'))).toEqual({ kind: 'public', chatId: '-1001234567890', root: '77' })
    expect(readThread('5550001')).toEqual({ kind: 'chat', chatId: '5550001' })
    expect(readMessageKey('5550001:11')).toEqual({ chatId: 5_550_001, messageId: 11 })
    expect(readMessageKey('business:bc1:x:1')).toBeUndefined()
  })
})

describe('looking before connecting', () => {
  test('says whose webhook is set and how much waits', () => {
    const inspect = extras.subscription!.inspect
    const answer = given({
      url: 'https://other.example/hook',
      pending_update_count: 7,
      last_error_message: 'Wrong response from the webhook: 500',
    })
    expect(inspect.outcome(answer, { ourUrl: 'https://us.example/hook' }, account)).toEqual({
      ok: true,
      value: { state: 'someone_else', url: 'https://other.example/hook', waiting: 7, lastError: 'Wrong response from the webhook: 500' },
    })
    expect(inspect.outcome(given({ url: '', pending_update_count: 3 }), { ourUrl: '' }, account)).toEqual({
      ok: true,
      value: { state: 'none', waiting: 3 },
    })
  })

  test('asks for reactions by name, and never drops what waits', () => {
    const subscribe = extras.subscription!.subscribe.request({ url: 'https://us.example/hook', secret: 's3cret' }, account)
    expect(subscribe.body).toMatchObject({
      value: { secret_token: 's3cret', allowed_updates: expect.arrayContaining(['message_reaction', 'my_chat_member']) },
    })
    expect(extras.subscription!.unsubscribe.request(undefined, account).body).toEqual({
      type: 'json',
      value: { drop_pending_updates: false },
    })
  })
})

describe('polling', () => {
  test('goes on after the highest update, and stays where nothing came', () => {
    const updates = [{ update_id: 7 }, { update_id: 9 }]
    expect(extras.poll!.outcome(given(updates), { cursor: '', waitMs: 0 }, account)).toMatchObject({
      ok: true,
      value: { cursor: '10', bodies: ['{"update_id":7}', '{"update_id":9}'] },
    })
    expect(extras.poll!.outcome(given([]), { cursor: '10', waitMs: 0 }, account)).toEqual({ ok: true, value: { cursor: '10', bodies: [] } })
  })

  test('gives the server its time and itself a little more', () => {
    const request = extras.poll!.request({ cursor: '10', waitMs: 90_000 }, account)
    expect(request.body).toMatchObject({ value: { offset: 10, timeout: 50 } })
    expect(request.timeoutMs).toBe(60_000)
  })

  test('takes another reader for a wait, never for bad credentials', () => {
    const conflict = refused(409, 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running')
    const result = extras.poll!.outcome(conflict, { cursor: '', waitMs: 0 }, account)
    expect(result).toMatchObject({ ok: false, failure: { kind: 'retryable', afterMs: 3_000 } })
    expect(result.ok ? undefined : telegram.advice(result.failure)?.ru).toMatch(/другая программа/)
  })
})

describe('changing what was sent', () => {
  const text = (words: string) => ({ content: { kind: 'text' as const, text: { text: words } } })

  test('counts an edit without a change, and a removal of what is gone, as done', () => {
    const same = refused(400, 'Bad Request: message is not modified: specified new message content and reply markup are exactly the same')
    expect(extras.edit!.outcome(same, { ...target, body: text('a'), previous: text('a') }, account)).toEqual({ ok: true, value: undefined })
    expect(extras.remove!.outcome(refused(400, 'Bad Request: message to delete not found'), target, account)).toEqual({
      ok: true,
      value: undefined,
    })
    expect(extras.remove!.outcome(refused(400, "Bad Request: message can't be deleted for everyone"), target, account)).toMatchObject({
      failure: { reason: 'target_gone' },
    })
  })

  test('edits captions where there is or was one', () => {
    const media = { ref: { from: 'platform' as const, id: 'x' } }
    const request = extras.edit!.request(
      { ...target, body: { content: { kind: 'image', media } }, previous: { content: { kind: 'image', media, caption: { text: 'old' } } } },
      account,
    )
    expect(request).toMatchObject({
      url: expect.stringMatching(/editMessageCaption$/),
      body: { value: { chat_id: 5550001, message_id: 42, caption: '' } },
    })
  })
})

describe('files', () => {
  test('are named first and fetched then, without leaving the token anywhere', () => {
    const step = extras.media!.next(
      { id: 'AgA' },
      [given({ file_id: 'AgA', file_unique_id: 'u', file_size: 10, file_path: 'photos/file {token}.jpg' })],
      account,
    )
    expect(step).toMatchObject({
      kind: 'download',
      sizeBytes: 10,
      request: { url: 'https://api.telegram.org/file/bot{token}/photos/file%20%7Btoken%7D.jpg' },
    })
  })

  test('above 20 MB fail with the reason', () => {
    expect(extras.media!.next({ id: 'AgA' }, [refused(400, 'Bad Request: file is too big')], account)).toMatchObject({
      kind: 'failed',
      failure: { kind: 'permanent', reason: 'too_large' },
    })
  })
})

test('nothing may be sent before the start or after a block, and always in between', () => {
  expect(replyOptions(telegram.replyPolicy, [], 'open', 0).freeform).toEqual({ allowed: true, priceClass: 'free' })
  expect(replyOptions(telegram.replyPolicy, [], 'blocked', 0).freeform).toMatchObject({ allowed: false, reason: 'blocked' })
  expect(replyOptions(telegram.replyPolicy, [], 'not_started', 0).freeform).toMatchObject({ allowed: false, reason: 'not_started' })
  expect(replyOptions(telegram.replyPolicy, [], 'open', 0).template).toMatchObject({ allowed: false, reason: 'never_allowed' })
})
