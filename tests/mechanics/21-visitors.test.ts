/** [mechanics 21] Our own chat: a stream of its own with a whitelist, exactly once, resumed without loss. Over real HTTP and real SQL. */
import { randomUUID } from 'node:crypto'
import { storedEvent } from '@dragoman/api'
import { visitorHears } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { textBody, until } from '../support/test-hub.ts'
import {
  accountId,
  answer,
  base,
  conversationOf,
  history,
  hub,
  isReady,
  messagesOf,
  openChat,
  post,
  say,
  session,
  stream,
  wordsOf,
} from '../support/visitor.ts'

beforeAll(openChat)
afterAll(async () => {
  await hub?.close()
})

describe('what a visitor hears', () => {
  test('every kind of event is decided upon, and two of them pass', () => {
    const kinds = storedEvent.options.map(option => option.shape.kind.value)
    expect(Object.keys(visitorHears).toSorted()).toEqual(kinds.toSorted())
    expect(
      Object.entries(visitorHears)
        .filter(([, heard]) => heard)
        .map(([kind]) => kind)
        .toSorted(),
    ).toEqual(['message.changed', 'message.created', 'state.changed'])
  })

  test('an answer comes once; notes, drafts, what is held back or taken back, members and addresses never', async () => {
    const who = await session()
    await post(who, say('Is anybody there?'))
    const conversation = await conversationOf(who)
    const open = await stream(who.token, who.cursor)
    await until(() => isReady(open), 'the stream')
    await answer(who, 'NOTE among ourselves', { note: true })
    await hub.owner.call('saveDraft', {
      params: { conversationId: conversation.id, mode: 'reply' },
      body: { version: 0, body: textBody('DRAFT of an answer'), replyToId: null },
    })
    const held = await answer(who, 'HELD for a while', { undoSeconds: 20 })
    await hub.owner.call('cancelMessage', { params: { messageId: held.id } })
    await hub.owner.call('close', { params: { conversationId: conversation.id }, body: {} })
    await hub.owner.call('reopen', { params: { conversationId: conversation.id } })
    const me = (await hub.owner.call('session', {})).me
    await hub.owner.call('assign', { params: { conversationId: conversation.id }, body: { memberId: me.memberId } })
    await answer(who, 'Yes, good afternoon')
    await until(() => open.messages().some(message => wordsOf(message) === 'Yes, good afternoon'), 'the answer')
    const everything = [...open.raw, JSON.stringify(await session(who.token)), JSON.stringify(await history(who))].join('\n')
    for (const secret of ['NOTE', 'DRAFT', 'HELD', me.memberId, me.userId, me.email, conversation.id, accountId])
      expect(everything).not.toContain(secret)
    const mine = new Map(open.messages().map(message => [message.id, message]))
    expect([...mine.values()].filter(message => message.from === 'business')).toMatchObject([{ author: me.name, from: 'business' }])
    open.close()
  })

  test('after a break the stream goes on where it was: nothing is missed, nothing comes twice', async () => {
    const who = await session()
    await post(who, say('Count with me'))
    await conversationOf(who)
    const first = await stream(who.token, who.cursor)
    await until(() => isReady(first), 'the stream')
    await answer(who, 'one')
    await until(() => first.messages().some(message => wordsOf(message) === 'one'), 'one')
    first.close()
    await first.closed
    for (const text of ['two', 'three', 'four']) await answer(who, text)
    await until(async () => (await history(who)).some(message => wordsOf(message) === 'four'), 'all of them sent')
    const second = await stream(who.token, first.cursor())
    await until(() => isReady(second), 'the stream again')
    const heard = [
      ...new Map(
        second
          .messages()
          .filter(message => message.from === 'business')
          .map(message => [message.id, wordsOf(message)]),
      ).values(),
    ]
    expect(heard.filter(words => words !== 'one')).toEqual(['two', 'three', 'four'])
    expect(second.cursor()).not.toBe(first.cursor())
    second.close()
  })

  test('a cursor of another epoch is told to begin anew', async () => {
    const who = await session()
    const lost = await stream(who.token, `${randomUUID()}:12`)
    await until(() => lost.frames.some(frame => frame.frame === 'resync'), 'resync')
    lost.close()
  })

  test('typing and read marks go both ways', async () => {
    const who = await session()
    await post(who, say('Do you see me?'))
    const conversation = await conversationOf(who)
    const open = await stream(who.token, who.cursor)
    await until(() => isReady(open), 'the stream')
    const desk = new WebSocket(
      `${hub.url.replace('http', 'ws')}/v1/events?cursor=${encodeURIComponent((await hub.owner.call('snapshot', { query: {} })).cursor)}`,
      { headers: { cookie: hub.cookie } },
    )
    const heard: string[] = []
    desk.on('message', data => heard.push(String(data)))
    await new Promise(done => desk.on('open', done))
    await until(() => heard.some(text => text.includes('presence')), 'the desk')
    open.send({ frame: 'typing' })
    await until(() => heard.some(text => text.includes('"typing"') && text.includes('customer')), 'the visitor types')
    desk.send(JSON.stringify({ frame: 'typing', conversationId: conversation.id }))
    await until(() => open.frames.some(frame => frame.frame === 'typing'), 'the desk types')
    await hub.owner.call('markRead', { params: { conversationId: conversation.id }, body: { readCount: 1 } })
    await until(() => open.frames.some(frame => frame.frame === 'seen' && frame.until > 0), 'the read mark')
    const message = await answer(who, 'Yes')
    const published = await until(() => open.messages().find(one => wordsOf(one) === 'Yes'), 'the answer')
    await post(who, { type: 'delivered', until: published.at })
    await until(async () => (await messagesOf(who)).find(one => one.id === message.id)?.state === 'delivered', 'delivered')
    await post(who, { type: 'read', until: published.at })
    await until(async () => (await messagesOf(who)).find(one => one.id === message.id)?.state === 'read', 'read')
    desk.close()
    open.close()
  })

  test('edits, removals and reactions of the business reach the visitor', async () => {
    const who = await session()
    await post(who, say('What does it cost?'))
    const message = await answer(who, '50 euro')
    await until(async () => (await history(who)).some(one => wordsOf(one) === '50 euro'), 'the answer')
    await hub.owner.call('editMessage', { params: { messageId: message.id }, body: { body: textBody('55 euro') } })
    expect((await history(who)).at(-1)).toMatchObject({ editedAt: expect.any(Number), body: textBody('55 euro') })
    const [question] = await messagesOf(who)
    await hub.owner.call('react', { params: { messageId: question!.id }, body: { emoji: '👍' } })
    expect((await history(who))[0]!.reactions).toEqual([{ by: 'business', emoji: '👍' }])
    await hub.owner.call('deleteMessage', { params: { messageId: message.id } })
    const gone = (await history(who)).at(-1)!
    expect(gone).toMatchObject({ deleted: true })
    expect(JSON.stringify(gone)).not.toContain('55 euro')
  })
})

