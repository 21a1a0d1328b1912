/** One person on many messengers: suggested and joined, taken back, one timeline, and brought to another messenger by a link. */
import type { AccountViewModel } from '@dragoman/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Event, type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { until } from '../support/test-hub.ts'

let hub: ProbeHub
let other: AccountViewModel
beforeAll(async () => {
  hub = await startProbeHub({
    change: () => ({ deepLink: (account, payload) => `https://probe.example/${account.externalId}?start=${payload}` }),
  })
  other = await hub.owner.call('connectAccount', {
    body: { channel: 'probe', config: { token: 'x'.repeat(12), number: 'other' }, way: 'webhook', endpointId: hub.account.endpointId },
  })
})
afterAll(async () => {
  await hub?.close()
})

/** Somebody writes on the first account or the other, with a number that the messenger vouches for. */
async function writes(thread: string, options: { phone?: string; account?: string; at?: number; text?: string } = {}): Promise<string> {
  const event = received(`${thread}:${Math.random()}`, {
    thread,
    account: options.account,
    at: options.at,
    text: options.text,
    name: thread,
  })
  const identity = { ...event.identity!, ...(options.phone ? { phone: options.phone } : {}) }
  await hub.deliver([{ ...event, identity } as Event])
  return (await hub.conversation(thread)).contact.id
}
const same = (contactId: string) => hub.owner.call('samePerson', { params: { contactId } })
const merge = (contactId: string, otherId: string) => hub.owner.call('mergeContacts', { params: { contactId }, body: { otherId } })

describe('suggested merges', () => {
  test('name their ground: a number that both messengers vouch for is sure, one that a colleague typed is not', async () => {
    const one = await writes('sure-a', { phone: '+79161110001' })
    const two = await writes('sure-b', { phone: '+79161110001', account: 'other' })
    const typed = await writes('typed')
    await hub.owner.call('updateContact', { params: { contactId: typed }, body: { phone: '+79161110001', email: 'Ann@example.com' } })
    const mailed = await writes('mailed')
    await hub.owner.call('updateContact', { params: { contactId: mailed }, body: { email: 'ann@example.com' } })
    const suggestions = Object.fromEntries((await same(one)).suggestions.map(one => [one.contact.id, one.grounds]))
    expect(suggestions).toEqual({ [two]: [{ kind: 'phone', sure: true }], [typed]: [{ kind: 'phone', sure: false }] })
    expect((await same(mailed)).suggestions).toMatchObject([{ contact: { id: typed }, grounds: [{ kind: 'email', sure: false }] }])
    const { pairs } = await hub.owner.call('suggestedMerges')
    expect(pairs[0]?.one.grounds).toEqual([{ kind: 'phone', sure: true }])
    expect(pairs).toHaveLength(4)
  })

  test('are not made again for those who were said to be two', async () => {
    const one = (await hub.conversation('typed')).contact.id
    const two = (await hub.conversation('mailed')).contact.id
    await hub.owner.call('notSamePerson', { params: { contactId: two }, body: { otherId: one } })
    expect((await same(two)).suggestions).toEqual([])
    expect((await same(one)).suggestions.map(row => row.contact.id)).not.toContain(two)
  })
})

test('a number that the firm’s own site has signed for a visitor is a sure ground', async () => {
  const visitor = await writes('signed')
  const customer = await writes('of-the-shop', { phone: '+79165550009' })
  await hub.owner.call('saveCustomer', { params: { customerId: 'SIGNED-1' }, body: { phone: '+79165550009' } as never })
  await hub.database.query(
    `insert into signed_user (workspace_id, account_id, external_id, customer_id) select workspace_id, id, 'user:signed', 'SIGNED-1' from account where id = $1`,
    [hub.account.id],
  )
  expect((await same(visitor)).suggestions).toMatchObject([{ contact: { id: customer }, grounds: [{ kind: 'customer_id', sure: true }] }])
})

