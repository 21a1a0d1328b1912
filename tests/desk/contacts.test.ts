/** Who is this: attributes that two may edit, notes about a person, cases and files on all messengers, a list that leaves the hub safely. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, joinAgent } from '../support/agents.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'

let hub: ProbeHub
let anna: Agent
let contactId: string
beforeAll(async () => {
  hub = await startProbeHub()
  anna = await joinAgent(hub, 'Anna', { online: false })
  await hub.deliver([received('o1', { thread: 'olga', from: ['olga'], name: 'Olga', text: 'Hello' })])
  await hub.deliver([received('m1', { thread: 'murat', from: ['murat'], name: '=cmd()', text: 'Hello' })])
  contactId = (await hub.conversation('olga')).contact.id
})
afterAll(async () => {
  await hub?.close()
})

const person = () => ({ params: { contactId } })

describe('a profile', () => {
  test('keeps attributes key by key, is found by them, and tells the second of two who edit it', async () => {
    const before = await anna.client.call('contactProfile', person())
    expect(before).toMatchObject({ attributes: {}, customerId: null, conversations: [{ threadId: 'olga' }] })
    const change = { version: before.version, attributes: { order: 'A-777', city: 'Пермь' }, customerId: 'C-1' }
    await anna.client.call('updateProfile', { ...person(), body: change })
    await expect(hub.owner.call('updateProfile', { ...person(), body: change })).rejects.toMatchObject({
      problem: { code: 'stale_version', current: { attributes: { order: 'A-777' } } },
    })
    const after = await hub.owner.call('updateProfile', { ...person(), body: { version: before.version + 1, attributes: { order: null } } })
    expect(after.attributes).toEqual({ city: 'Пермь' })
    expect(after.customerId).toBe('C-1')
    expect((await hub.owner.call('search', { query: { q: 'пермь' } })).contacts[0]).toMatchObject({ matched: 'attribute' })
    expect((await hub.owner.call('attributeKeys')).keys).toEqual(['city'])
  })

  test('a number of the firm’s own belongs to one person', async () => {
    const other = (await hub.conversation('murat')).contact.id
    const { version } = await hub.owner.call('contactProfile', { params: { contactId: other } })
    await expect(
      hub.owner.call('updateProfile', { params: { contactId: other }, body: { version, customerId: 'C-1' } }),
    ).rejects.toMatchObject({ problem: { code: 'invalid_request', errors: [{ path: 'customerId' }] } })
  })

  test('is not there for who sees none of the person’s conversations', async () => {
    const boris = await joinAgent(hub, 'Boris', { online: false })
    await hub.database.query('update member set account_ids = array[gen_random_uuid()] where id = $1', [boris.id])
    const refused = { problem: { code: 'not_found' } }
    await expect(boris.client.call('contactProfile', person())).rejects.toMatchObject(refused)
    await expect(boris.client.call('contactNotes', person())).rejects.toMatchObject(refused)
    await expect(boris.client.call('contactCases', { ...person(), query: {} })).rejects.toMatchObject(refused)
    expect((await boris.client.call('contacts', { query: {} })).contacts).toEqual([])
  })
})

describe('notes about a person', () => {
  test('belong to who wrote them; anyone pins; pinned ones come first; at rest they are sealed', async () => {
    const first = await anna.client.call('addContactNote', { ...person(), body: { body: 'Prefers calls after six' } })
    await hub.owner.call('addContactNote', { ...person(), body: { body: 'VIP' } })
    await expect(
      hub.owner.call('updateContactNote', { params: { noteId: first.id }, body: { version: 1, body: 'x' } }),
    ).rejects.toMatchObject({ problem: { code: 'not_allowed' } })
    await hub.owner.call('updateContactNote', { params: { noteId: first.id }, body: { version: 1, pinned: true } })
    await expect(
      anna.client.call('updateContactNote', { params: { noteId: first.id }, body: { version: 1, body: 'x' } }),
    ).rejects.toMatchObject({ problem: { code: 'stale_version', current: { pinned: true } } })
    const { notes } = await hub.owner.call('contactNotes', person())
    expect(notes.map(note => [note.body, note.authorName, note.pinned])).toEqual([
      ['Prefers calls after six', 'Anna', true],
      ['VIP', 'Owner', false],
    ])
    const [row] = await hub.database.query<{ text: Buffer }>('select text from contact_note limit 1')
    expect(row!.text.toString('utf8')).not.toMatch(/calls|VIP/)
    await expect(hub.owner.call('deleteContactNote', { params: { noteId: first.id } })).rejects.toMatchObject({
      problem: { code: 'not_allowed' },
    })
    await anna.client.call('deleteContactNote', { params: { noteId: first.id } })
    expect((await hub.owner.call('contactNotes', person())).notes).toHaveLength(1)
  })
})

describe('the past and the list', () => {
  test('cases come with who answered and after how long, a page at a time', async () => {
    await hub.say('olga', 'Good day', { undoSeconds: 0 })
    const { id } = await hub.conversation('olga')
    await hub.owner.call('close', { params: { conversationId: id }, body: {} })
    await hub.deliver([received('o2', { thread: 'olga', from: ['olga'], name: 'Olga', text: 'Again' })])
    const page = await hub.owner.call('contactCases', { ...person(), query: { limit: 1 } })
    const rest = await hub.owner.call('contactCases', { ...person(), query: { limit: 1, cursor: page.next! } })
    const [now, before] = [page.cases[0]!, rest.cases[0]!]
    expect(now).toMatchObject({ closedAt: null, answeredAfterMs: null })
    expect(before.closedAt).not.toBeNull()
    expect(before.answeredAfterMs).toBeGreaterThanOrEqual(0)
    expect(rest.next).toBeNull()
    await expect(hub.owner.call('contactCases', { ...person(), query: { cursor: 'nonsense' } })).rejects.toMatchObject({
      problem: { code: 'invalid_request' },
    })
  })

  test('people page by name and are found by name and attribute; as CSV nothing is a formula, and it is written down', async () => {
    const first = await hub.owner.call('contacts', { query: { limit: 1 } })
    const second = await hub.owner.call('contacts', { query: { limit: 1, cursor: first.next! } })
    expect([...first.contacts, ...second.contacts].map(row => row.contact.name)).toEqual(['=cmd()', 'Olga'])
    expect(second.next).toBeNull()
    expect((await hub.owner.call('contacts', { query: { q: 'ольг' } })).contacts.map(row => row.contact.name)).toEqual(['Olga'])
    const { csv, contacts, complete } = await hub.owner.call('exportContacts', { query: {} })
    expect([contacts, complete]).toEqual([2, true])
    expect(csv).toContain(`'=cmd()`)
    expect(csv).toContain('Пермь')
    expect((await hub.owner.call('audit', { query: { what: 'contacts.exported' } })).entries).toHaveLength(1)
    await expect(anna.client.call('exportContacts', { query: {} })).rejects.toMatchObject({ problem: { code: 'not_allowed' } })
  })
})
