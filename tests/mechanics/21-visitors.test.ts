/** [mechanics 21] Our own chat: exactly once, a stream of its own with a whitelist, a token that is good for one thread and nothing else. Over real HTTP and real SQL. */
import { createHmac, randomUUID } from 'node:crypto'
import { storedEvent, type VisitorMessage, type VisitorServerFrame, type VisitorSession } from '@dragoman/api'
import { sampleMedia } from '@dragoman/channel-kit/simulator'
import { visitorHears } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { clientId, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
let endpoint: string
let accountId: string
beforeAll(async () => {
  hub = await startTestHub()
  accountId = (await hub.connect('webchat')).accountId
  endpoint = (await hub.owner.call('account', { params: { accountId } })).account.endpointId
})
afterAll(async () => {
  await hub?.close()
})

const base = () => `${hub.url}/visitor/${endpoint}`

async function session(token?: string, body: object = {}): Promise<VisitorSession> {
  const response = await fetch(`${base()}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as VisitorSession
}

async function post(who: Pick<VisitorSession, 'token' | 'visitor'>, ...events: object[]): Promise<Response> {
  return await fetch(`${base()}/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${who.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ visitor: who.visitor, events }),
  })
}

const say = (text: string, id: string = randomUUID()) => ({ type: 'message', id, n: Date.now(), text })

async function conversationOf(who: VisitorSession) {
  return await until(
    async () =>
      (await hub.owner.call('conversations', { query: { accountId, limit: 100 } })).conversations.find(row => row.threadId === who.visitor),
    'the conversation',
  )
}

async function messagesOf(who: VisitorSession) {
  return (await hub.owner.call('messages', { params: { conversationId: (await conversationOf(who)).id } })).messages
}

async function answer(who: VisitorSession, text: string, more: object = {}) {
  const conversation = await conversationOf(who)
  const { message } = await hub.owner.call('sendMessage', {
    params: { conversationId: conversation.id },
    body: { clientId: clientId(), body: textBody(text), ...more },
  })
  return message
}

const history = async (who: VisitorSession) =>
  (
    (await (await fetch(`${base()}/history`, { headers: { authorization: `Bearer ${who.token}` } })).json()) as {
      messages: VisitorMessage[]
    }
  ).messages
const wordsOf = (message: VisitorMessage) =>
  message.body.content.kind === 'text' ? message.body.content.text.text : message.body.content.kind

interface Stream {
  frames: VisitorServerFrame[]
  raw: string[]
  closed: Promise<number>
  messages(): VisitorMessage[]
  cursor(): string
  send(frame: object): void
  close(): void
}

async function stream(token: string, cursor: string, origin?: string): Promise<Stream> {
  const socket = new WebSocket(`${base().replace('http', 'ws')}/stream`, origin ? { origin } : {})
  const frames: VisitorServerFrame[] = []
  const raw: string[] = []
  socket.on('message', data => {
    raw.push(String(data))
    frames.push(JSON.parse(String(data)) as VisitorServerFrame)
  })
  const closed = new Promise<number>(done => socket.on('close', code => done(code)))
  await new Promise((done, failed) => socket.on('open', done).on('error', failed))
  socket.send(JSON.stringify({ frame: 'hello', token, cursor }))
  return {
    frames,
    raw,
    closed,
    messages: () => frames.flatMap(frame => (frame.frame === 'messages' ? frame.messages : [])),
    cursor: () => frames.flatMap(frame => ('cursor' in frame ? [frame.cursor] : [])).at(-1) ?? cursor,
    send: frame => socket.send(JSON.stringify(frame)),
    close: () => socket.close(),
  }
}

const isReady = (one: Stream) => one.frames.some(frame => frame.frame === 'ready')

