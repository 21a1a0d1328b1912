/**
 * The carrier's line [SMPP 3.4]: clients bind, send, and are delivered to.
 * Always holds: what is not acknowledged is delivered again to the next session; a session does only what it was bound for; only this machine may connect.
 */
import { createServer, type Socket } from 'node:net'
import { strikes } from '@dragoman/channel-kit/simulator'
import { readText } from './alphabet.ts'
import { isReaching, phoneOf, reach, sendReceipt } from './network.ts'
import { fieldReader, frame, ids, type Pdu, readSubmit } from './pdu.ts'
import type { Client, World } from './state.ts'

/** As this carrier's contract would say. */
const mostSessions = 4

interface Session {
  socket: Socket
  client?: Client
  sends: boolean
  receives: boolean
  /** What was delivered on this session and not acknowledged: sequence number to outbox id. */
  pending: Map<number, number>
  sequence: number
}

export interface SmppServer {
  listen(wanted: number | undefined): Promise<void>
  port(): number
  close(): Promise<void>
  deliver(client: Client): void
  /** Ends a client's sessions, as a carrier's restart would. */
  drop(clientId: string): void
}

export function smppServer(world: () => World): SmppServer {
  const sessions = new Set<Session>()
  const server = createServer(socket => {
    const session: Session = { socket, sends: false, receives: false, pending: new Map(), sequence: 0 }
    sessions.add(session)
    let rest: Buffer = Buffer.alloc(0)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('close', () => sessions.delete(session))
    socket.on('data', chunk => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 16) {
        const length = rest.readUInt32BE(0)
        if (length < 16 || length > 100_000) return void socket.destroy()
        if (rest.length < length) return
        const [id, status, sequence] = [4, 8, 12].map(place => rest.readUInt32BE(place)) as [number, number, number]
        hear(session, { id, status, sequence, body: rest.subarray(16, length) })
        rest = rest.subarray(length)
      }
    })
  })
  const bind = (port: number) =>
    new Promise<boolean>(resolve => {
      const failed = () => resolve(false)
      server.once('error', failed)
      server.listen(port, '127.0.0.1', () => {
        server.removeListener('error', failed)
        resolve(true)
      })
    })

  return {
    async listen(wanted) {
      if (wanted === undefined || !(await bind(wanted))) await bind(0)
    },
    port() {
      const address = server.address()
      return typeof address === 'object' && address ? address.port : 0
    },
    async close() {
      for (const { socket } of sessions) socket.destroy()
      await new Promise(done => server.close(done))
    },
    deliver,
    drop(clientId) {
      for (const session of sessions) if (session.client?.id === clientId) session.socket.destroy()
    },
  }

  function hear(session: Session, pdu: Pdu): void {
    const { socket } = session
    const respond = (status: number, body?: Buffer) => socket.write(frame((pdu.id | 0x80000000) >>> 0, status, pdu.sequence, body))
    switch (pdu.id) {
      case ids.bindReceiver:
      case ids.bindTransmitter:
      case ids.bindTransceiver:
        return bound(session, pdu, respond)
      case ids.submit:
        return submitted(session, pdu, respond)
      case ids.enquire:
        return void respond(0)
      case ids.unbind:
        respond(0)
        return void socket.end()
      case (ids.deliver | 0x80000000) >>> 0: {
        const taken = session.pending.get(pdu.sequence)
        session.pending.delete(pdu.sequence)
        if (taken === undefined || !session.client || pdu.status !== 0) return
        session.client.outbox = session.client.outbox.filter(one => one.id !== taken)
        return world().environment.changed()
      }
      default:
        if (pdu.id < 0x80000000) socket.write(frame(ids.nack, 3, pdu.sequence))
    }
  }

  function bound(session: Session, pdu: Pdu, respond: (status: number, body?: Buffer) => void): void {
    const { state, faults } = world()
    const field = fieldReader(pdu.body)
    const [systemId, password] = [field.str(), field.str()]
    const client = Object.values(state.clients).find(one => one.systemId === systemId)
    if (session.client) return respond(5)
    if (!client) return respond(15)
    if (client.password !== password || strikes(faults, 'expiredToken')) return respond(14)
    if ([...sessions].filter(one => one.client === client).length >= mostSessions) return respond(13)
    session.client = client
    session.sends = pdu.id !== ids.bindReceiver
    session.receives = pdu.id !== ids.bindTransmitter
    respond(0, Buffer.from('simulator\0'))
    deliver(client)
  }

  function submitted(session: Session, pdu: Pdu, respond: (status: number, body?: Buffer) => void): void {
    const current = world()
    const { client } = session
    if (!client || !session.sends) return respond(4)
    if (strikes(current.faults, 'rateLimit')) return respond(0x58)
    if (strikes(current.faults, 'serverError')) return respond(8)
    // The user was locked while it was signed in.
    if (strikes(current.faults, 'expiredToken')) return respond(15)
    const submit = readSubmit(pdu.body)
    if (!submit.isWhole) return respond(2)
    if (submit.source !== client.sender.replace(/^\+/, '')) return respond(10)
    const phone = phoneOf(current, submit.destination)
    if (!phone) return respond(11)
    const isJoined = (submit.esmClass & 0x40) !== 0
    const head = isJoined ? submit.message.subarray(0, submit.message[0]! + 1) : Buffer.alloc(0)
    const words = submit.message.subarray(head.length)
    // 140 bytes on the air: 160 septets or 70 units alone, 153 or 67 behind a header.
    if (words.length > (submit.coding === 0 ? (isJoined ? 153 : 160) : isJoined ? 134 : 140)) return respond(1)
    const text = readText(words, submit.coding)
    if (text === undefined) return respond(69)
    const messageId = (0x5000_0000 + ++current.state.count).toString(16).toUpperCase()
    const piece = isJoined ? { reference: `${submit.source}:${head[3]}`, total: head[4]!, place: head[5]! } : undefined
    if (isReaching(client)) reach(current, phone, messageId, text, piece)
    const { environment } = current
    environment.log({
      at: environment.now(),
      direction: 'request',
      what: `submit_sm to ${submit.destination}`,
      status: 0,
      sent: text.slice(0, 300),
      received: messageId,
    })
    // 1 asks for any end, 2 for failure alone.
    const wanted = submit.registered & 3
    if (wanted === 1 || (wanted === 2 && !isReaching(client))) sendReceipt(current, client, phone, messageId)
    if (!strikes(current.faults, 'timeoutAfterAccept')) respond(0, Buffer.from(`${messageId}\0`))
  }

  /** Gives one session all that waits and is not on its way. */
  function deliver(client: Client): void {
    const session = [...sessions].find(one => one.client?.id === client.id && one.receives)
    if (!session) return
    const underWay = new Set([...sessions].flatMap(one => [...one.pending.values()]))
    for (const { id, body } of client.outbox) {
      if (underWay.has(id)) continue
      session.pending.set(++session.sequence, id)
      session.socket.write(frame(ids.deliver, 0, session.sequence, Buffer.from(body, 'hex')))
    }
  }
}
