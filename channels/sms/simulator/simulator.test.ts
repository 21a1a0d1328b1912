/** The simulated carrier, spoken to in bytes that are written out by hand from the specification. */
import { connect, type Socket } from 'node:net'
import { serveSimulator } from '@dragoman/channel-kit/simulator'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { smsGatewaySimulator, smsSimulator } from './index.ts'

let served: Awaited<ReturnType<typeof serveSimulator>>
let line: Socket | undefined
beforeEach(async () => {
  served = await serveSimulator(smsSimulator)
})
afterEach(async () => {
  line?.destroy()
  line = undefined
  heard.length = 0
  await served.close()
})

type Heard = [command: number, status: number, sequence: number, body: Buffer]
const heard: Heard[] = []
let wake = () => {}

/** The next PDU that suits. */
async function hear(suits: (pdu: Heard) => boolean): Promise<Heard> {
  for (;;) {
    const place = heard.findIndex(suits)
    if (place >= 0) return heard.splice(place, 1)[0]!
    await new Promise<void>(resolve => {
      wake = resolve
    })
  }
}

function open(): Socket {
  const socket = connect(Number(new URL(served.simulator.origins!().smpp!).port), '127.0.0.1')
  let rest = Buffer.alloc(0)
  socket.on('data', chunk => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
      const pdu = rest.subarray(0, rest.readUInt32BE(0))
      rest = rest.subarray(pdu.length)
      heard.push([pdu.readUInt32BE(4), pdu.readUInt32BE(8), pdu.readUInt32BE(12), pdu.subarray(16)])
    }
    wake()
  })
  return socket
}

/** Sends a PDU and gives what answers it. */
async function say(command: number, sequence: number, body: Buffer): Promise<Heard> {
  line ??= open()
  const head = Buffer.alloc(16)
  head.writeUInt32BE(16 + body.length, 0)
  head.writeUInt32BE(command, 4)
  head.writeUInt32BE(sequence, 12)
  line.write(Buffer.concat([head, body]))
  return await hear(pdu => pdu[0] >= 0x80000000 && pdu[2] === sequence)
}

const bindBody = (user: string, password: string) => Buffer.from(`${user}\0${password}\0\0\x34\0\0\0`, 'latin1')
const submitBody = (from: string, to: string, words: string) =>
  Buffer.concat([
    Buffer.from(`\0\x01\x01${from}\0\x01\x01${to}\0\0\0\0\0\0\x01\0\0\0`, 'latin1'),
    Buffer.from([words.length]),
    Buffer.from(words, 'latin1'),
  ])

describe('the line', () => {
  test('binds, takes a message, gives a receipt', async () => {
    const account = served.simulator.newAccount('Shop')
    const phone = served.simulator.newCustomer(account.id, { name: 'Anna', language: 'en' })
    expect((await say(4, 1, submitBody(account.id, '15550123', 'x')))[1]).toBe(4)
    expect((await say(9, 2, bindBody('nobody', 'x')))[1]).toBe(15)
    expect((await say(9, 3, bindBody(account.config.systemId!, 'wrong')))[1]).toBe(14)
    expect((await say(9, 4, bindBody(account.config.systemId!, account.config.password!))).slice(0, 3)).toEqual([0x80000009, 0, 4])
    expect((await say(9, 5, bindBody(account.config.systemId!, account.config.password!)))[1]).toBe(5)
    expect((await say(21, 6, Buffer.alloc(0))).slice(0, 3)).toEqual([0x80000015, 0, 6])
    expect((await say(4, 7, submitBody('999', phone.customerPhone!.slice(1), 'x')))[1]).toBe(10)
    expect((await say(4, 8, submitBody(account.id, '19990000000', 'x')))[1]).toBe(11)
    expect((await say(4, 9, submitBody(account.id, phone.customerPhone!.slice(1), 'a'.repeat(161))))[1]).toBe(1)
    const [command, status, , body] = await say(4, 10, submitBody(account.id, phone.customerPhone!.slice(1), 'Hello'))
    expect([command, status]).toEqual([0x80000004, 0])
    const id = body.toString('latin1').replace('\0', '')
    const delivered = (await hear(pdu => pdu[0] === 5))[3].toString('latin1')
    expect(delivered).toContain(`id:${id} `)
    expect(delivered).toContain('stat:DELIVRD')
    expect(served.simulator.phones()[0]!.messages.at(-1)!.body.content).toMatchObject({ text: { text: 'Hello' } })
    expect((await say(0x77, 11, Buffer.alloc(0))).slice(0, 2)).toEqual([0x80000000, 3])
  })

  test('a name cannot be answered', async () => {
    const account = served.simulator.newAccount('Shop', { sender: 'Shop' })
    const phone = served.simulator.newCustomer(account.id, { name: 'Anna', language: 'en' })
    expect(await served.simulator.act(phone.customerId, { act: 'write', text: 'Hello' })).toMatchObject({ ok: false })
    expect(await served.simulator.act(phone.customerId, { act: 'react', messageId: '1', emoji: '👍' })).toMatchObject({ ok: false })
  })
})

describe('the gateway', () => {
  test('the same clientId is the same message; no token, no answer', async () => {
    await served.close()
    served = await serveSimulator(smsGatewaySimulator)
    const account = served.simulator.newAccount('Shop')
    const phone = served.simulator.newCustomer(account.id, { name: 'Anna', language: 'en' })
    const post = async (token: string, value: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const response = await fetch(`${served.origin}/messages`, { method: 'POST', headers, body: JSON.stringify(value) })
      return { status: response.status, body: (await response.json()) as unknown }
    }
    const message = { from: account.config.sender, to: phone.customerPhone, text: 'Hello', clientId: 'c1' }
    expect(await post('wrong', message)).toMatchObject({ status: 401 })
    const first = await post(account.config.password!, message)
    expect(await post(account.config.password!, message)).toEqual(first)
    expect(served.simulator.phones()[0]!.messages).toHaveLength(1)
    expect(await post(account.config.password!, { ...message, clientId: 'c2', to: '+19990000000' })).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_recipient' } },
    })
  })
})
