/** What is VK's own and no other channel's: confirmation, long poll, uploads, numbers against repetition, comments. */
import { openBench } from '@dragoman/channel-kit/contract'
import type { EndpointView, RawWebhook, Transmission } from '@dragoman/core'
import { replyOptions } from '@dragoman/core'
import { describe, expect, test } from 'vitest'
import { subject } from './fixtures/subject.ts'
import { vk } from './index.ts'
import { randomIdOf } from './send.ts'
import { vkSimulator } from './simulator/index.ts'

const { account } = subject
const { extras } = vk
const given = (body: unknown, status = 200): Transmission => ({ kind: 'answered', status, headers: {}, body })
const response = (value: unknown) => given({ response: value })
const text = (words: string) => ({ body: { content: { kind: 'text' as const, text: { text: words } } } })
const raw = (body: unknown): RawWebhook => ({
  method: 'POST',
  headers: {},
  query: {},
  body: new TextEncoder().encode(JSON.stringify(body)),
})

describe('the Callback API', () => {
  const endpoint: EndpointView = { id: 'e', secrets: { webhookSecret: ['new', 's3cret'] }, accounts: [account] }
  const verdict = (body: unknown, at = endpoint) => vk.verify(raw(body), at, { now: 0 })

  test('is told the confirmation string of the community that asks', () => {
    const question = { type: 'confirmation', group_id: 200000001 }
    expect(verdict(question)).toMatchObject({ kind: 'challenge', status: 200, body: 'a1b2c3d4' })
    expect(verdict({ ...question, group_id: 7 })).toEqual({ kind: 'rejected', reason: 'unknown_community' })
    const silent = { ...account, config: { groupId: '200000001' } }
    expect(verdict(question, { ...endpoint, accounts: [silent] })).toEqual({ kind: 'rejected', reason: 'no_confirmation_string' })
  })

  test('hears the word ok where the secret is right, an old one too', () => {
    const event = { type: 'message_new', group_id: 200000001, secret: 's3cret' }
    expect(verdict(event)).toMatchObject({ kind: 'accepted', acknowledge: { body: 'ok' } })
    expect(verdict({ ...event, secret: 'S3cret' })).toEqual({ kind: 'rejected', reason: 'wrong_secret' })
    expect(verdict({ ...event, secret: undefined })).toEqual({ kind: 'rejected', reason: 'no_secret' })
    expect(verdict(event, { ...endpoint, secrets: {} })).toEqual({ kind: 'rejected', reason: 'no_secret_set' })
  })
})

describe('the long poll', () => {
  const poll = extras.poll!
  const cursor = JSON.stringify({ server: 'https://lp.vk.example/whp/1', key: 'k', ts: '10' })
  const after = (body: unknown, from = cursor) => poll.outcome(given(body), { cursor: from, waitMs: 0 }, account)

  test('asks for a server first, then there, with time to spare', () => {
    expect(poll.request({ cursor: '', waitMs: 0 }, account).url).toBe('https://api.vk.com/method/groups.getLongPollServer')
    const request = poll.request({ cursor, waitMs: 60_000 }, account)
    expect(request).toMatchObject({ method: 'GET', url: 'https://lp.vk.example/whp/1?act=a_check&key=k&ts=10&wait=25', timeoutMs: 35_000 })
  })

  test('begins where the server says, and goes on from each answer', () => {
    const begun = poll.outcome(response({ server: 'https://lp.vk.example/whp/1', key: 'k2', ts: '7' }), { cursor: '', waitMs: 0 }, account)
    expect(begun).toEqual({
      ok: true,
      value: { bodies: [], cursor: JSON.stringify({ server: 'https://lp.vk.example/whp/1', key: 'k2', ts: '7' }) },
    })
    expect(after({ ts: '12', updates: [{ type: 'message_new' }, {}] })).toMatchObject({
      ok: true,
      value: { bodies: ['{"type":"message_new"}', '{}'], cursor: expect.stringContaining('"ts":"12"') },
    })
  })

  test('1 moves on over a gap, 2 gets a new key and keeps its place, 3 begins anew', () => {
    expect(after({ failed: 1, ts: 15 })).toMatchObject({ value: { cursor: expect.stringContaining('"ts":"15"') } })
    const second = after({ failed: 2 })
    expect(second).toEqual({ ok: true, value: { bodies: [], cursor: '{"ts":"10"}' } })
    const from = second.ok ? second.value.cursor : ''
    expect(poll.request({ cursor: from, waitMs: 0 }, account).url).toContain('getLongPollServer')
    const renewed = poll.outcome(
      response({ server: 'https://lp.vk.example/whp/1', key: 'k3', ts: '99' }),
      { cursor: from, waitMs: 0 },
      account,
    )
    expect(renewed).toMatchObject({ value: { cursor: expect.stringMatching(/"key":"k3","ts":"10"/) } })
    expect(after({ failed: 3 })).toEqual({ ok: true, value: { bodies: [], cursor: '' } })
  })

  test('is refused with the key’s own failure, and waits out a page', () => {
    expect(after({ error: { error_code: 5, error_msg: 'User authorization failed' } })).toMatchObject({ failure: { kind: 'auth' } })
    expect(poll.outcome(given('<html>', 502), { cursor, waitMs: 0 }, account)).toMatchObject({ failure: { kind: 'retryable' } })
  })

  test('loses nothing when its key ends in between', async () => {
    const bench = await openBench(vk, vkSimulator)
    const customer = await bench.newCustomer('Anna')
    const first = await bench.ask(poll, { cursor: '', waitMs: 0 })
    // Somebody else asks for a server: ours is no longer good.
    await bench.ask(poll, { cursor: '', waitMs: 0 })
    await customer.act({ act: 'write', text: 'In between' })
    const ended = await bench.ask(poll, { cursor: first.ok ? first.value.cursor : '', waitMs: 0 })
    const renewed = await bench.ask(poll, { cursor: ended.ok ? ended.value.cursor : '', waitMs: 0 })
    const read = await bench.ask(poll, { cursor: renewed.ok ? renewed.value.cursor : '', waitMs: 0 })
    expect(read.ok && read.value.bodies.join()).toContain('In between')
    await bench.close()
  })
})