describe('what a visitor hears', () => {
  test('every kind of event is decided upon, and two of them pass', () => {
    const kinds = storedEvent.options.map(option => option.shape.kind.value)
    expect(Object.keys(visitorHears).toSorted()).toEqual(kinds.toSorted())
    expect(
      Object.entries(visitorHears)
        .filter(([, heard]) => heard)
        .map(([kind]) => kind)
        .toSorted(),
    ).toEqual(['message.changed', 'message.created'])
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
    await hub.owner.call('close', { params: { conversationId: conversation.id } })
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

describe('what a visitor may do', () => {
  test('a repeat by the same id is one message, whatever its body says', async () => {
    const who = await session()
    const event = say('Only once')
    for (let count = 0; count < 3; count++) expect((await post(who, event)).status).toBe(200)
    await post(who, { ...event, text: 'Something else' })
    await post(who, say('The end'))
    await until(async () => (await history(who)).some(message => wordsOf(message) === 'The end'), 'the end')
    expect((await history(who)).map(wordsOf)).toEqual(['Only once', 'The end'])
  })

  test('a browser’s wrong clock does not move his words in the thread', async () => {
    const who = await session()
    await post(who, { ...say('First'), at: 0 })
    await conversationOf(who)
    await answer(who, 'Second')
    await until(async () => (await history(who)).length === 2, 'the answer')
    await post(who, { ...say('Third'), at: 4_000_000_000_000 })
    await until(async () => (await history(who)).length === 3, 'the third')
    expect((await history(who)).map(wordsOf)).toEqual(['First', 'Second', 'Third'])
  })

  test('he stays who he is by his token, and is somebody new without it', async () => {
    const who = await session()
    expect((await session(who.token)).visitor).toBe(who.visitor)
    expect((await session()).visitor).not.toBe(who.visitor)
    expect((await session('broken.token')).visitor).not.toBe(who.visitor)
  })

  test('name and e-mail that he tells come to the contact; the page he writes from to the message', async () => {
    const who = await session()
    const body = {
      visitor: who.visitor,
      person: { name: 'Olivia', email: 'olivia@example.com' },
      page: { url: 'https://shop.example/kettles', title: 'Kettles' },
      events: [say('Hello')],
    }
    await fetch(`${base()}/events`, { method: 'POST', headers: { authorization: `Bearer ${who.token}` }, body: JSON.stringify(body) })
    expect((await conversationOf(who)).contact).toMatchObject({ name: 'Olivia', email: 'olivia@example.com' })
    expect((await messagesOf(who))[0]!.referral).toMatchObject({ source: 'site', url: 'https://shop.example/kettles', title: 'Kettles' })
  })

  test('the site vouches for a customer: the same thread on every device, and nobody else can claim it', async () => {
    const secret = await secretOf()
    const signed = (claims: object, key = secret) => {
      const half = Buffer.from(JSON.stringify(claims)).toString('base64url')
      return `${half}.${createHmac('sha256', key).update(half).digest('base64url')}`
    }
    const user = signed({ kind: 'user', id: 'customer-42', name: 'Noah' })
    const laptop = await session(undefined, { user })
    const phone = await session(undefined, { user })
    expect(phone.visitor).toBe(laptop.visitor)
    expect(phone.person).toMatchObject({ name: 'Noah' })
    const forged = await fetch(`${base()}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: signed({ kind: 'user', id: 'customer-42' }, 'guessed') }),
    })
    expect(forged.status).toBe(401)
  })
})

describe('what a visitor may not', () => {
  test('without a good token there is nothing to read or write', async () => {
    const who = await session()
    const other = await session()
    const tokens = ['', 'x.y', `${who.token}x`, `${who.token.split('.')[0]}.${other.token.split('.')[1]}`]
    for (const token of tokens) {
      expect((await post({ token, visitor: who.visitor }, say('Hi'))).status).toBe(401)
      expect((await fetch(`${base()}/history`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401)
      const closed = await stream(token, who.cursor)
      expect(await closed.closed).toBe(4401)
    }
    // A good token, and a body for somebody else.
    const refused = await post({ token: who.token, visitor: other.visitor }, say('I am the other one'))
    expect(refused.status).toBe(401)
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
    expect(await history(other)).toEqual([])
  })

  test('a token in an address is not looked at', async () => {
    const who = await session()
    expect((await fetch(`${base()}/history?token=${who.token}&authorization=Bearer%20${who.token}`)).status).toBe(401)
  })

  test('words of another thread cannot be quoted, pressed, edited, taken back or reacted to', async () => {
    const victim = await session()
    await post(victim, say('My card ends in 1234', 'victim-1'))
    const message = await answer(victim, 'Thank you, PRIVATE matter noted')
    const partId = (await until(async () => (await history(victim)).find(one => one.from === 'business'), 'the answer')).id
    const thief = await session()
    const theirs = `${victim.visitor}:victim-1`
    await post(
      thief,
      { ...say('Quote'), replyTo: partId },
      { ...say('Quote 2'), replyTo: theirs },
      { type: 'choice', id: 'c1', of: partId, title: 'Press', payload: 'x' },
      { type: 'edit', id: 'e1', of: theirs, text: 'Changed' },
      { type: 'delete', id: 'd1', of: theirs },
      { type: 'reaction', id: 'r1', of: partId, emojis: ['👎'] },
      { type: 'reaction', id: 'r2', of: theirs, emojis: ['👎'] },
      say('End'),
    )
    await until(async () => (await history(thief)).some(one => wordsOf(one) === 'End'), 'the end')
    const seen = JSON.stringify(await history(thief))
    for (const secret of ['1234', 'PRIVATE']) expect(seen).not.toContain(secret)
    expect((await history(thief)).every(one => one.replyTo === undefined)).toBe(true)
    const untouched = await messagesOf(victim)
    expect(untouched.every(one => one.editedAt === null && one.deletedAt === null && one.reactions.length === 0)).toBe(true)
    expect(untouched.some(one => one.id === message.id)).toBe(true)
  })

  test('nobody reads what is not written yet, whatever his clock says', async () => {
    const who = await session()
    await post(who, say('Hello'))
    await conversationOf(who)
    await post(who, { type: 'read', until: 8_000_000_000_000 })
    await post(who, say('Later'))
    await until(async () => (await history(who)).length === 2, 'both')
    const message = await answer(who, 'Unread')
    await until(async () => (await history(who)).length === 3, 'the answer')
    expect((await messagesOf(who)).find(one => one.id === message.id)?.state).toBe('sent')
  })

  test('an unknown chat is 404; a body that is no visitor’s is set aside, not lost', async () => {
    expect((await fetch(`${hub.url}/visitor/${randomUUID()}/session`, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${hub.url}/visitor/nonsense/history`)).status).toBe(404)
    const who = await session()
    expect((await post(who, { type: 'message', text: 'without an id' })).status).toBe(200)
    await until(async () => (await hub.owner.call('setAside', { query: { open: 'true' } })).items.length > 0, 'what was set aside')
  })

  test('floods are told how long to wait', async () => {
    const who = await session()
    const answers = await Promise.all(Array.from({ length: 140 }, (_, index) => post(who, { type: 'delivered', until: index })))
    const refused = answers.find(response => response.status === 429)
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await post(await session(), say('Another visitor is not held up'))).status).toBe(200)
  })
})

