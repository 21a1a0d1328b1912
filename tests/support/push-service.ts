/** A browser vendor's push service on loopback, with the browsers behind it: takes pushes, checks who sends them, decrypts them with the subscription's own keys. */
import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { PushPayload } from '@dragoman/api'

interface Decrypt {
  decrypt(body: Buffer, options: { version: 'aes128gcm'; privateKey: object; authSecret: string }): Buffer
}
const encryptedContent = createRequire(import.meta.url)('http_ece') as Decrypt

export interface PushedTo {
  subscription: { endpoint: string; keys: { p256dh: string; auth: string } }
  /** What came, decrypted. */
  shown: PushPayload[]
  headers: IncomingHttpHeaders[]
}

export interface PushService {
  origin: string
  /** The status that is answered. */
  answers: number
  newBrowser(): PushedTo
  /** Whether a push was signed by the holder of this public key, for this service. */
  isSignedBy(headers: IncomingHttpHeaders, publicKey: string): boolean
  close(): Promise<void>
}

export async function startPushService(): Promise<PushService> {
  const browsers = new Map<string, (body: Buffer, headers: IncomingHttpHeaders) => void>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      if (service.answers < 300) browsers.get(request.url ?? '')?.(Buffer.concat(chunks), request.headers)
      response.writeHead(service.answers).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const service: PushService = {
    origin,
    answers: 201,
    newBrowser() {
      const path = `/push/${randomBytes(12).toString('hex')}`
      const keys = createECDH('prime256v1')
      keys.generateKeys()
      const auth = randomBytes(16).toString('base64url')
      const browser: PushedTo = {
        subscription: { endpoint: `${origin}${path}`, keys: { p256dh: keys.getPublicKey('base64url'), auth } },
        shown: [],
        headers: [],
      }
      browsers.set(path, (body, headers) => {
        const text = encryptedContent.decrypt(body, { version: 'aes128gcm', privateKey: keys, authSecret: auth }).toString('utf8')
        browser.shown.push(JSON.parse(text) as PushPayload)
        browser.headers.push(headers)
      })
      return browser
    },
    isSignedBy(headers, publicKey) {
      const token = /^vapid t=([^,]+), ?k=(.+)$/.exec(headers.authorization ?? '')
      if (!token || token[2] !== publicKey) return false
      const [head, claims, signature] = token[1]!.split('.') as [string, string, string]
      const point = Buffer.from(publicKey, 'base64url')
      const key = createPublicKey({
        format: 'jwk',
        key: { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') },
      })
      const isGood = verify(
        'sha256',
        Buffer.from(`${head}.${claims}`),
        { key, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      )
      return isGood && (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string }).aud === origin
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return service
}
