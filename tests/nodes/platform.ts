/**
 * A messenger's platform for tests over several processes: it speaks as much of Telegram's Bot API as a bot needs, keeps book of each sending, and posts
 * customers' messages until they are acknowledged. Always holds: an id that is among `acknowledged` was answered 200; each sending is in the book once per request.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Platform {
  origin: string
  port: number
  /** Texts of all sendings, in the order in which they came. */
  sent: { text: string; at: number; from: string }[]
  /** Numbers of customers' messages that were answered 200. */
  acknowledged: Set<number>
  /** Statuses of all answers to our webhooks; 0: none came. */
  statuses: Map<number, number>
  webhook(): { path: string; secret: string } | undefined
  /** Posts a customer's message again and again until it is acknowledged, to one hub or the other. */
  write(number: number, hubs: readonly string[]): Promise<void>
  close(): Promise<void>
}

export const token = '4242424242:test-token-of-a-platform-in-a-test'
/** So many customers write, in turn. */
export const customers = 20
export const textOf = (number: number) => `message ${number}`

/** `host`: where it listens; `thinksMs`: how long each answer takes, so that some are under way at any moment. */
export async function startPlatform(host = '127.0.0.1', thinksMs = 0): Promise<Platform> {
  let registered: { path: string; secret: string } | undefined
  let sentIds = 1_000_000
  const sent: Platform['sent'] = []
  const acknowledged = new Set<number>()
  const statuses = new Map<number, number>()
  let closed = false

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const method = request.url!.split('/').at(-1)!.split('?')[0]!
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, string>
      const result = answer(method, body, request.socket.remoteAddress ?? '')
      setTimeout(() => {
        response
          .writeHead(result === undefined ? 404 : 200, { 'content-type': 'application/json' })
          .end(JSON.stringify(result === undefined ? { ok: false, error_code: 404, description: 'Not Found' } : { ok: true, result }))
      }, thinksMs)
    })
  })

  function answer(method: string, body: Record<string, string>, from: string): unknown {
    switch (method) {
      case 'getMe':
        return { id: 4242424242, is_bot: true, first_name: 'Shop', username: 'shop_bot' }
      case 'getWebhookInfo':
        return { url: '', has_custom_certificate: false, pending_update_count: 0 }
      case 'setWebhook':
        registered = { path: new URL(body.url!).pathname, secret: body.secret_token! }
        return true
      case 'sendMessage':
        sent.push({ text: body.text!, at: Date.now(), from })
        return {
          message_id: sentIds++,
          date: Math.floor(Date.now() / 1000),
          chat: { id: Number(body.chat_id), type: 'private' },
          text: body.text,
        }
      default:
        return undefined
    }
  }

  await new Promise<void>(resolve => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://${host}:${port}`,
    port,
    sent,
    acknowledged,
    statuses,
    webhook: () => registered,
    async write(number, hubs) {
      const who = 100 + (number % customers)
      const from = { id: who, first_name: `Customer ${who}`, is_bot: false }
      const update = {
        update_id: 1_000 + number,
        message: {
          message_id: number,
          date: Math.floor(Date.now() / 1000),
          chat: { id: who, type: 'private', first_name: from.first_name },
          from,
          text: textOf(number),
        },
      }
      for (let tries = 0; !closed; tries++) {
        const status = await fetch(`${hubs[(number + tries) % hubs.length]}${registered!.path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': registered!.secret },
          body: JSON.stringify(update),
          signal: AbortSignal.timeout(10_000),
        }).then(
          response => response.status,
          () => 0,
        )
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status === 200) {
          acknowledged.add(number)
          return
        }
        await new Promise(resolve => setTimeout(resolve, 100))
      }
    },
    async close() {
      closed = true
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
