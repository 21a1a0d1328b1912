/** Automatic answers over a whole hub: once, in the customer's language, by the firm's hours, within policy, never with another machine. */
import type { AutomaticAnswers, HoursSetting } from '@dragoman/api'
import { computeReplyTimes } from '@dragoman/hub'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allowLoopback, type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { startTestHub, until } from '../support/test-hub.ts'

let hub: ProbeHub
const day = 86_400_000
const windowed = {
  change: (channel: ProbeHub['probe']['channel']) => ({
    replyPolicy: { ...channel.replyPolicy, rules: channel.replyPolicy.rules.map(rule => ({ ...rule, window: 'service' })) },
  }),
}

beforeAll(async () => {
  hub = await startProbeHub(windowed)
  await hub.owner.call('updateWorkspace', { body: { languages: ['en', 'ru'] } })
})
afterAll(() => hub?.close())
beforeEach(() => {
  hub.probe.requests.length = 0
})

async function set(name: 'automatic_answers' | 'hours', value: object, on = hub): Promise<void> {
  const present = await on.owner.call('setting', { params: { name } })
  await on.owner.call('saveSetting', { params: { name }, body: { version: present.version, value } })
  // The log is read on from here.
  await until(
    async () => (await on.database.query('select 1 from automatic_answer_place')).length > 0 || name === 'hours',
    'the log to be watched',
  )
}
const answers = (value: Partial<AutomaticAnswers>, on = hub) => set('automatic_answers', value, on)
const hours = (value: Partial<HoursSetting>) => set('hours', value)
/** A customer's message that opens the window, or comes when it is over. */
const wrote = (id: string, thread: string, more: { text?: string; open?: boolean; language?: string } = {}) => {
  const event = received(id, { thread, from: [`user-${thread}`], text: more.text ?? `Hello ${id}`, name: 'Olga Smirnova' })
  const identity = { ...(event as { identity: object }).identity, language: more.language ?? 'en' }
  return { ...event, identity, opens: [{ window: 'service', until: Date.now() + (more.open === false ? -1_000 : day) }] }
}
const saidTo = (thread: string) => hub.probe.requests.filter(request => request.body.to === thread).map(request => request.body.text)
const decided = async (thread: string) =>
  await hub.database.query<{ kind: string; state: string; reason: string | null }>(
    `select a.kind, a.state, a.reason from automatic_answer a join conversation c on c.id = a.conversation_id where c.thread_id = $1 order by a.kind`,
    [thread],
  )
const nothingDue = async (thread: string) =>
  await until(async () => {
    const rows = await decided(thread)
    return rows.length > 0 && rows.every(row => row.state !== 'due')
  }, `a decision on ${thread}`)
const closedNow = (): HoursSetting['week'] => {
  const week = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }
  const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
  return { ...week, [names[new Date(Date.now() + 3 * day).getUTCDay()]!]: [['09:00', '18:00']] }
}

describe('a greeting', () => {
  test('comes exactly once, although the webhook comes three times and two workers run', async () => {
    const second = await startTestHub({ database: hub.database, home: hub.home, role: 'worker', channels: hub.hub.channels })
    allowLoopback(second, hub.probe)
    await answers({
      greeting: { on: true, afterDays: null, texts: { en: 'Hello, {{customer.first_name|there}}. {{reply_time}}.', ru: 'Здравствуйте!' } },
    })
    const events = [wrote('g1', 'greet')]
    await Promise.all([hub.post(events), hub.post(events), hub.post(events)])
    await nothingDue('greet')
    await until(() => saidTo('greet').length > 0, 'the greeting at the platform')
    await hub.deliver([wrote('g2', 'greet', { text: 'Are you there?' })])
    const conversation = await hub.conversation('greet')
    expect(saidTo('greet')).toEqual(['Hello, Olga.'])
    expect(conversation.unansweredSince).not.toBeNull()
    expect(conversation.lastOutId).toBeNull()
    const own = (await hub.thread('greet')).filter(message => message.direction === 'out')
    expect(own).toMatchObject([{ author: { kind: 'system' }, system: { what: 'answer.greeting' } }])
    await second.stop()
  })

  test('is in the customer’s language, and the account’s exception goes before the firm’s text', async () => {
    await answers({
      greeting: { on: true, afterDays: null, texts: { en: 'Hello', ru: 'Здравствуйте!' } },
      exceptions: [{ kind: 'greeting', accountId: hub.account.id, teamId: null, off: false, texts: { en: 'Hello from the probe' } }],
    })
    await hub.deliver([wrote('l1', 'russian', { language: 'ru' }), wrote('l2', 'english'), wrote('l3', 'german', { language: 'de' })])
    for (const thread of ['russian', 'english', 'german']) await nothingDue(thread)
    await until(() => ['russian', 'english', 'german'].every(thread => saidTo(thread).length === 1), 'three greetings')
    expect(['russian', 'english', 'german'].map(thread => saidTo(thread)[0])).toEqual([
      'Здравствуйте!',
      'Hello from the probe',
      'Hello from the probe',
    ])
    const preview = await hub.owner.call('previewAutomaticAnswer', { body: { accountId: hub.account.id, language: 'de' } })
    expect(preview.answers).toMatchObject([{ kind: 'greeting', text: 'Hello from the probe', language: 'en', afterSeconds: 0 }])
    const { rows } = await hub.owner.call('answersReport')
    expect(rows.filter(row => row.subject === 'greeting').map(row => [row.language, row.state])).toEqual([
      ['en', 'differs'],
      ['ru', 'same'],
    ])
  })

  test('is not for whom a case is not the first, nor for blocked people', async () => {
    await answers({ greeting: { on: true, afterDays: null, texts: { en: 'Hello' } } })
    await hub.deliver([wrote('r1', 'returning')])
    await nothingDue('returning')
    await hub.owner.call('close', { params: { conversationId: (await hub.conversation('returning')).id }, body: {} })
    await hub.deliver([wrote('r2', 'returning')])
    await hub.deliver([wrote('b1', 'blocked-one')])
    await nothingDue('blocked-one')
    await hub.database.query(
      `update contact set blocked_at = now() where id = (select contact_id from conversation where thread_id = 'blocked-one')`,
    )
    await hub.database.query(
      `delete from automatic_answer where conversation_id = (select id from conversation where thread_id = 'blocked-one')`,
    )
    await hub.deliver([wrote('b2', 'blocked-one'), wrote('after', 'after-blocked')])
    await nothingDue('after-blocked')
    expect(await decided('blocked-one')).toEqual([])
    expect((await decided('returning')).length).toBe(1)
  })
})