describe('sending', () => {
  test('the same key gives the same number, never 0, and the customer has the message once', async () => {
    expect(randomIdOf('part-1')).toBe(randomIdOf('part-1'))
    expect(randomIdOf('part-1')).not.toBe(randomIdOf('part-2'))
    expect(vk.send.repeatable).toBe(true)
    const bench = await openBench(vk, vkSimulator)
    const customer = await bench.newCustomer('Anna')
    const first = await bench.send(customer, text('Once'), { idempotencyKey: 'same' })
    const again = await bench.send(customer, text('Once'), { idempotencyKey: 'same' })
    expect(again.outcome).toEqual(first.outcome)
    expect(customer.phone().messages.filter(message => message.from === 'business')).toHaveLength(1)
    await bench.close()
  })

  test('comes back as an echo with our reference, one of a person in VK without', async () => {
    const bench = await openBench(vk, vkSimulator)
    const customer = await bench.newCustomer('Anna')
    const { outcome } = await bench.send(customer, text('Hello'), { ref: 'part-7' })
    const echo = await bench.next('message.echoed')
    expect(echo).toMatchObject({ ref: 'part-7', externalId: outcome.kind === 'sent' ? outcome.externalIds[0] : '' })
    await bench.close()
  })

  test('a file that was uploaded once is named the next time', async () => {
    const bench = await openBench(vk, vkSimulator)
    const customer = await bench.newCustomer('Anna')
    const body = { content: { kind: 'image' as const, media: { ref: { from: 'file' as const, fileId: 'f' } } } }
    const bytes = new Uint8Array([1, 2, 3])
    const first = await bench.send(customer, { body, files: { f: { bytes, mimeType: 'image/jpeg', name: 'a.jpg' } } })
    expect(first.steps.map(step => step.step)).toEqual(['server', 'upload-1', 'save-1', 'send'])
    const handle = first.learned[0]!.handle
    const media = { f: { name: 'a.jpg', mimeType: 'image/jpeg', sizeBytes: 3, handle } }
    expect((await bench.send(customer, { body }, { media })).steps.map(step => step.step)).toEqual(['send'])
    await bench.close()
  })

  test('an edit changes words, and a message with a picture is left as it is', () => {
    const target = { to: { threadId: '5550001', externalIds: [] }, externalId: '5550001:41~2', previous: text('a').body }
    const fields = (body: Parameters<NonNullable<typeof extras.edit>['request']>[0]['body']) => {
      const request = extras.edit!.request({ ...target, body }, account)
      return request.body.type === 'form' ? Object.fromEntries(request.body.fields) : {}
    }
    expect(fields(text('b').body)).toMatchObject({ peer_id: '5550001', cmid: '41', message: 'b' })
    expect(fields({ content: { kind: 'image', media: { ref: { from: 'platform', id: 'x' } }, caption: { text: 'b' } } })).toMatchObject({
      message: '',
    })
  })
})

