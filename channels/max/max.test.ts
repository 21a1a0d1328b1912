/** What is special about MAX: uploads in two steps and files that are not ready, HTML that cannot be injected, links, subscriptions side by side. */
import { type Bench, openBench } from '@dragoman/channel-kit/contract'
import { sampleMedia } from '@dragoman/channel-kit/simulator'
import { type AccountView, fit } from '@dragoman/core'
import { afterEach, describe, expect, test } from 'vitest'
import { isHtml } from './format.ts'
import { max } from './index.ts'
import { maxSimulator } from './simulator/index.ts'

const account: AccountView = {
  id: 'account-1',
  externalId: '8100001',
  config: { username: '@id7700000000_bot' },
  origins: max.origins,
  language: 'en',
}
const text = (words: string) => ({ content: { kind: 'text' as const, text: { text: words } } })

const open: Bench[] = []
async function bench(): Promise<Bench> {
  const made = await openBench(max, maxSimulator)
  open.push(made)
  return made
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(one => one.close()))
})

describe('files', () => {
  const { mp4 } = sampleMedia()
  const clip = {
    body: { content: { kind: 'video' as const, media: { ref: { from: 'file' as const, fileId: 'clip' } } } },
    files: { clip: mp4 },
  }

  test('are uploaded where MAX says, without the token; a video that is not ready is tried again, and the token is kept', async () => {
    const joined = await bench()
    const anna = await joined.newCustomer('Anna')
    const { outcome, steps, learned } = await joined.send(anna, clip)
    expect(outcome.kind).toBe('sent')
    expect(steps.map(({ step, commits }) => [step, commits])).toEqual([
      ['upload-1-place', false],
      ['upload-1', false],
      ['send', true],
      ['send-2', true],
    ])
    expect(steps[1]!.request).not.toHaveProperty('headers')
    expect(learned).toEqual([{ fileId: 'clip', handle: expect.stringMatching(/^video:.{43}$/) }])
    const source = { name: 'clip.mp4', mimeType: 'video/mp4', sizeBytes: mp4.bytes.length, handle: learned[0]!.handle }
    const again = await joined.send(anna, clip, { media: { clip: source } })
    expect(again.steps.map(({ step }) => step)).toEqual(['send'])
  })

  test('are not uploaded again where MAX takes longer: the token is kept with the failure', async () => {
    const joined = await bench()
    const anna = await joined.newCustomer('Anna')
    const first = await joined.send(anna, clip)
    const [, token] = first.learned[0]!.handle.split(':')
    const file = (joined.served.simulator.save() as { files: Record<string, { notReady: number }> }).files[token!]
    expect(file).toMatchObject({ notReady: 0 })
    const waiting = { code: 'attachment.not.ready', message: 'Key: errors.process.attachment.file.not.processed' }
    const done = ['send', 'send-2', 'send-3'].map(step => ({
      step,
      transmission: { kind: 'answered' as const, status: 400, headers: {}, body: waiting },
    }))
    const source = { name: 'clip.mp4', mimeType: 'video/mp4', sizeBytes: 5, handle: 'video:t' }
    const part = { ref: 'p', idempotencyKey: 'p', body: clip.body, to: anna.recipient, media: { clip: source } }
    expect(max.send.next(part, done, account, 0)).toMatchObject({
      kind: 'outcome',
      outcome: { kind: 'failed', failure: { kind: 'retryable', code: 'attachment.not.ready', afterMs: 3_000 } },
    })
  })

  test('a video is fetched by the address that its token gives, in the best size', () => {
    const first = max.extras.media!.next({ id: 'video:vtok_1-a', url: 'https://v.example/page' }, [], account)
    expect(first).toMatchObject({ kind: 'request', request: { url: 'https://platform-api2.max.ru/videos/vtok_1-a' } })
    const answer = {
      kind: 'answered' as const,
      status: 200,
      headers: {},
      body: { urls: { mp4_360: 'https://v.example/360', mp4_720: 'https://v.example/720' } },
    }
    expect(max.extras.media!.next({ id: 'video:vtok_1-a' }, [answer], account)).toMatchObject({
      kind: 'download',
      request: { url: 'https://v.example/720' },
    })
    expect(max.extras.media!.next({ id: 'image:t', url: 'https://i.example/1' }, [], account)).toMatchObject({ kind: 'download' })
    expect(max.extras.media!.next({ id: 'image:t', url: 'file:///etc/passwd' }, [], account)).toMatchObject({ kind: 'failed' })
  })
})