describe('sites', () => {
  test('only pages of the listed sites may talk to the chat, by request and by socket', async () => {
    const who = await session()
    const ask = (origin: string) => fetch(`${base()}/settings`, { headers: { origin } })
    expect((await ask('https://anywhere.example')).headers.get('access-control-allow-origin')).toBe('https://anywhere.example')
    await hub.owner.call('updateAccount', {
      params: { accountId },
      body: { config: { origins: 'https://shop.example\nhttps://www.shop.example' } },
    })
    await until(async () => (await ask('https://anywhere.example')).status === 403, 'the list')
    expect((await ask('https://shop.example')).status).toBe(200)
    const preflight = await fetch(`${base()}/events`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization')
    expect((await fetch(`${base()}/events`, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })).status).toBe(403)
    expect(await (await stream(who.token, who.cursor, 'https://evil.example')).closed).toBe(4403)
    const allowed = await stream(who.token, who.cursor, 'https://shop.example')
    await until(() => isReady(allowed), 'the stream')
    allowed.close()
    await hub.owner.call('updateAccount', { params: { accountId }, body: { config: { origins: '' } } })
  })

  test('the scripts may be embedded anywhere', async () => {
    for (const name of ['widget.js', 'widget-app.js']) {
      const response = await fetch(`${hub.url}/${name}`)
      expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
      expect(response.headers.get('content-type')).toContain('javascript')
      expect((await fetch(`${hub.url}/${name}`, { headers: { 'if-none-match': response.headers.get('etag')! } })).status).toBe(304)
    }
  })
})
