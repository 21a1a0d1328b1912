/** What is masked in a view, and what is not. */
import { describe, expect, test } from 'vitest'
import { hideDetails, isMasked, isPhoneNumber, maskEmail, maskPhone } from './hidden-details.ts'

describe('masks', () => {
  test.each([
    ['+79161234512', '+7 916 ••• •• 12'],
    ['79161234512', '+7 916 ••• •• 12'],
    ['+442071838750', '+44 207• •••• 50'],
    ['+3725123456', '+372 ••• ••56'],
    ['123 45', '••• 45'],
  ])('%s is shown as %s', (phone, shown) => {
    const masked = maskPhone(phone)
    expect(masked.replace(/\s/g, '')).toBe(shown.replace(/\s/g, ''))
    expect(isMasked(masked)).toBe(true)
  })

  test('at least five digits of a whole number are hidden', () => {
    for (const phone of ['+79161234512', '+3725123456', '+14155550123', '+85291234567', '+6585123456'])
      expect(maskPhone(phone).match(/•/g)!.length).toBeGreaterThanOrEqual(5)
  })

  test('an e-mail keeps its first letter and its domain', () => {
    expect(maskEmail('olga@example.com')).toBe('o•••@example.com')
    expect(maskEmail('nothing')).toBe('•••')
  })

  test('a number is told from a name and from a date', () => {
    for (const text of ['+7 916 123-45-12', '79161234512', '79161234512@c.us', '(020) 7183 8750'])
      expect(isPhoneNumber(text), text).toBe(true)
    for (const text of ['Olga', 'Olga 2', '12:30', '2026', 'id79161234512x']) expect(isPhoneNumber(text), text).toBe(false)
  })
})

describe('views', () => {
  const conversation = {
    id: 'c1',
    threadId: '79161234512',
    contact: { id: 'p', name: '+79161234512', phone: '+79161234512', email: 'olga@example.com', avatarFileId: null, blocked: false },
    lastMessage: { id: 'm', preview: 'Call +79161234512', authorName: '+79161234512' },
  }

  test('a conversation loses the number in name, thread, phone and author, and keeps what was written', () => {
    const hidden = hideDetails(conversation)
    expect({ ...hidden, lastMessage: { ...hidden.lastMessage, preview: '' } }).not.toSatisfy((view: object) =>
      JSON.stringify(view).includes('1234512'),
    )
    expect(hidden.contact).toMatchObject({ name: '+7 916 ••• •• 12', email: 'o•••@example.com' })
    expect(hidden.lastMessage.preview).toBe('Call +79161234512')
    expect(conversation.contact.phone).toBe('+79161234512')
  })

  test('a message keeps its body; its platform id, which may hold the number, gives way to ours', () => {
    const message = {
      id: 'm1',
      author: { kind: 'customer', name: '79161234512' },
      body: { content: { kind: 'contact_card', phone: '+79161234512' } },
      order: { at: 1, tie: 2, externalId: 'wamid.79161234512' },
      parts: [{ failure: { code: 'x', detail: 'Recipient +7 916 123-45-12 not in list' } }],
      system: { what: 'case.assigned', params: { to: '+79161234512' } },
    }
    const hidden = hideDetails(message)
    expect(hidden.body).toBe(message.body)
    expect(hidden.order).toEqual({ at: 1, tie: 2, externalId: 'm1' })
    expect(JSON.stringify({ ...hidden, body: null })).not.toMatch(/1234512|123-45/)
  })

  test('days, moments and ids in words of the hub are no numbers', () => {
    const params = { until: '1795000000000', day: '2026-11-23', at: '2026-11-23T10:20:30.000Z', id: '01932e1c-1111-7222-8333-444455556666' }
    expect(hideDetails({ system: { what: 'x', params } })).toEqual({ system: { what: 'x', params } })
  })

  test('colleagues and the firm’s own accounts stay as they are, and so does what holds nothing', () => {
    const members = { members: [{ id: 'a', name: 'Anna', email: 'anna@example.com', role: 'agent', active: true }] }
    expect(hideDetails(members)).toBe(members)
    const account = { id: 'a', endpointId: 'e', name: '+79160000000', externalId: '79160000000' }
    expect(hideDetails(account)).toBe(account)
    const me = { me: { name: 'Anna', email: 'anna@example.com' } }
    expect(hideDetails(me)).toBe(me)
  })
})
