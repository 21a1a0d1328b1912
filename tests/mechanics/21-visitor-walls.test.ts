/** [mechanics 21] A visitor's token is good for one thread and nothing else; what he names is checked; what he writes is never lost. Over real HTTP and real SQL. */
import { createHmac, randomUUID } from 'node:crypto'
import type { VisitorMessage, VisitorSession } from '@dragoman/api'
import { sampleMedia } from '@dragoman/channel-kit/simulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientId, until } from '../support/test-hub.ts'
import {
  answer,
  base,
  conversationOf,
  history,
  hub,
  messagesOf,
  openChat,
  post,
  say,
  secretOf,
  session,
  stream,
  wordsOf,
} from '../support/visitor.ts'

beforeAll(openChat)
afterAll(async () => {
  await hub?.close()
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

  test('a long thread is read page by page: messages of one moment too, each once', async () => {
    const who = await session()
    const texts = Array.from({ length: 90 }, (_, index) => `line ${index}`)
    // Thirty in a body, as after a night without a connection: they share the time of receipt.
    for (let from = 0; from < texts.length; from += 30)
      await post(who, ...texts.slice(from, from + 30).map((text, index) => ({ ...say(text), n: from + index })))
    await until(async () => (await history(who)).at(-1) && wordsOf((await history(who)).at(-1)!) === 'line 89', 'all of them')
    const read: VisitorMessage[] = []
    for (let more = true; more; ) {
      const before = read[0] ? `?before=${encodeURIComponent(read[0].order.join(' '))}` : ''
      const response = await fetch(`${base()}/history${before}`, { headers: { authorization: `Bearer ${who.token}` } })
      const page = (await response.json()) as { messages: VisitorMessage[]; more: boolean }
      read.unshift(...page.messages)
      more = page.more
    }
    expect(read.map(wordsOf)).toEqual(texts)
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
