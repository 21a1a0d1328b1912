/** The whole way, on each messenger: a customer writes, the inbox hears of it, an agent answers, the customer reads, receipts come back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientId, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(async () => {
  await hub?.close()
})

describe.each(['telegram', 'whatsapp'])('on %s', channel => {
  test('a message becomes a conversation, and the answer reaches the phone', async () => {
    const { accountId, phone } = await hub.connect(channel)
    if (phone.view().abilities.start) await phone.act({ act: 'start' })
    await phone.act({ act: 'write', text: 'Is the blue kettle in stock?' })
    const conversation = await until(
      async () =>
        (await hub.owner.call('conversations', { query: { account: accountId } })).conversations.find(row =>
          row.lastMessage?.preview.includes('kettle'),
        ),
      'the conversation',
    )
    expect(conversation.unansweredSince).not.toBeNull()

    const { message } = await hub.owner.call('sendMessage', {
      params: { conversationId: conversation.id },
      body: { clientId: clientId(), body: textBody('Yes, 12 of them.') },
    })
    expect(message.state).toBe('pending')
    await until(
      () =>
        phone
          .view()
          .messages.some(
            shown => shown.from === 'business' && shown.body.content.kind === 'text' && shown.body.content.text.text === 'Yes, 12 of them.',
          ),
      'the answer on the phone',
    )
    await phone.act({ act: 'read' })
    const settled = await until(async () => {
      const { messages } = await hub.owner.call('messages', { params: { conversationId: conversation.id } })
      const answer = messages.find(one => one.id === message.id)
      return answer && ['sent', 'delivered', 'read'].includes(answer.state) ? answer : undefined
    }, 'the delivery state')
    expect(settled.parts).toHaveLength(1)
    const after = await hub.owner.call('conversation', { params: { conversationId: conversation.id } })
    expect(after.conversation.unansweredSince).toBeNull()
  })
})
