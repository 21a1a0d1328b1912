/**
 * Every messenger that has a simulator, from a customer's words to a reply on his phone, through a whole hub: sign-in, webhook or mailbox, token, send.
 * Always holds: no messenger is named here; one that is added is tested by being registered.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channels } from '../../server/src/channels.ts'
import { textsOn, writeFrom } from '../support/desk.ts'
import { clientId, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(async () => {
  await hub?.close()
})

const conversationOf = async (accountId: string, isPublic = false) =>
  await until(
    async () =>
      (await hub.owner.call('conversations', { query: { limit: 100 } })).conversations.find(
        one => one.accountId === accountId && (one.place !== null) === isPublic,
      ),
    'the conversation',
    20_000,
  )
const messagesOf = async (conversationId: string) =>
  (await hub.owner.call('messages', { params: { conversationId }, query: { limit: 50 } })).messages

describe.each([...channels.values()])('$badge.name', channel => {
  test('a customer writes, somebody answers, and he reads the answer; what came twice is there once', async () => {
    const { accountId, phone } = await hub.connect(channel.id)
    await writeFrom(phone, 'Is the blue one still there? Есть ли синий?')
    const conversation = await conversationOf(accountId)
    const words = async () =>
      (await messagesOf(conversation.id))
        .filter(message => message.direction === 'in')
        .map(({ body: { content } }) => (content.kind === 'text' ? content.text.text : content.kind))
    await until(async () => (await words()).some(text => text.includes('Есть ли синий?')), 'his words', 20_000)
    if (conversation.standing === 'requested')
      await hub.owner.call('admitConversation', { params: { conversationId: conversation.id } }).catch(() => {})
    const { message } = await hub.owner.call('sendMessage', {
      params: { conversationId: conversation.id },
      body: { clientId: clientId(), body: textBody('Yes, two of them. Да, ещё два.'), undoSeconds: 0 },
    })
    await until(() => textsOn(phone).some(text => text.includes('Да, ещё два.')), 'the reply on the phone', 20_000)
    const sent = await until(
      async () => (await messagesOf(conversation.id)).find(one => one.id === message.id && !['pending', 'sending'].includes(one.state)),
      'its state',
      20_000,
    )
    expect(['sent', 'delivered', 'read']).toContain(sent.state)
    expect((await words()).filter(text => text.includes('Есть ли синий?'))).toHaveLength(1)
  }, 90_000)

  test('a second account of the same program is known from its first message', async () => {
    const { accountId, phone } = await hub.connect(channel.id)
    await writeFrom(phone, 'Hello, second one')
    await conversationOf(accountId)
  }, 60_000)

  test.runIf(channel.comments)(
    'a comment in public is a conversation of its own: answered where all read it',
    async () => {
      const account = (await hub.owner.call('accounts')).accounts.find(one => one.channel === channel.id)!
      const simulator = hub.simulators!.simulators.get(channel.id)!.simulator
      const [first] = simulator.phones()
      const post = simulator.newPost?.(first!.accountId, 'New colours are here')
      expect(post).toBeTruthy()
      const commenter = hub.newPhone(channel.id, first!.accountId, { name: 'Vera' })
      const shown = await until(() => commenter.view().posts?.at(-1), 'the post on the phone', 10_000)
      await commenter.act({ act: 'comment', postId: shown.id, text: 'Do you ship to Omsk?' })
      const conversation = await conversationOf(account.id, true)
      expect(conversation.place).toMatchObject({ kind: 'comments' })
      await hub.owner.call('sendMessage', {
        params: { conversationId: conversation.id },
        body: { clientId: clientId(), body: textBody('We do.'), undoSeconds: 0 },
      })
      await until(() => JSON.stringify(commenter.view().posts ?? []).includes('We do.'), 'the answer below the post', 20_000)
      const [comment] = await messagesOf(conversation.id)
      if (channel.extras.hide) {
        const hidden = await hub.owner.call('hideComment', { params: { messageId: comment!.id }, body: { hidden: true } })
        expect(hidden.message.hiddenAt).not.toBeNull()
      }
      if (channel.extras.answerPrivately) {
        const taken = await hub.owner
          .call('answerPrivately', {
            params: { messageId: comment!.id },
            body: { clientId: clientId(), body: textBody('Write to us here.') },
          })
          .catch(error => error)
        // Some may write only to those who have written before: then it is said, not lost.
        if (taken instanceof Error) expect((taken as { problem?: { code: string } }).problem?.code).toBeTruthy()
        else expect(taken.message.body.content).toMatchObject({ text: { text: 'Write to us here.' } })
      }
    },
    90_000,
  )
})