describe('files', () => {
  const upload = async (who: VisitorSession, bytes: Uint8Array, type: string, name: string) => {
    const form = new FormData()
    form.append('file', new Blob([Buffer.from(bytes)], { type }), name)
    return await fetch(`${base()}/files`, { method: 'POST', headers: { authorization: `Bearer ${who.token}` }, body: form })
  }
  const fetchFile = async (who: VisitorSession, fileId: string) =>
    await fetch(`${base()}/files/${fileId}`, { headers: { authorization: `Bearer ${who.token}` } })

  test('an upload becomes a message, and both sides get the same bytes', async () => {
    const who = await session()
    const { jpeg } = sampleMedia()
    const { fileId, kind } = (await (await upload(who, jpeg.bytes, 'image/jpeg', 'kettle.jpg')).json()) as { fileId: string; kind: string }
    expect(kind).toBe('image')
    await post(who, { type: 'file', id: 'f1', file: { id: fileId, kind, name: 'kettle.jpg' }, caption: 'This one' })
    const message = await until(async () => (await history(who))[0], 'the message')
    expect(message.body.content).toMatchObject({ kind: 'image', media: { mimeType: 'image/jpeg' } })
    expect(message.files[fileId]).toMatchObject({ state: 'stored', width: expect.any(Number) })
    expect(Buffer.from(await (await fetchFile(who, fileId)).arrayBuffer()).equals(Buffer.from(jpeg.bytes))).toBe(true)
    const atDesk = await fetch(`${hub.url}/v1/files/${fileId}/content`, { headers: { cookie: hub.cookie } })
    expect(Buffer.from(await atDesk.arrayBuffer()).equals(Buffer.from(jpeg.bytes))).toBe(true)
  })

  test('a file of another thread, or of the desk, cannot be claimed; the message stays and says why', async () => {
    const owner = await session()
    const { pdf } = sampleMedia()
    const { fileId } = (await (await upload(owner, pdf.bytes, 'application/pdf', 'contract.pdf')).json()) as { fileId: string }
    const thief = await session()
    expect((await fetchFile(thief, fileId)).status).toBe(404)
    await post(thief, { type: 'file', id: 'f1', file: { id: fileId, kind: 'file', name: 'mine.pdf' } })
    const message = await until(async () => (await history(thief))[0], 'the message')
    const [file] = Object.values(message.files)
    expect(file).toMatchObject({ state: 'failed', reason: expect.stringMatching(/not uploaded/) })
    expect((await fetchFile(thief, fileId)).status).toBe(404)
    expect((await fetchFile(owner, fileId)).status).toBe(200)
  })

  test('what calls itself a picture and is none is a file', async () => {
    const who = await session()
    const { fileId } = (await (
      await upload(who, new TextEncoder().encode('<svg onload="alert(1)"></svg>'), 'image/svg+xml', 'x.svg')
    ).json()) as { fileId: string }
    await post(who, { type: 'file', id: 'f1', file: { id: fileId, kind: 'image', mimeType: 'image/png' } })
    const message = await until(async () => (await history(who))[0], 'the message')
    expect(message.body.content.kind).toBe('file')
    const served = await fetchFile(who, fileId)
    expect(served.headers.get('content-type')).toBe('application/octet-stream')
    expect(served.headers.get('content-disposition')).toContain('attachment')
  })

  test('the desk’s file is the visitor’s to read once it was sent to him', async () => {
    const who = await session()
    await post(who, say('Please send it'))
    const conversation = await conversationOf(who)
    const form = new FormData()
    form.append('file', new Blob([Buffer.from(sampleMedia().pdf.bytes)], { type: 'application/pdf' }), 'invoice.pdf')
    const { fileId } = (await (
      await fetch(`${hub.url}/v1/files`, { method: 'POST', headers: { cookie: hub.cookie, 'x-dragoman': '1' }, body: form })
    ).json()) as { fileId: string }
    const body = { content: { kind: 'file' as const, media: { ref: { from: 'file' as const, fileId } } } }
    const { message } = await hub.owner.call('sendMessage', {
      params: { conversationId: conversation.id },
      body: { clientId: clientId(), body, undoSeconds: 20 },
    })
    expect((await fetchFile(who, fileId)).status).toBe(404)
    await hub.owner.call('sendNow', { params: { messageId: message.id } })
    await until(async () => (await history(who)).some(one => one.from === 'business'), 'the file')
    expect((await fetchFile(who, fileId)).status).toBe(200)
    expect((await fetchFile(await session(), fileId)).status).toBe(404)
  })

  test('a file larger than the chat takes is refused', async () => {
    const who = await session()
    const refused = await upload(who, new Uint8Array(25 * 1024 * 1024 + 1), 'application/octet-stream', 'large.bin')
    expect(refused.status).toBe(413)
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

/** The key that signs visitors, as the manager who typed it knows it. */
async function secretOf(): Promise<string> {
  const site = hub.simulators!.simulators.get('webchat')!.simulator.accounts()[0]!
  return site.config.visitorSecret!
}
