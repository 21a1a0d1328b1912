/** E-mail and SMS at the desk, over their own protocols: a letter and a short message come, are answered, and the receipts come back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientId, type Phone, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(async () => {
  await hub?.close()
})

async function conversationOf(accountId: string) {
  return await until(async () => {
    const { conversations } = await hub.owner.call('conversations', { query: { account: accountId } })
    return conversations[0]
  }, 'the conversation')
}

async function answer(conversationId: string, words: string) {
  const { message } = await hub.owner.call('sendMessage', {
    params: { conversationId },
    body: { clientId: clientId(), body: textBody(words) },
  })
  return message.id
}

async function stateOf(conversationId: string, messageId: string, wanted: string) {
  return await until(async () => {
    const { messages } = await hub.owner.call('messages', { params: { conversationId } })
    const found = messages.find(message => message.id === messageId)
    return found?.state === wanted ? found : undefined
  }, `the message ${wanted}`)
}

const shown = (phone: Phone, words: string) => phone.view().messages.find(message => JSON.stringify(message.body).includes(words))

describe.each([
  { channel: 'email', question: 'Where is my parcel?' },
  { channel: 'sms', question: 'Где моя посылка?' },
])('$channel', ({ channel, question }) => {
  test('comes, is answered, is delivered', async () => {
    const { accountId, phone } = await hub.connect(channel)
    await phone.act({ act: 'write', text: question })
    const conversation = await conversationOf(accountId)
    const { messages } = await hub.owner.call('messages', { params: { conversationId: conversation.id } })
    expect(messages.at(-1)).toMatchObject({ direction: 'in', body: { content: { kind: 'text', text: { text: question } } } })
    const messageId = await answer(conversation.id, 'It comes on Tuesday')
    await until(() => shown(phone, 'It comes on Tuesday'), 'the answer on the phone')
    await stateOf(conversation.id, messageId, 'delivered')
  })
})

test('a letter keeps its subject and its file, and a reply folds what it quotes', async () => {
  const { accountId, phone } = await hub.connect('email')
  const bytes = new TextEncoder().encode('The bill')
  const content = {
    kind: 'file' as const,
    media: { ref: { from: 'file' as const, fileId: 'x' } },
    caption: { text: 'Please see the bill' },
  }
  await phone.act({ act: 'send', content, uploads: [{ bytes, mimeType: 'text/plain', name: 'bill.txt' }] })
  const conversation = await conversationOf(accountId)
  const messages = async () => (await hub.owner.call('messages', { params: { conversationId: conversation.id } })).messages
  expect((await messages()).at(-1)!.body).toMatchObject({ subject: 'Please see the bill', content: { kind: 'file' } })
  await until(async () => {
    const [file] = Object.values((await messages()).at(-1)!.files)
    return file?.state === 'stored' ? true : undefined
  }, 'the file')
  await answer(conversation.id, 'Thank you')
  const ours = await until(() => shown(phone, 'Thank you'), 'the answer')
  await phone.act({ act: 'write', text: 'You are welcome', replyTo: ours.id })
  const reply = await until(async () => (await messages()).find(message => JSON.stringify(message.body).includes('welcome')), 'the reply')
  // The answer kept the customer's subject, and so does the reply to it.
  expect(ours.body.subject).toBe('Re: Please see the bill')
  expect(ours.replyTo).toBe(phone.view().messages[0]!.id)
  expect(reply.body).toMatchObject({ content: { text: { text: 'You are welcome' } }, folded: [{ kind: 'quote' }] })
})

test('whoever answers STOP is not written to any more', async () => {
  const { accountId, phone } = await hub.connect('sms')
  await phone.act({ act: 'write', text: 'Stop' })
  const conversation = await conversationOf(accountId)
  await until(async () => {
    const { conversations } = await hub.owner.call('conversations', { query: { account: accountId } })
    return conversations[0]?.standing === 'blocked' ? true : undefined
  }, 'the opt-out')
  await expect(answer(conversation.id, 'Are you sure?')).rejects.toMatchObject({ problem: { code: 'reply_not_allowed' } })
})

test('a notice finds its way to an address and to a number that nobody knows yet', async () => {
  const mailbox = hub.newPhone('email', (await hub.connect('email')).phone.platformAccountId, { name: 'Vera' })
  const number = hub.newPhone('sms', (await hub.connect('sms')).phone.platformAccountId, { name: 'Boris' })
  const { customers } = hub.simulators!.simulators.get('email')!.simulator.save() as { customers: Record<string, { address: string }> }
  const { address } = customers[mailbox.customerId]!
  const notice = (key: string, to: object) =>
    hub.owner.call('sendNotice', { body: { key, to, name: 'Vera', body: textBody('Your order 77 has left.') } as never })
  const letter = await notice('order-77-mail', { email: address.toUpperCase() })
  expect(letter.channel).toBe('email')
  await until(() => shown(mailbox, 'Your order 77 has left.'), 'the letter')
  expect((await notice('order-77-sms', { phone: number.view().customerPhone })).channel).toBe('sms')
  await until(() => shown(number, 'Your order 77 has left.'), 'the short message')
  expect((await notice('order-77-mail', { email: address.toUpperCase() })).id).toBe(letter.id)
  await expect(notice('nobody', { email: 'no address' })).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
})