describe('comments', () => {
  async function underPost() {
    const bench = await openBench(vk, vkSimulator)
    const customer = await bench.newCustomer('Anna')
    const postId = bench.served.simulator.newPost!(bench.account.externalId, 'New tea')
    await customer.act({ act: 'comment', postId, text: 'How much?' })
    const comment = await bench.next('message.received', event => event.place !== undefined)
    const to = { threadId: comment.threadId!, externalIds: comment.identity!.externalIds, place: comment.place! }
    return { bench, customer, postId, comment, to }
  }

  test('are answered where they stand, once, and answers stay in their thread', async () => {
    const { bench, customer, postId, comment, to } = await underPost()
    const answer = { replyTo: comment.externalId, idempotencyKey: 'same' }
    const { outcome } = await bench.send({ ...customer, recipient: to }, text('5 euro'), answer)
    expect((await bench.send({ ...customer, recipient: to }, text('5 euro'), answer)).outcome).toEqual(outcome)
    const echo = await bench.next('message.echoed', event => event.place !== undefined)
    expect(echo).toMatchObject({ threadId: to.threadId, externalId: outcome.kind === 'sent' ? outcome.externalIds[0] : '' })
    expect(echo.identity).toBeUndefined()
    const shown = customer.phone().posts![0]!.comments
    expect(shown.map(one => one.from)).toEqual(['customer', 'business'])
    await customer.act({ act: 'comment', postId, text: 'Thanks', replyTo: shown[1]!.id })
    expect(await bench.next('message.received', event => event.place !== undefined)).toMatchObject({
      threadId: to.threadId,
      message: { replyTo: outcome.kind === 'sent' ? outcome.externalIds[0] : '' },
    })
    await bench.close()
  })

  test('are changed, deleted and taken away', async () => {
    const { bench, customer, comment, to } = await underPost()
    const [mine] = customer.phone().posts![0]!.comments
    await customer.act({ act: 'edit_comment', commentId: mine!.id, text: 'How much is it?' })
    expect(await bench.next('message.edited')).toMatchObject({ of: comment.externalId, place: { kind: 'comments' } })
    expect(await bench.ask(extras.removeComment!, { to, externalId: comment.externalId })).toEqual({ ok: true, value: undefined })
    expect(await bench.next('message.deleted')).toMatchObject({ of: [comment.externalId] })
    // Gone already: so it is as it should be.
    expect(await bench.ask(extras.removeComment!, { to, externalId: comment.externalId })).toEqual({ ok: true, value: undefined })
    await bench.close()
  })

  test('are answered in private only where the person has allowed it', async () => {
    const { bench, customer, comment, to } = await underPost()
    const ask = () =>
      bench.ask(extras.answerPrivately!, {
        to,
        externalId: comment.externalId,
        ...text('In private'),
        idempotencyKey: `k${bench.requests.length}`,
      })
    expect(await ask()).toMatchObject({ ok: true, value: { threadId: customer.recipient.threadId } })
    await customer.act({ act: 'block' })
    expect(await ask()).toMatchObject({ ok: false, failure: { kind: 'permanent', reason: 'blocked' } })
    await bench.close()
  })

  test('under a post of a person on the wall belong to a thread of that post', async () => {
    const bench = await openBench(vk, vkSimulator)
    const customer = await bench.newCustomer('Anna')
    await customer.act({ act: 'mention', text: 'Thank you, shop' })
    const post = await bench.next('message.received', event => event.place?.kind === 'mention')
    expect(post.place).toMatchObject({ title: 'Thank you, shop', url: expect.stringMatching(/^https:\/\/vk\.com\/wall-\d+_\d+$/) })
    const to = { threadId: post.threadId!, externalIds: post.identity!.externalIds, place: post.place! }
    expect((await bench.send({ ...customer, recipient: to }, text('You are welcome'))).outcome).toMatchObject({ kind: 'sent' })
    expect(customer.phone().posts![0]!.comments).toMatchObject([{ from: 'business' }])
    await bench.close()
  })
})

test('a link brings its word with the first message', async () => {
  expect(vk.deepLink!(account, 'promo 7')).toBe('https://vk.me/shop_demo?ref=promo%207')
  expect(vk.deepLink!({ ...account, config: {} }, '')).toBe('https://vk.me/club200000001')
  expect(vk.deepLink!({ ...account, config: {}, externalId: '' }, '')).toBeUndefined()
  expect(vk.deepLink!(account, 'x'.repeat(256))).toBeUndefined()
  const bench = await openBench(vk, vkSimulator)
  const customer = await bench.newCustomer('Anna')
  await customer.act({ act: 'start', payload: 'promo_7' })
  expect(await bench.next('contact.subscribed')).toMatchObject({ referral: { payload: 'promo_7' } })
  await bench.close()
})

test('a community may write always, until it is forbidden', () => {
  expect(replyOptions(vk.replyPolicy, [], 'open', 0).freeform).toEqual({ allowed: true, priceClass: 'free' })
  expect(replyOptions(vk.replyPolicy, [], 'blocked', 0).freeform).toMatchObject({ allowed: false, reason: 'blocked' })
})

test('a key of another community is noticed', () => {
  const answer = response({ groups: [{ id: 7, name: 'Other', screen_name: 'other' }], profiles: [] })
  expect(extras.health!.outcome(answer, undefined, account)).toMatchObject({
    ok: true,
    value: { externalId: '7', warnings: [{ ru: expect.stringContaining('200000001') }] },
  })
})

test('advice is there for what people meet', () => {
  const closed = 'One of the parameters specified was missing or invalid: longpoll for this group is not enabled'
  expect(vk.advice({ kind: 'permanent', reason: 'invalid', code: '100', detail: closed })?.en).toMatch(/Long Poll API on/)
  for (const code of ['7', '14', '900', '902', '909', '911', '912', '924'])
    expect(vk.advice({ kind: 'permanent', reason: 'other', code, detail: '' })?.ru, code).toMatch(/[а-я]/)
})