describe('a merge', () => {
  test('brings conversations, notes and facts together; the old address leads to who has stayed; taken back, all is as before', async () => {
    const one = await writes('m-a')
    const two = await writes('m-b', { phone: '+79162220002', account: 'other' })
    await hub.owner.call('updateProfile', {
      params: { contactId: two },
      body: { version: 1, customerId: 'C-77', attributes: { tier: 'gold' } },
    })
    await hub.owner.call('addContactNote', { params: { contactId: two }, body: { body: 'Prefers the evening' } })
    const joined = await merge(one, two)
    expect(joined).toMatchObject({
      customerId: 'C-77',
      attributes: { tier: 'gold' },
      contact: { id: one, name: 'm-a', phone: '+79162220002' },
    })
    expect(joined.conversations.map(row => row.threadId).sort()).toEqual(['m-a', 'm-b'])
    expect((await hub.conversation('m-b')).contact.id).toBe(one)
    expect((await hub.owner.call('contactProfile', { params: { contactId: two } })).contact.id).toBe(one)
    expect((await hub.owner.call('contactNotes', { params: { contactId: one } })).notes).toHaveLength(1)
    // What comes since to the identity that moved goes back with it.
    await hub.deliver([received('m-b-later', { thread: 'm-b2', from: ['user:m-b'], account: 'other' })])
    expect((await hub.conversation('m-b2')).contact.id).toBe(one)
    await hub.owner.call('updateContact', { params: { contactId: one }, body: { email: 'kept@example.com' } })
    const { merges } = await same(one)
    expect(merges).toMatchObject([{ name: 'm-b', reason: 'member' }])
    const back = await hub.owner.call('undoMerge', { params: { mergeId: merges[0]!.id } })
    expect(back).toMatchObject({ customerId: null, attributes: {}, contact: { id: one, phone: null, email: 'kept@example.com' } })
    const restored = await hub.owner.call('contactProfile', { params: { contactId: two } })
    expect(restored).toMatchObject({ customerId: 'C-77', contact: { id: two, name: 'm-b', phone: '+79162220002' } })
    expect(restored.conversations.map(row => row.threadId).sort()).toEqual(['m-b', 'm-b2'])
    await expect(hub.owner.call('undoMerge', { params: { mergeId: merges[0]!.id } })).rejects.toMatchObject({
      problem: { code: 'wrong_state', reason: 'undone' },
    })
  })

  test('of chains is taken back from its end; two numbers of the firm are two customers; nobody is joined with himself', async () => {
    const [a, b, c] = [await writes('c-a'), await writes('c-b'), await writes('c-c')]
    await merge(b, a)
    await merge(c, b)
    expect((await hub.owner.call('contactProfile', { params: { contactId: a } })).contact.id).toBe(c)
    const [last, first] = await hub.database.query<{ id: string }>(
      'select id from contact_merge where into_id = any($1::uuid[]) order by at desc',
      [[b, c]],
    )
    await expect(hub.owner.call('undoMerge', { params: { mergeId: first!.id } })).rejects.toMatchObject({
      problem: { reason: 'merged_again' },
    })
    await hub.owner.call('undoMerge', { params: { mergeId: last!.id } })
    expect((await hub.owner.call('contactProfile', { params: { contactId: a } })).contact.id).toBe(b)
    await hub.owner.call('saveCustomer', { params: { customerId: 'N-1' }, body: { phone: '+79163330001' } as never })
    await hub.owner.call('updateProfile', { params: { contactId: b }, body: { version: 4, customerId: 'N-2' } }).catch(async error => {
      await hub.owner.call('updateProfile', {
        params: { contactId: b },
        body: { version: error.problem.current.version, customerId: 'N-2' },
      })
    })
    const profile = await hub.owner.call('contactProfile', { params: { contactId: c } })
    await hub.owner.call('updateProfile', { params: { contactId: c }, body: { version: profile.version, customerId: 'N-3' } })
    await expect(merge(b, c)).rejects.toMatchObject({ problem: { reason: 'two_customer_numbers' } })
    await expect(merge(c, c)).rejects.toMatchObject({ problem: { reason: 'same' } })
  })

  test('and messages that come meanwhile: nobody’s conversation is left with whom he was', async () => {
    const one = await writes('race-a')
    const two = await writes('race-b', { account: 'other' })
    const more = Array.from({ length: 20 }, (_, index) =>
      received(`race-${index}`, { thread: `race-thread-${index}`, from: ['user:race-b'], account: 'other' }),
    )
    await Promise.all([merge(one, two), ...more.map(event => hub.deliver([event]))])
    const [row] = await hub.database.query<{ n: number }>('select count(*)::int as n from conversation where contact_id = $1', [two])
    expect(row?.n).toBe(0)
    expect((await hub.owner.call('contactProfile', { params: { contactId: one } })).conversations).toHaveLength(22)
  })

  test('one timeline has every message of every messenger in its order, a page at a time', async () => {
    const now = Date.now() - 60_000
    const one = await writes('line-a', { at: now, text: 'first' })
    const two = await writes('line-b', { at: now + 1_000, text: 'second', account: 'other' })
    await writes('line-a', { at: now + 2_000, text: 'third' })
    await merge(one, two)
    const texts = (page: { messages: { body: { content: unknown } }[] }) =>
      page.messages.map(message => (message.body.content as { text?: { text: string } }).text?.text)
    const newest = await hub.owner.call('contactTimeline', { params: { contactId: two }, query: { limit: 2 } })
    expect(texts(newest)).toEqual(['second', 'third'])
    const older = await hub.owner.call('contactTimeline', { params: { contactId: one }, query: { limit: 2, cursor: newest.next! } })
    expect(texts(older)).toEqual(['first'])
    expect(older.next).toBeNull()
  })
})

