/**
 * A visitor of the site's own chat, as functions over real HTTP and a real socket: what the widget does, and what somebody would who is not the widget.
 * Always holds: one hub and one chat per test file, made by `openChat`.
 */
import { randomUUID } from 'node:crypto'
import type { VisitorMessage, VisitorServerFrame, VisitorSession } from '@dragoman/api'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { clientId, startTestHub, type TestHub, textBody, until } from './test-hub.ts'

export let hub: TestHub
export let endpoint: string
export let accountId: string

/** Starts a hub with one simulated chat on it. */
export async function openChat(): Promise<TestHub> {
  hub = await startTestHub()
  accountId = (await hub.connect('webchat')).accountId
  endpoint = (await hub.owner.call('account', { params: { accountId } })).account.endpointId
  return hub
}

export const base = () => `${hub.url}/visitor/${endpoint}`

export async function session(token?: string, body: object = {}): Promise<VisitorSession> {
  const response = await fetch(`${base()}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as VisitorSession
}

export async function post(who: Pick<VisitorSession, 'token' | 'visitor'>, ...events: object[]): Promise<Response> {
  return await fetch(`${base()}/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${who.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ visitor: who.visitor, events }),
  })
}

export const say = (text: string, id: string = randomUUID()) => ({ type: 'message', id, n: Date.now(), text })

export async function conversationOf(who: VisitorSession) {
  return await until(
    async () =>
      (await hub.owner.call('conversations', { query: { account: accountId, limit: 100 } })).conversations.find(
        row => row.threadId === who.visitor,
      ),
    'the conversation',
  )
}

export async function messagesOf(who: VisitorSession) {
  return (await hub.owner.call('messages', { params: { conversationId: (await conversationOf(who)).id } })).messages
}

export async function answer(who: VisitorSession, text: string, more: object = {}) {
  const conversation = await conversationOf(who)
  const { message } = await hub.owner.call('sendMessage', {
    params: { conversationId: conversation.id },
    body: { clientId: clientId(), body: textBody(text), ...more },
  })
  return message
}

export const history = async (who: VisitorSession) =>
  (
    (await (await fetch(`${base()}/history`, { headers: { authorization: `Bearer ${who.token}` } })).json()) as {
      messages: VisitorMessage[]
    }
  ).messages
export const wordsOf = (message: VisitorMessage) =>
  message.body.content.kind === 'text' ? message.body.content.text.text : message.body.content.kind

export interface Stream {
  frames: VisitorServerFrame[]
  raw: string[]
  closed: Promise<number>
  messages(): VisitorMessage[]
  cursor(): string
  send(frame: object): void
  close(): void
}

export async function stream(token: string, cursor: string, origin?: string): Promise<Stream> {
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

export const isReady = (one: Stream) => one.frames.some(frame => frame.frame === 'ready')

/** The key that signs visitors, as the manager who typed it knows it. */
export async function secretOf(): Promise<string> {
  const site = hub.simulators!.simulators.get('webchat')!.simulator.accounts()[0]!
  return site.config.visitorSecret!
}
