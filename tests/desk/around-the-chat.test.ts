/** What stands around a conversation: refusals against the registry, entrances, steps to access, requests, and what a platform says of an account. */
import { inWorkspace, resumeAccount, takeAccountNews } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channels } from '../../server/src/channels.ts'
import { writeFrom } from '../support/desk.ts'
import { type Event, type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { clientId, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

describe('a refusal against the registry', () => {
  let hub: ProbeHub
  beforeAll(async () => {
    hub = await startProbeHub()
  })
  afterAll(async () => {
    await hub?.close()
  })
  const poll = {
    content: { kind: 'poll' as const, question: 'Which colour?', options: [{ text: 'Sand' }, { text: 'Sea' }], multiple: false },
  }
  const account = async () => (await hub.owner.call('account', { params: { accountId: hub.account.id } })).account

  test('is noticed, takes the feature away until somebody decides, and never takes text', async () => {
    await hub.deliver([received('c1', { thread: 'polls' })])
    const { id: conversationId } = await hub.conversation('polls')
    const send = (body: object) =>
      hub.owner.call('sendMessage', { params: { conversationId }, body: { clientId: clientId(), body: body as never, undoSeconds: 0 } })
    hub.probe.answer = request =>
      request.body.text === 'poll' ? { status: 400, body: { reason: 'unsupported' } } : { status: 200, body: { id: `ok-${Math.random()}` } }
    await send(poll)
    const found = await until(async () => (await hub.owner.call('contradictions')).contradictions[0], 'the contradiction')
    expect(found).toMatchObject({ feature: 'structured.poll', code: '400', occurrences: 1, state: 'open', accountId: hub.account.id })
    expect((await account()).degraded).toEqual(['structured.poll'])
    // What is not offered any more is refused before it leaves, or goes in another form.
    const fitted = await hub.owner.call('fit', { params: { conversationId }, body: { body: poll as never } })
    expect(JSON.stringify(fitted.fit)).not.toContain('"kind":"poll"')
    await expect(send(textBody('Sand or sea?'))).resolves.toBeTruthy()
    const decide = (state: 'confirmed' | 'dismissed') =>
      hub.owner.call('decideContradiction', { params: { contradictionId: found.id }, body: { state } })
    expect((await decide('confirmed')).contradiction.state).toBe('confirmed')
    expect((await account()).degraded).toEqual(['structured.poll'])
    await decide('dismissed')
    expect((await account()).degraded).toEqual([])
    // A new refusal brings it back.
    await send(poll)
    await until(async () => (await hub.owner.call('contradictions')).contradictions[0]?.occurrences === 2, 'the second refusal')
    expect((await hub.owner.call('contradictions')).contradictions[0]?.state).toBe('open')
  })

  test('what a platform says of an account is kept, the newest; conversations that it means stand elsewhere', async () => {
    await hub.deliver([received('n1', { thread: 'kind:a:1' }), received('n2', { thread: 'kind:b:1' })])
    const news = (externalId: string, at: number, more: object): Event =>
      ({ kind: 'account.changed', externalId, at, change: { what: 'quality', level: 'RED', ...more } }) as Event
    const now = Date.now()
    await hub.deliver([news('q2', now, { facts: { score: 3 } })])
    await hub.deliver([news('q1', now - 60_000, { level: 'GREEN' })])
    await until(async () => (await account()).news.length > 0, 'the news')
    expect((await account()).news).toEqual([{ what: 'quality', detail: 'RED', facts: { score: 3 }, at: now }])
    await hub.deliver([
      {
        kind: 'account.changed',
        externalId: 'p1',
        at: now,
        change: { what: 'permissions', detail: 'ended', threads: { begin: 'kind:a:', standing: 'elsewhere' } },
      } as Event,
    ])
    await until(async () => (await hub.conversation('kind:a:1')).standing === 'elsewhere', 'the standing')
    expect((await hub.conversation('kind:b:1')).standing).toBe('open')
    // Older news, late: taken in, and nothing moves.
    const granted = (externalId: string, at: number): Event =>
      ({
        kind: 'account.changed',
        externalId,
        at,
        change: { what: 'permissions', detail: 'granted', threads: { begin: 'kind:', standing: 'open' } },
      }) as Event
    await hub.deliver([granted('p0', now - 60_000), news('q3', now + 1, { level: 'YELLOW' })])
    await until(async () => (await account()).news.some(one => one.detail === 'YELLOW'), 'the later news')
    expect((await hub.conversation('kind:a:1')).standing).toBe('elsewhere')
    expect((await account()).news.find(one => one.what === 'permissions')?.detail).toBe('ended')
    await hub.deliver([granted('p2', now + 2)])
    await until(async () => (await hub.conversation('kind:a:1')).standing === 'open', 'the standing')
  })

  test('a token that is no longer good pauses once: the same news again do not undo what was mended since', async () => {
    const { workspaceId } = hub
    const job = { workspaceId, accountId: hub.account.id, news: [{ change: { what: 'token' as const, valid: false }, at: Date.now() }] }
    await takeAccountNews(hub.hub, job)
    expect((await account()).status).toBe('paused')
    await inWorkspace(hub.hub, workspaceId, tx => resumeAccount(hub.hub, tx, hub.account.id))
    await takeAccountNews(hub.hub, job)
    expect((await account()).status).toBe('active')
  })
})

describe('with simulated messengers', () => {
  let hub: TestHub
  beforeAll(async () => {
    hub = await startTestHub()
  })
  afterAll(async () => {
    await hub?.close()
  })

  test.each([...channels.values()].filter(channel => channel.extras.entrance))(
    '$badge.name shows the entrance that was set, and an emptied one no longer; too much is refused with its place',
    async channel => {
      const { accountId, phone } = await hub.connect(channel.id)
      const max = channel.extras.entrance!.max
      const entrance = {
        ...(max.greeting > 0 ? { greeting: { en: 'Hello and welcome' } } : {}),
        starters: max.starters > 0 ? [{ title: { en: 'Where is my order?' }, payload: 'order' }] : [],
        menu: max.menu > 0 ? [{ title: { en: 'prices' }, payload: 'prices' }] : [],
      }
      const saved = await hub.owner.call('saveEntrance', { params: { accountId }, body: entrance })
      expect(saved.entrance).toEqual(entrance)
      expect(phone.view().entrance).toBeTruthy()
      expect((await hub.owner.call('entrance', { params: { accountId } })).entrance).toEqual(entrance)
      const long = {
        starters: [],
        menu: Array.from({ length: max.menu + 1 }, (_, index) => ({ title: { en: `m${index}` }, payload: 'x' })),
      }
      await expect(hub.owner.call('saveEntrance', { params: { accountId }, body: long })).rejects.toMatchObject({
        problem: { code: 'invalid_request' },
      })
      await hub.owner.call('saveEntrance', { params: { accountId }, body: { starters: [], menu: [] } })
      const shown = phone.view().entrance
      expect([shown?.starters ?? [], shown?.menu ?? []].flat()).toEqual([])
    },
  )

  test('a request is taken on; what is open cannot be', async () => {
    const requesting = [...channels.values()].find(channel => channel.extras.accept || channel.id === 'instagram')!
    const { accountId, phone } = await hub.connect(requesting.id)
    await writeFrom(phone, 'Hello?')
    const conversation = await until(
      async () => (await hub.owner.call('conversations', { query: { limit: 100 } })).conversations.find(one => one.accountId === accountId),
      'the request',
    )
    expect(conversation.standing).toBe('requested')
    const params = { conversationId: conversation.id }
    expect((await hub.owner.call('admitConversation', { params })).conversation.standing).toBe('open')
    await expect(hub.owner.call('admitConversation', { params })).rejects.toMatchObject({ problem: { code: 'wrong_state' } })
  })

  test('steps to access are ticked, by two at once with a word, and kept', async () => {
    const channel = [...channels.values()].find(one => one.config.access)!
    const [step] = channel.config.access!
    const params = { channel: channel.id }
    const empty = await hub.owner.call('accessProgress', { params })
    expect(empty).toEqual({ channel: channel.id, steps: {}, note: '', version: 0 })
    const ticked = await hub.owner.call('saveAccessProgress', { params, body: { version: 0, done: { [step!.id]: true }, note: 'No. 17' } })
    expect(ticked.steps[step!.id]?.by).toBeTruthy()
    await expect(hub.owner.call('saveAccessProgress', { params, body: { version: 0, note: 'late' } })).rejects.toMatchObject({
      problem: { code: 'stale_version', current: { note: 'No. 17' } },
    })
    await expect(hub.owner.call('saveAccessProgress', { params, body: { version: 1, done: { nonsense: true } } })).rejects.toMatchObject({
      problem: { code: 'invalid_request' },
    })
    expect(await hub.owner.call('accessProgress', { params })).toEqual(ticked)
    const without = [...channels.values()].find(one => !one.config.access)
    if (without)
      await expect(hub.owner.call('accessProgress', { params: { channel: without.id } })).rejects.toMatchObject({
        problem: { code: 'not_found' },
      })
  })
})
