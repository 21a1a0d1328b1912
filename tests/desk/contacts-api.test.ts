/** Customers by the firm's own number, as a shop keeps them: made, changed, joined by phone only where there is no doubt. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => {
  await hub?.close()
})

const save = (customerId: string, body: Record<string, unknown>) =>
  hub.owner.call('saveCustomer', { params: { customerId }, body: body as never })
const read = (customerId: string) => hub.owner.call('customer', { params: { customerId } })

/** Somebody who has written, with a phone. */
async function writer(thread: string, phone: string): Promise<string> {
  await hub.deliver([received(thread, { thread, from: [thread] })])
  const { contact } = await hub.conversation(thread)
  await hub.owner.call('updateContact', { params: { contactId: contact.id }, body: { phone } })
  return contact.id
}

describe('customers by the firm’s number', () => {
  test('are made and changed; the same again changes nothing; what is not named stays, null empties', async () => {
    const body = {
      name: 'Olga',
      phone: '+7 916 123-45-67',
      email: 'olga@example.com',
      language: 'ru',
      attributes: { tier: 'gold', city: 'Omsk' },
    }
    const made = await save('C-1', body)
    expect(made).toMatchObject({
      outcome: 'created',
      customer: { customerId: 'C-1', name: 'Olga', phone: '+79161234567', attributes: { tier: 'gold', city: 'Omsk' }, ambiguous: false },
    })
    expect(await save('C-1', body)).toEqual({ outcome: 'unchanged', customer: made.customer })
    const changed = await save('C-1', { email: null, attributes: { tier: 'silver', city: null } })
    expect(changed).toMatchObject({ outcome: 'updated', customer: { name: 'Olga', email: null, attributes: { tier: 'silver' } } })
    expect(await read('C-1')).toEqual(changed.customer)
    await expect(read('C-404')).rejects.toMatchObject({ problem: { code: 'not_found' } })
  })

  test('become the only contact with the phone who has no number; its conversation shows it at once', async () => {
    const contactId = await writer('join', '+79160000001')
    const joined = await save('C-2', { name: 'Pavel', phone: '8 (916) 000-00-01'.replace(/^8/, '+7') })
    expect(joined).toMatchObject({ outcome: 'joined', customer: { id: contactId, ambiguous: false } })
    expect((await hub.conversation('join')).contact.name).toBe('Pavel')
    const { entries } = await hub.owner.call('audit', { query: { what: 'contact.joined' } })
    expect(entries[0]?.details).toMatchObject({ customerId: 'C-2' })
  })

  test('where several have the phone, or its owner has another number, nobody is joined and the answer says so', async () => {
    const ids = [await writer('two-a', '+79160000002'), await writer('two-b', '+79160000002')]
    const apart = await save('C-3', { phone: '+79160000002' })
    expect(apart).toMatchObject({ outcome: 'created', customer: { ambiguous: true } })
    expect(ids).not.toContain(apart.customer.id)
    expect(await save('C-4', { phone: '+79160000001' })).toMatchObject({ outcome: 'created', customer: { ambiguous: true } })
    expect(await save('C-4', { phone: '+79160000001' })).toMatchObject({ outcome: 'unchanged', customer: { ambiguous: true } })
  })

  test('ten at once make one', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => save('C-5', { name: 'Vera', phone: '+79160000005' })))
    expect(new Set(answers.map(answer => answer.customer.id)).size).toBe(1)
    expect(answers.filter(answer => answer.outcome === 'created')).toHaveLength(1)
  })

  test('bad input is told by field; a zero byte does no harm', async () => {
    for (const [body, path] of [
      [{ phone: 'ring me' }, 'phone'],
      [{ email: 'nowhere' }, 'email'],
      [{ language: 'русский' }, 'language'],
      [{ name: ' ' }, 'name'],
    ] as const)
      await expect(save('C-6', body)).rejects.toMatchObject({ problem: { code: 'invalid_request', errors: [{ path }] } })
    expect(await save('C-6', { name: 'Za\u0000ra', attributes: { note: 'a\u0000b' } })).toMatchObject({
      customer: { name: 'Zara', attributes: { note: 'ab' } },
    })
  })

  test('a key needs its scope, and its maker the right', async () => {
    const url = `${hub.url}/v1/contacts/by-customer-id/C-7`
    const put = async (scopes: string[]) => {
      const { secret } = await hub.owner.call('createApiKey', { body: { name: 'Shop', scopes } })
      const response = await fetch(url, {
        method: 'PUT',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Lev' }),
      })
      return { status: response.status, body: (await response.json()) as { code?: string; outcome?: string } }
    }
    expect(await put(['contacts:read'])).toMatchObject({ status: 403, body: { code: 'not_allowed' } })
    expect(await put(['contacts:write'])).toMatchObject({ status: 200, body: { outcome: 'created' } })
  })
})
