/** A member without the right `contacts.details`: no answer and no event shows him a customer's number or address; revealing is written down. */
import { type Operation, type Route, routes } from '@dragoman/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Agent, joinAgent } from '../support/agents.ts'
import { writeFrom } from '../support/desk.ts'
import { clientId, type Phone, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
let agent: Agent
let phone: Phone
let conversationId: string
let contactId: string
/** The customer's number, and an address that the desk was told. */
let digits: string
const email = 'olga.secret@example.com'
const tail = () => digits.slice(-7)
const problem = (code: string) => ({ problem: { code } })

beforeAll(async () => {
  hub = await startTestHub()
  const first = await hub.connect('whatsapp')
  phone = hub.newPhone('whatsapp', first.phone.platformAccountId, { name: 'Olga' })
  await writeFrom(phone, 'Good day')
  const conversation = await until(
    async () => (await hub.owner.call('conversations', {})).conversations.find(one => one.contact.name === 'Olga'),
    'the conversation',
  )
  conversationId = conversation.id
  contactId = conversation.contact.id
  digits = conversation.contact.phone!.replace(/\D/g, '')
  await hub.owner.call('updateContact', { params: { contactId }, body: { email } })
  agent = await joinAgent(hub, 'Rita')
  const role = await hub.owner.call('createRole', {
    body: {
      name: { en: 'Outside help' },
      // All that a member could look at, but not this.
      rights: [
        'conversations.assign',
        'contacts.block',
        'answers.manage',
        'desk.manage',
        'routing.manage',
        'accounts.manage',
        'people.manage',
        'reports.see',
        'audit.see',
        'machines.manage',
      ],
    },
  })
  await hub.owner.call('updateMember', { params: { memberId: agent.id }, body: { roleId: role.id } })
})
afterAll(async () => {
  agent?.leave()
  await hub?.close()
})

const shows = (text: string) => text.replace(/[\s().-]/g, '').includes(tail()) || text.includes(email)

test('no answer of any route that reads shows the number or the address', async () => {
  const parameters: Record<string, string> = {
    conversationId,
    contactId,
    accountId: (await hub.owner.call('accounts')).accounts[0]!.id,
    memberId: agent.id,
    name: 'security',
  }
  let looked = 0
  for (const [operation, definition] of Object.entries(routes) as [Operation, Route][]) {
    if (definition.method !== 'GET') continue
    const path = definition.path.replace(/:(\w+)/g, (_all, name: string) => parameters[name] ?? crypto.randomUUID())
    for (const query of ['', `?q=${digits}`, '?q=Olga']) {
      const response = await fetch(`${hub.url}${path}${query}`, { headers: { cookie: agent.cookie } })
      const text = await response.text()
      if (response.ok) looked++
      expect(shows(text), `${operation} ${query}: ${text.slice(0, 2_000)}`).toBe(false)
    }
  }
  expect(looked).toBeGreaterThan(30)
  // The check bites: who may see it does.
  expect(shows(JSON.stringify(await hub.owner.call('snapshot', {})))).toBe(true)
})

test('the snapshot, a conversation and its messages are whole otherwise', async () => {
  const { conversation, identities } = await agent.client.call('conversation', { params: { conversationId } })
  expect(conversation.contact).toMatchObject({ name: 'Olga', email: 'o•••@example.com' })
  expect(conversation.contact.phone).toMatch(/^\+.*•.*\d\d$/)
  expect(identities[0]!.externalIds.some(id => id.includes('•'))).toBe(true)
  const { messages } = await agent.client.call('messages', { params: { conversationId } })
  expect(messages.some(message => JSON.stringify(message.body).includes('Good day'))).toBe(true)
})

test('the stream shows neither, and goes on after the right is given', async () => {
  await writeFrom(phone, 'Second word')
  await until(
    () => agent.events.some(event => event.kind === 'message.created' && JSON.stringify(event.message.body).includes('Second word')),
    'the message',
  )
  await hub.owner.call('updateContact', { params: { contactId }, body: { language: 'ru' } })
  await until(
    () => agent.events.some(event => event.kind === 'conversation.changed' && event.conversation.contact.language === 'ru'),
    'the change',
  )
  expect(agent.events.filter(event => shows(JSON.stringify(event)))).toEqual([])
})

test('a refusal shows neither', async () => {
  const said = await hub.owner.call('sendMessage', { params: { conversationId }, body: { clientId: clientId(), body: textBody('Mine') } })
  await expect(
    agent.client.call('sendMessage', {
      params: { conversationId },
      body: { clientId: clientId(), body: textBody('Theirs'), lastOutId: crypto.randomUUID() },
    }),
  ).rejects.toSatisfy(error => {
    const { problem: told } = error as { problem: { code: string } }
    return told.code === 'answered_meanwhile' && !shows(JSON.stringify(told))
  })
  expect(said.message.id).toBeTypeOf('string')
})

test('the whole number finds the person, masked; a few digits find nobody', async () => {
  const found = await agent.client.call('search', { query: { q: `+${digits}` } })
  expect(found.contacts.map(one => one.conversation.id)).toContain(conversationId)
  for (const length of [3, 4, 6])
    expect((await agent.client.call('search', { query: { q: digits.slice(-length) } })).contacts, `${length} digits`).toEqual([])
  expect((await hub.owner.call('search', { query: { q: digits.slice(-6) } })).contacts).not.toEqual([])
})

test('a mask that comes back is not written; a new number is', async () => {
  const { contact } = await agent.client.call('conversation', { params: { conversationId } })
  const kept = await agent.client.call('updateContact', {
    params: { contactId },
    body: { name: 'Olga P.', phone: contact.phone, email: contact.email },
  })
  expect(kept).toMatchObject({ name: 'Olga P.', phone: contact.phone, email: contact.email })
  const whole = await hub.owner.call('conversation', { params: { conversationId } })
  expect(whole.contact).toMatchObject({ phone: `+${digits}`, email, name: 'Olga P.' })
})

test('revealing needs a reason, and who, whom and why stand in the log', async () => {
  for (const reason of ['', '12345', 'abc '])
    await expect(agent.client.call('revealContact', { params: { contactId }, body: { reason } }), reason).rejects.toMatchObject(
      problem('invalid_request'),
    )
  await expect(
    agent.client.call('revealContact', { params: { contactId: crypto.randomUUID() }, body: { reason: 'She asked' } }),
  ).rejects.toMatchObject(problem('not_found'))
  const shown = await agent.client.call('revealContact', { params: { contactId }, body: { reason: 'She asked to be called' } })
  expect(shown).toEqual({ phone: `+${digits}`, email })
  const { entries } = await hub.owner.call('audit', { query: { what: 'contact.revealed' } })
  expect(entries).toEqual([
    expect.objectContaining({
      memberName: 'Rita',
      details: expect.objectContaining({ contactId, contactName: 'Olga P.', reason: 'She asked to be called' }),
    }),
  ])
})
