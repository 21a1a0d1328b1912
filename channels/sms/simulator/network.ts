/**
 * Between carrier and phones: what a client sent reaches a phone, receipts and answers go back by the client's own way.
 * Always holds: a message in pieces is shown when all are there; a receipt is sent only where it was asked for.
 */
import type { ActionResult, CustomerAction } from '@dragoman/channel-kit/simulator'
import { writeText } from './alphabet.ts'
import { deliverBody } from './pdu.ts'
import { type Client, type Phone, tell, type World } from './state.ts'

const receiptDelayMs = 20

export function phoneOf(world: World, number: string): Phone | undefined {
  const digits = number.replace(/^\+/, '')
  return Object.values(world.state.phones).find(phone => phone.number === `+${digits}`)
}

/** A text, or a piece of one, reaches the phone. */
export function reach(
  world: World,
  phone: Phone,
  messageId: string,
  text: string,
  piece?: { reference: string; total: number; place: number },
): void {
  let whole: string | undefined = text
  if (piece) {
    phone.pieces[piece.reference] ??= { total: piece.total, texts: {} }
    const known = phone.pieces[piece.reference]!
    known.texts[piece.place] = text
    whole =
      Object.keys(known.texts).length === known.total
        ? Object.entries(known.texts)
            .toSorted(([a], [b]) => Number(a) - Number(b))
            .map(([, one]) => one)
            .join('')
        : undefined
    if (whole !== undefined) delete phone.pieces[piece.reference]
  }
  if (whole === undefined) return
  phone.messages.push({
    id: messageId,
    from: 'business',
    at: world.environment.now(),
    body: { content: { kind: 'text', text: { text: whole } } },
    status: 'delivered',
    reactions: [],
  })
  world.environment.changed()
}

/** Whether the network brings this client's messages to phones now. */
export function isReaching(client: Client): boolean {
  return client.reports === undefined || client.reports === 'DELIVRD' || client.reports === 'nothing'
}

/** The end of a message. */
export function sendReceipt(world: World, client: Client, phone: Pick<Phone, 'number'>, messageId: string, clientId?: string): void {
  const state = client.reports ?? 'DELIVRD'
  if (state === 'nothing') return
  world.environment.after(receiptDelayMs, () => {
    const { environment } = world
    if (client.way === 'http') {
      tell(world, client, {
        type: 'receipt',
        id: `receipt-${++world.state.count}`,
        messageId,
        status: state,
        at: environment.now(),
        ...(clientId ? { clientId } : {}),
      })
      return
    }
    const stamp = new Date(environment.now()).toISOString().replace(/[-:T]/g, '').slice(2, 12)
    const delivered = state === 'DELIVRD' ? '001' : '000'
    const error = state === 'DELIVRD' ? '000' : '027'
    const text = `id:${messageId} sub:001 dlvrd:${delivered} submit date:${stamp} done date:${stamp} stat:${state} err:${error} text:`
    const options: [number, Buffer][] = [
      [0x001e, Buffer.from(`${messageId}\0`)],
      [0x0427, Buffer.from([state === 'DELIVRD' ? 2 : state === 'EXPIRED' ? 3 : 5])],
    ]
    queue(
      world,
      client,
      deliverBody({
        source: phone.number.slice(1),
        destination: client.sender,
        esmClass: 4,
        coding: 0,
        message: Buffer.from(text, 'latin1'),
        options,
      }),
    )
  })
}

export function actOnPhone(world: World, phone: Phone, action: CustomerAction): ActionResult {
  switch (action.act) {
    case 'write':
      return write(world, phone, action.text)
    case 'send':
      return action.content.kind === 'text'
        ? write(world, phone, action.content.text.text)
        : { ok: false, reason: 'A short message is text and nothing else.' }
    case 'read':
      return { ok: true }
    case 'block':
      return write(world, phone, 'STOP')
    case 'unblock':
      return write(world, phone, 'START')
    default:
      return { ok: false, reason: 'Short messages have no such thing.' }
  }
}

function write(world: World, phone: Phone, text: string): ActionResult {
  const { environment, state } = world
  const client = state.clients[phone.client]
  if (!client) return { ok: false, reason: 'This sender is gone.' }
  if (/[a-z]/i.test(client.sender)) return { ok: false, reason: 'Nobody can answer to a name.' }
  const id = `mo-${++state.count}`
  phone.messages.push({
    id,
    from: 'customer',
    at: environment.now(),
    body: { content: { kind: 'text', text: { text } } },
    status: 'sent',
    reactions: [],
  })
  environment.changed()
  if (client.way === 'http') {
    tell(world, client, { type: 'message', id, from: phone.number, to: client.sender, text, at: environment.now() })
    return { ok: true, messageId: id }
  }
  const { coding, pieces } = writeText(text)
  const reference = state.count % 256
  for (const [index, words] of pieces.entries()) {
    const header = pieces.length > 1 ? Buffer.from([5, 0, 3, reference, pieces.length, index + 1]) : Buffer.alloc(0)
    const message = Buffer.concat([header, words])
    queue(
      world,
      client,
      deliverBody({ source: phone.number.slice(1), destination: client.sender, esmClass: pieces.length > 1 ? 0x40 : 0, coding, message }),
    )
  }
  return { ok: true, messageId: id }
}

function queue(world: World, client: Client, body: Buffer): void {
  client.outbox.push({ id: ++world.state.count, body: body.toString('hex') })
  world.environment.changed()
  world.deliver(client)
}
