/** SMPP: any bytes can be read; a carrier that says nothing, hangs up or talks nonsense leaves no doubt about what was sent. */
import { createServer, type Server, type Socket } from 'node:net'
import type { SmppRequest } from '@dragoman/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { createRunner, type RunEnvironment } from '../runner.ts'
import { commands, decodePdus, encodePdu, type Pdu, readDeliver, response, submitBody } from './pdu.ts'

const open: { server: Server; sockets: Set<Socket> }[] = []
const runners: ReturnType<typeof createRunner>[] = []
afterEach(async () => {
  await Promise.all(runners.splice(0).map(runner => runner.close()))
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise(done => server.close(done))
  }
})

async function carrier(hear: (pdu: Pdu, socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    let rest: Buffer = Buffer.alloc(0)
    socket.on('data', chunk => {
      const read = decodePdus(Buffer.concat([rest, chunk]))
      rest = read.rest
      for (const pdu of read.pdus) hear(pdu, socket)
    })
  })
  open.push({ server, sockets })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return `smpp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

function runnerOf() {
  const runner = createRunner({ fetch: () => Promise.reject(new Error('no HTTP here')), reach: async server => new URL(server).hostname })
  runners.push(runner)
  return runner
}

const answer = (pdu: Pdu, socket: Socket, status = 0, body = Buffer.from('id-1\0')) =>
  socket.write(encodePdu({ command: (pdu.command | response) >>> 0, status, sequence: pdu.sequence, body }))
const message = {
  source: { ton: 5, npi: 0, address: 'Shop' },
  destination: { ton: 1, npi: 1, address: '15550123' },
  esmClass: 0,
  dataCoding: 0,
  registeredDelivery: 1,
  validityPeriod: '',
  shortMessage: '48656c6c6f',
}
const request = (server: string, command: SmppRequest['command']): SmppRequest => ({
  via: 'smpp',
  server,
  security: 'none',
  user: 'shop',
  password: '{password}',
  systemType: '',
  bind: 'transceiver',
  command,
})
const environment = (server: string): RunEnvironment => ({
  secrets: { password: 'pass' },
  origins: [server],
  openFile: () => Promise.reject(new Error('No files')),
  timeoutMs: 200,
})
const submit = (server: string, runner = runnerOf()) => runner.perform(request(server, { kind: 'submit', message }), environment(server))

describe('PDUs', () => {
  test('any bytes can be read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        const { pdus, rest } = decodePdus(Buffer.from(bytes))
        expect(pdus.reduce((sum, pdu) => sum + 16 + pdu.body.length, rest.length)).toBe(bytes.length)
        readDeliver(Buffer.from(bytes))
      }),
      { numRuns: 500 },
    )
  })

  test('a message as the specification lays it out', () => {
    expect(submitBody(message).toString('hex')).toBe(
      ['00', '0500', '53686f7000', '0101', '313535353031323300', '000000', '00', '00', '01000000', '05', '48656c6c6f'].join(''),
    )
  })

  test('come in any slices', () => {
    const pdu = { command: 0x15, status: 0, sequence: 3, body: Buffer.from('abc') }
    const whole = Buffer.concat([encodePdu(pdu), encodePdu(pdu)])
    for (let cut = 0; cut <= whole.length; cut++) {
      const first = decodePdus(whole.subarray(0, cut))
      const second = decodePdus(Buffer.concat([first.rest, whole.subarray(cut)]))
      expect([...first.pdus, ...second.pdus]).toEqual([pdu, pdu])
    }
  })
})

describe('a carrier', () => {
  test('that takes the message', async () => {
    const server = await carrier((pdu, socket) => answer(pdu, socket))
    expect(await submit(server)).toMatchObject({ kind: 'answered', body: { commandStatus: 0, messageId: 'id-1' } })
  })

  test('that is silent, hangs up or talks nonsense after the message was written: in doubt', async () => {
    for (const after of [
      () => {},
      (socket: Socket) => socket.destroy(),
      (socket: Socket) => socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ]) {
      const server = await carrier((pdu, socket) => (pdu.command === commands.submit ? void after(socket) : answer(pdu, socket)))
      expect(await submit(server)).toMatchObject({ kind: 'no_answer' })
    }
  })

  test('that does not let us in: nothing was sent', async () => {
    const refusing = await carrier((pdu, socket) => answer(pdu, socket, 14))
    expect(await submit(refusing)).toMatchObject({ kind: 'answered', body: { commandStatus: 14, command: 'bind' } })
    const silent = await carrier(() => {})
    expect(await submit(silent)).toMatchObject({ kind: 'not_sent' })
    expect(await submit('smpp://127.0.0.1:9')).toMatchObject({ kind: 'not_sent' })
  })

  test('that is bound once for many messages, ten at a time', async () => {
    let binds = 0
    let underWay = 0
    let most = 0
    const server = await carrier((pdu, socket) => {
      if (pdu.command !== commands.submit) {
        if (pdu.command === commands.bindTransmitter) binds++
        return answer(pdu, socket)
      }
      most = Math.max(most, ++underWay)
      setTimeout(() => {
        underWay--
        answer(pdu, socket)
      }, 5)
    })
    const runner = runnerOf()
    const answers = await Promise.all(Array.from({ length: 40 }, () => submit(server, runner)))
    expect(answers.every(one => one.kind === 'answered')).toBe(true)
    expect([binds, most]).toEqual([1, 10])
  })

  test('that delivers is answered only when all is stored', async () => {
    const heard: number[] = []
    const body = Buffer.from('\0\x01\x0115550123\0\x01\x0115550100\0\0\0\0\0\0\0\0\0\0\x02Hi', 'latin1')
    const server = await carrier((pdu, socket) => {
      heard.push(pdu.command)
      if (pdu.command === commands.bindTransceiver) {
        answer(pdu, socket)
        socket.write(encodePdu({ command: commands.deliver, status: 0, sequence: 77, body }))
      }
    })
    const runner = runnerOf()
    const look = (cursor: string) => runner.perform(request(server, { kind: 'receive', cursor, waitMs: 150 }), environment(server))
    const first = await look('')
    expect(first).toMatchObject({ body: { messages: [{ source: { address: '15550123' }, shortMessage: '4869' }] } })
    expect(await look('')).toMatchObject({ body: { messages: [{}] } })
    expect(heard).not.toContain(0x80000005)
    const { cursor } = (first as { body: { cursor: string } }).body
    expect(await look(cursor)).toMatchObject({ body: { messages: [] } })
    expect(heard.filter(command => command === 0x80000005)).toHaveLength(1)
  })
})