describe('outside business hours', () => {
  test('it is the away message that comes, with the honest hour; never twice in a case', async () => {
    await hours({ zone: 'UTC', week: closedNow() })
    await answers({
      greeting: { on: true, afterDays: null, texts: { en: 'Hello' } },
      away: { on: true, whenNobody: false, texts: { en: 'We are closed. We are back {{hours.next_open}}. {{reply_time}}.' } },
    })
    await hub.deliver([wrote('a1', 'night')])
    await nothingDue('night')
    await until(() => saidTo('night').length > 0, 'the away message')
    await hub.deliver([wrote('a2', 'night', { text: 'Hello?' })])
    expect(saidTo('night')).toHaveLength(1)
    expect(saidTo('night')[0]).toMatch(/^We are closed\. We are back on \w+ at 9:00\.$/)
    expect(await decided('night')).toEqual([{ kind: 'away', state: 'sent', reason: null }])
    const state = await hub.owner.call('hoursPreview', { body: {} })
    expect(state).toMatchObject({ open: false, closesAt: null })
    await hours({})
  })

  test('nothing leaves outside the reply policy, and the trail says so', async () => {
    await answers({ greeting: { on: true, afterDays: null, texts: { en: 'Hello' } } })
    await hub.deliver([wrote('w1', 'over', { open: false })])
    await nothingDue('over')
    expect(await decided('over')).toEqual([{ kind: 'greeting', state: 'not_allowed', reason: null }])
    expect(saidTo('over')).toEqual([])
    expect((await hub.thread('over')).flatMap(message => (message.direction === 'system' ? [message.system] : []))).toEqual([
      { what: 'answer.not_allowed', params: { kind: 'greeting' } },
    ])
  })
})

describe('an instant reply', () => {
  test('comes when nobody has answered in time, and not when somebody has', async () => {
    await answers({ instant: { on: true, afterSeconds: 2, texts: { en: 'We have your message' } } })
    await hub.deliver([wrote('i1', 'waits'), wrote('i2', 'answered')])
    await until(async () => (await decided('answered')).length === 1, 'the reply to stand in line')
    await hub.say('answered', 'Here I am')
    await nothingDue('waits')
    await nothingDue('answered')
    await until(() => saidTo('waits').length > 0, 'the instant reply')
    expect(await decided('answered')).toEqual([{ kind: 'instant', state: 'held', reason: 'answered' }])
    expect(saidTo('answered')).toEqual(['Here I am'])
  })

  test('one automatic answer in ten minutes, whatever the kind', async () => {
    await answers({
      greeting: { on: true, afterDays: null, texts: { en: 'Hello' } },
      instant: { on: true, afterSeconds: 1, texts: { en: 'We have your message' } },
    })
    await hub.deliver([wrote('o1', 'both')])
    await until(async () => (await decided('both')).length === 2, 'both kinds')
    await nothingDue('both')
    await until(() => saidTo('both').length > 0, 'the greeting')
    expect(await decided('both')).toEqual([
      { kind: 'greeting', state: 'sent', reason: null },
      { kind: 'instant', state: 'held', reason: 'too_soon' },
    ])
  })
})