describe('moving to another messenger', () => {
  const come = async (thread: string, url: string, text?: string) => {
    const payload = new URL(url).searchParams.get('start')!
    const event = received(`come:${thread}`, { thread, account: 'other', text })
    await hub.deliver([
      {
        ...event,
        message: { ...('message' in event ? event.message : {}), referral: text ? undefined : { source: 'link', payload } },
      } as Event,
    ])
  }

  test('whoever comes by his link is the same person at once; the link is good once, for its own account', async () => {
    const contactId = await writes('mover')
    const { id: conversationId } = await hub.conversation('mover')
    const { url, expiresAt } = await hub.owner.call('makeMovingLink', { params: { conversationId }, body: { accountId: other.id } })
    expect(url).toMatch(/^https:\/\/probe\.example\/other\?start=m_[\w-]{22}$/)
    expect(expiresAt).toBeGreaterThan(Date.now() + 29 * 86_400_000)
    await come('mover-there', url)
    await until(async () => (await hub.conversation('mover-there')).contact.id === contactId, 'the joined person')
    expect((await same(contactId)).merges).toMatchObject([{ reason: 'moved' }])
    // A friend to whom the link was passed on stays a stranger.
    await come('friend', url)
    const stranger = (await hub.conversation('friend')).contact.id
    expect(stranger).not.toBe(contactId)
    const figures = await hub.owner.call('moving')
    expect(figures.accounts.find(row => row.accountId === other.id)).toMatchObject({ invited: 1, moved: 1, hasLink: true })
    expect(figures.people).toBeGreaterThanOrEqual(figures.reachable)
    expect(await hub.database.query(`select 1 from moving_link where encode(token_hash, 'hex') = $1`, [url.split('m_')[1]])).toEqual([])
  })

  test('the secret may stand in the words that the messenger wrote for him', async () => {
    const contactId = await writes('words')
    const { id: conversationId } = await hub.conversation('words')
    const { url } = await hub.owner.call('makeMovingLink', { params: { conversationId }, body: { accountId: other.id } })
    await come('words-there', url, `Hello (${new URL(url).searchParams.get('start')})`)
    await until(async () => (await hub.conversation('words-there')).contact.id === contactId, 'the joined person')
  })

  test('a customer of the shop gets a link for each account, and comes as himself', async () => {
    const { customer } = await hub.owner.call('saveCustomer', { params: { customerId: 'SHOP-1' }, body: { name: 'Vera' } as never })
    const { links } = await hub.owner.call('makeCustomerLinks', { params: { customerId: 'SHOP-1' } })
    const link = links.find(one => one.accountId === other.id)!
    await come('vera', link.url)
    const joined = await until(async () => {
      const { contact } = await hub.conversation('vera')
      return contact.id === customer.id ? contact : undefined
    }, 'the customer')
    expect(joined.name).toBe('Vera')
    await expect(hub.owner.call('makeCustomerLinks', { params: { customerId: 'nobody' } })).rejects.toMatchObject({
      problem: { code: 'not_found' },
    })
  })
})
