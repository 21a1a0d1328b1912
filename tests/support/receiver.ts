/** A firm's own system on loopback: takes webhooks, verifies them with the standard's own library, answers as it is told. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export interface Received {
  headers: IncomingHttpHeaders
  text: string
  body: { type: string; timestamp: string; data: Record<string, unknown> }
}

export interface Receiver {
  origin: string
  received: Received[]
  /** What is answered; `hang` answers nothing. */
  answer: (request: Received) => { status: number; body?: string; headers?: Record<string, string> } | 'hang'
  /** Throws unless this was signed with the secret. */
  verify(request: Received, secret: string): void
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const one: Received = { headers: request.headers, text, body: JSON.parse(text) }
      receiver.received.push(one)
      const answer = receiver.answer(one)
      if (answer === 'hang') return
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const receiver: Receiver = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: () => ({ status: 204 }),
    verify: (request, secret) => {
      new Webhook(secret).verify(request.text, request.headers as Record<string, string>)
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return receiver
}