describe('another machine', () => {
  test('that says so itself gets nothing', async () => {
    await answers({ greeting: { on: true, afterDays: null, texts: { en: 'Hello' } } })
    const note = wrote('n1', 'absent', { text: 'I am away until Monday' })
    await hub.deliver([{ ...note, message: { ...(note as { message?: object }).message, automatic: true } }])
    await nothingDue('absent')
    expect(await decided('absent')).toEqual([{ kind: 'greeting', state: 'held', reason: 'looks_automatic' }])
    expect(saidTo('absent')).toEqual([])
  })

  test('that says the same thing three times within a minute gets nothing', async () => {
    await answers({ greeting: { on: true, afterDays: null, texts: { en: 'Hello' } } })
    await hub.deliver(['s1', 's2', 's3'].map(id => wrote(id, 'parrot', { text: 'I am out of the office' })))
    await nothingDue('parrot')
    expect(await decided('parrot')).toEqual([{ kind: 'greeting', state: 'held', reason: 'looks_automatic' }])
  })

  test('two hubs whose accounts answer each other stop at once', async () => {
    const other = await startProbeHub(windowed)
    const settings = {
      greeting: { on: true, afterDays: null, texts: { en: 'Hello, we are a shop' } },
      instant: { on: true, afterSeconds: 1, texts: { en: 'We have your message' } },
      away: { on: true, whenNobody: false, texts: { en: 'We are closed' } },
    }
    await answers(settings)
    await answers(settings, other)
    let sent = 0
    const bounce = (to: ProbeHub) => (request: { body: { text?: string; to?: string } }) => {
      const id = `bounce-${++sent}`
      void to.post([wrote(id, request.body.to ?? '', { text: request.body.text ?? '' })])
      return { status: 200, body: { id } }
    }
    hub.probe.answer = bounce(other)
    other.probe.answer = bounce(hub)
    await hub.deliver([wrote('start', 'ping-pong')])
    await nothingDue('ping-pong')
    await until(async () => {
      const rows = await other.database.query<{ state: string }>('select state from automatic_answer')
      return rows.length >= 2 && rows.every(row => row.state !== 'due')
    }, 'the other hub’s decisions')
    await until(
      async () => (await hub.thread('ping-pong')).filter(message => message.direction === 'in').length === 2,
      'the other’s greeting',
    )
    await hub.deliver([wrote('marker', 'after-ping-pong')])
    await until(() => saidTo('after-ping-pong').length > 0, 'what comes after')
    expect(saidTo('ping-pong')).toEqual(['Hello, we are a shop'])
    expect((await decided('ping-pong')).map(row => row.state)).toEqual(['sent', 'held'])
    await other.close()
  })
})

describe('the expected reply time', () => {
  test('is what nine of ten customers waited at most, is said, and is a promise that orders the list', async () => {
    let count = 0
    hub.probe.answer = () => ({ status: 200, body: { id: `q${++count}` } })
    await answers({ greeting: { on: true, afterDays: null, texts: { en: 'Hello. {{reply_time}}.' } } })
    await hub.deliver([wrote('figures-1', 'figures')])
    const { id } = await hub.conversation('figures')
    // Twenty answered cases: 1 to 20 minutes.
    await hub.database.query(
      `insert into conversation_case (workspace_id, id, conversation_id, account_id, number, opened_at, first_answer_at, closed_at)
        select workspace_id, gen_random_uuid(), id, account_id, 10000 + n, now() - interval '2 days', now() - interval '2 days' + n * interval '1 minute', now() - interval '1 day'
          from conversation, generate_series(1, 20) n where id = $1`,
      [id],
    )
    await computeReplyTimes(hub.hub)
    const { times } = await hub.owner.call('replyTimes')
    expect(times).toMatchObject([{ accountId: hub.account.id, p90Ms: 18 * 60_000, words: { en: 'we usually reply within 20 minutes' } }])
    const before = Date.now()
    await hub.deliver([wrote('promise-1', 'promised')])
    await nothingDue('promised')
    await until(() => saidTo('promised').length > 0, 'the promise')
    expect(saidTo('promised')).toEqual(['Hello. We usually reply within 20 minutes.'])
    const rows = await hub.database.query<{ promised_at: Date; due_at: Date }>(
      `select promised_at, due_at from conversation where thread_id = 'promised'`,
    )
    expect(rows[0]!.promised_at.getTime()).toBeGreaterThanOrEqual(before + 20 * 60_000)
    expect(rows[0]!.promised_at.getTime()).toBeLessThan(Date.now() + 20 * 60_000)
    expect(rows[0]!.due_at).toEqual(rows[0]!.promised_at)
  })
})