describe('words', () => {
  test('are sent plain where nothing is marked, and cannot become markup where something is', () => {
    expect(isHtml({ text: '<b>no</b>' })).toBe(false)
    expect(max.formatText({ text: '<b>no</b>' })).toEqual({ body: '<b>no</b>', length: 9 })
    const styled = { text: '<b> & so on', entities: [{ kind: 'bold' as const, offset: 0, length: 3 }] }
    expect(max.formatText(styled).body).toBe('<b>&lt;b&gt;</b> &amp; so on')
  })

  test('with crossing entities make tags that close in order', () => {
    const crossing = {
      text: 'abcdef',
      entities: [
        { kind: 'bold' as const, offset: 0, length: 4 },
        { kind: 'italic' as const, offset: 2, length: 4 },
      ],
    }
    expect(max.formatText(crossing).body).toBe('<b>ab<i>cd</i></b><i>ef</i>')
  })

  test('that are long by their markup are split so that each part fits', () => {
    const long = { text: `${'& '.repeat(1_500)}end`, entities: [{ kind: 'bold' as const, offset: 0, length: 3_000 }] }
    const made = fit({ content: { kind: 'text', text: long } }, max.capabilities({}), max.formatText)
    expect(made.kind === 'parts' && made.parts.length).toBe(3)
    if (made.kind === 'parts') for (const part of made.parts) expect(part.length!.used).toBeLessThanOrEqual(4_000)
  })
})

describe('starting', () => {
  test('by a link brings its payload; stopping closes the door', async () => {
    const joined = await bench()
    const phone = joined.served.simulator.newCustomer(joined.account.externalId, { name: 'Vera', language: 'ru' })
    await joined.served.simulator.act(phone.customerId, { act: 'start', payload: 'case-7' })
    expect(await joined.next('contact.subscribed')).toMatchObject({
      referral: { source: 'deep_link', payload: 'case-7' },
      identity: { name: 'Vera', language: 'ru' },
    })
    expect(max.deepLink?.(account, 'case-7')).toBe('https://max.ru/id7700000000_bot?start=case-7')
    expect(max.deepLink?.(account, 'x'.repeat(513))).toBeUndefined()
    expect(max.deepLink?.({ ...account, config: {} }, '')).toBeUndefined()
  })

  test('a shared number of one’s own is known as such', async () => {
    const joined = await bench()
    const anna = await joined.newCustomer('Anna')
    const keyboard = { kind: 'buttons' as const, rows: [[{ kind: 'share_contact' as const, title: 'My number' }]] }
    await joined.send(anna, { body: { ...text('May we call?'), keyboard } })
    await anna.act({ act: 'press', messageId: anna.phone().messages.at(-1)!.id, row: 0, column: 0 })
    const event = await joined.next('message.received')
    expect(event).toMatchObject({ identity: { phone: anna.phone().customerPhone }, message: { content: { contacts: [{ own: true }] } } })
  })
})

describe('the subscription', () => {
  test('of somebody else beside ours is seen, and only ours is ended', async () => {
    const joined = await bench()
    const { inspect, subscribe, unsubscribe } = max.extras.subscription!
    const ourUrl = joined.served.webhookUrl
    expect(await joined.ask(inspect, { ourUrl })).toMatchObject({ value: { state: 'ours', url: ourUrl } })
    const other = `${ourUrl}-other`
    await joined.ask(subscribe, { url: other, secret: 'another-secret' })
    expect(await joined.ask(inspect, { ourUrl })).toMatchObject({ value: { state: 'someone_else', url: other } })
    expect(await joined.ask(unsubscribe, { url: ourUrl })).toMatchObject({ ok: true })
    expect(await joined.ask(unsubscribe, { url: ourUrl })).toMatchObject({ ok: true })
    expect(await joined.ask(unsubscribe, undefined)).toMatchObject({ ok: false })
    expect(await joined.ask(inspect, { ourUrl: other })).toMatchObject({ value: { state: 'ours' } })
  })

  test('excludes polling', async () => {
    const joined = await bench()
    expect(await joined.ask(max.extras.poll!, { cursor: '', waitMs: 0 })).toMatchObject({ ok: false, failure: { kind: 'retryable' } })
  })
})

test('a press is answered with words, and without words nothing is refused', async () => {
  const joined = await bench()
  const anna = await joined.newCustomer('Anna')
  const keyboard = { kind: 'buttons' as const, rows: [[{ kind: 'reply' as const, title: 'Yes', payload: 'y' }]] }
  await joined.send(anna, { body: { ...text('Sure?'), keyboard } })
  await anna.act({ act: 'press', messageId: anna.phone().messages.at(-1)!.id, row: 0, column: 0 })
  const { acknowledge = '' } = await joined.next('action.chosen')
  expect(await joined.ask(max.extras.acknowledge!, { token: acknowledge, text: 'Noted' })).toMatchObject({ ok: true })
  expect(await joined.ask(max.extras.acknowledge!, { token: acknowledge })).toMatchObject({ ok: true })
  expect(await joined.ask(max.extras.acknowledge!, { token: 'unknown', text: 'Noted' })).toMatchObject({ ok: false })
})
