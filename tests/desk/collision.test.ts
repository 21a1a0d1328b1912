/** No double answers: who looks and writes is seen at once; who was faster is shown before a second answer goes out; races lose nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, joinAgent } from '../support/agents.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { clientId, textBody, until } from '../support/test-hub.ts'

let hub: ProbeHub
let anna: Agent
let boris: Agent
beforeAll(async () => {
  hub = await startProbeHub()
  hub.probe.answer = () => ({ status: 200, body: { id: crypto.randomUUID() } })
  ;[anna, boris] = [await joinAgent(hub, 'Anna'), await joinAgent(hub, 'Boris')]
})
afterAll(async () => {
  anna?.leave()
  boris?.leave()
  await hub?.close()
})

async function arrive(thread: string) {
  await hub.deliver([received(`${thread}-1`, { thread, from: [thread] })])
  return await hub.conversation(thread)
}

const reply = (agent: Agent, conversationId: string, text: string, lastOutId?: string | null) =>
  agent.client.call('sendMessage', { params: { conversationId }, body: { clientId: clientId(), body: textBody(text), lastOutId } })

describe('who looks', () => {
  const marks = (agent: Agent, conversationId: string) =>
    agent.ephemeral.flatMap(event => (event.kind === 'looking' && event.conversationId === conversationId ? [event] : []))

  test('a colleague who opens a conversation, writes in it and leaves is seen at each step, by all but himself', async () => {
    const { id } = await arrive('look')
    anna.look(id)
    await until(() => marks(boris, id).some(mark => mark.memberId === anna.id && mark.doing === 'viewing'), 'viewing', 3_000)
    anna.look(id, 'replying')
    await until(() => marks(boris, id).at(-1)?.doing === 'replying', 'replying', 3_000)
    anna.look(null)
    await until(() => marks(boris, id).at(-1)?.doing === 'gone', 'gone', 3_000)
    expect(marks(anna, id)).toEqual([])
  })

  test('a browser that is gone is gone for the others, and who comes later learns who is there', async () => {
    const { id } = await arrive('crash')
    const clara = await joinAgent(hub, 'Clara')
    clara.look(id)
    await until(() => marks(boris, id).at(-1)?.doing === 'viewing', 'viewing')
    const david = await joinAgent(hub, 'David')
    await until(() => marks(david, id).some(mark => mark.memberId === clara.id), 'the mark for the late one')
    clara.leave()
    await until(() => marks(boris, id).at(-1)?.doing === 'gone', 'gone')
    david.leave()
  })

  test('who may not see a conversation neither shows in it nor hears of it', async () => {
    const { id } = await arrive('hidden')
    const blind = await joinAgent(hub, 'Eve')
    await hub.owner.call('updateMember', { params: { memberId: blind.id }, body: { accountIds: [crypto.randomUUID()] } })
    blind.leave()
    const again = await joinAgent(hub, 'Fiona')
    await hub.owner.call('updateMember', { params: { memberId: again.id }, body: { accountIds: [crypto.randomUUID()] } })
    await until(async () => (await again.client.call('conversations', { query: {} })).conversations.length === 0, 'no sight')
    anna.look(id)
    await until(() => marks(boris, id).at(-1)?.doing === 'viewing', 'viewing')
    again.look(id)
    anna.look(id, 'replying')
    await until(() => marks(boris, id).at(-1)?.doing === 'replying', 'replying')
    expect(marks(boris, id).some(mark => mark.memberId === again.id)).toBe(false)
    again.leave()
  })
})

describe('who answers', () => {
  test('if a colleague has answered since I began, my answer waits for my word and shows me his', async () => {
    const { id, lastOutId } = await arrive('double')
    await reply(boris, id, 'It comes tomorrow', lastOutId)
    await expect(reply(anna, id, 'Tomorrow', lastOutId)).rejects.toMatchObject({
      problem: { code: 'answered_meanwhile', message: { author: { name: 'Boris' } } },
    })
    // Nothing of it was stored, nothing left.
    expect((await hub.thread('double')).filter(message => message.direction === 'out')).toHaveLength(1)
    const seen = (await hub.conversation('double')).lastOutId
    await reply(anna, id, 'Tomorrow, before noon', seen)
    expect((await hub.thread('double')).filter(message => message.direction === 'out')).toHaveLength(2)
  })

  test('two who press Send in the same moment: one goes out, the other is asked', async () => {
    const { id, lastOutId } = await arrive('race')
    const answers = await Promise.allSettled([reply(anna, id, 'from Anna', lastOutId), reply(boris, id, 'from Boris', lastOutId)])
    expect(answers.map(answer => answer.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await hub.thread('race')).filter(message => message.direction === 'out')).toHaveLength(1)
  })

  test('my own earlier answer, a note and a repeat of the same send ask nothing', async () => {
    const { id, lastOutId } = await arrive('own')
    await reply(anna, id, 'one', lastOutId)
    await reply(anna, id, 'two', lastOutId)
    const body = { clientId: clientId(), body: textBody('three'), lastOutId }
    const first = await anna.client.call('sendMessage', { params: { conversationId: id }, body })
    await reply(boris, id, 'and Boris', (await hub.conversation('own')).lastOutId)
    expect((await anna.client.call('sendMessage', { params: { conversationId: id }, body })).message.id).toBe(first.message.id)
    await anna.client.call('sendMessage', {
      params: { conversationId: id },
      body: { clientId: clientId(), body: textBody('for us'), note: true, lastOutId },
    })
  })

  test('whoever answers a conversation that nobody owns owns it', async () => {
    const { id, lastOutId } = await arrive('taken')
    await reply(anna, id, 'mine', lastOutId)
    expect(await hub.conversation('taken')).toMatchObject({ assigneeId: anna.id, queue: null, unansweredSince: null })
  })

  test('an answer that is taken back has answered nobody: the customer waits where he waited', async () => {
    const before = await arrive('undo')
    const { message } = await anna.client.call('sendMessage', {
      params: { conversationId: before.id },
      body: { clientId: clientId(), body: textBody('too early'), undoSeconds: 30, lastOutId: before.lastOutId },
    })
    expect((await hub.conversation('undo')).unansweredSince).toBeNull()
    await anna.client.call('cancelMessage', { params: { messageId: message.id } })
    const after = await hub.conversation('undo')
    expect(after).toMatchObject({ unansweredSince: before.unansweredSince, lastOutId: null, dueAt: before.dueAt })
    const [row] = await hub.database.query<{ first_answer_at: Date | null }>(
      'select first_answer_at from conversation_case where id = $1',
      [after.caseId],
    )
    expect(row!.first_answer_at).toBeNull()
  })
})

describe('who takes', () => {
  test('two who take the same conversation in the same moment: the loser sees who won, and his draft stays', async () => {
    const { id } = await arrive('grab')
    await boris.client.call('saveDraft', {
      params: { conversationId: id, mode: 'reply' },
      body: { version: 0, body: textBody('half a'), replyToId: null },
    })
    const take = (agent: Agent) =>
      agent.client.call('assign', { params: { conversationId: id }, body: { memberId: agent.id, expected: null } })
    await take(anna)
    await expect(take(boris)).rejects.toMatchObject({ problem: { code: 'taken_meanwhile', conversation: { assigneeId: anna.id } } })
    const detail = await boris.client.call('conversation', { params: { conversationId: id } })
    expect(detail.drafts[0]?.body).toEqual(textBody('half a'))
  })
})
