/**
 * How a visitor's browser talks to the hub: addresses, token, requests. Written from the widget's documented protocol (README), not from the adapter.
 * Always holds: a token names one visitor of one endpoint and is signed with the site's own key.
 */
import { createHmac } from 'node:crypto'
import type { SimulatorEnvironment, Upload } from '@dragoman/channel-kit/simulator'
import type { Site, Visitor } from './state.ts'

export interface Address {
  /** The id of the endpoint. */
  endpoint: string
  /** Where events are posted. */
  events: string
  /** The visitor's own routes of a hub; absent where a test only takes webhooks. */
  hub?: string
}

/** What can be told from the address that the account was given for webhooks. */
export function addressOf(site: Site): Address | undefined {
  if (!site.url || !URL.canParse(site.url)) return undefined
  const url = new URL(site.url)
  const endpoint = url.pathname.split('/').at(-1) ?? ''
  if (!/^\/webhooks\/[^/]+\/[^/]+$/.test(url.pathname)) return { endpoint, events: site.url }
  const hub = `${url.origin}/visitor/${endpoint}`
  return { endpoint, events: `${hub}/events`, hub }
}

/** Longer than any demo. */
const tokenLifeMs = 30 * 86_400_000

/** The token of a visitor, as the site's owner may sign it. */
export function tokenOf(site: Site, visitor: Visitor, endpoint: string, now: number): string {
  const claims = Buffer.from(JSON.stringify({ kind: 'visitor', id: visitor.id, endpoint, until: now + tokenLifeMs })).toString('base64url')
  return `${claims}.${createHmac('sha256', site.secret).update(claims).digest('base64url')}`
}

/** Uploads a file as the widget does; gives the hub's id of it, or the reason why not. */
export async function upload(
  environment: SimulatorEnvironment,
  hub: string,
  token: string,
  file: Upload,
): Promise<{ id: string } | { reason: string }> {
  const boundary = `----simulated-${Math.floor(environment.random() * 1e12).toString(36)}`
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${file.name.replace(/["\r\n]/g, '_')}"\r\ncontent-type: ${file.mimeType}\r\n\r\n`
  const answer = await environment.post({
    url: `${hub}/files`,
    headers: { authorization: `Bearer ${token}`, 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  })
  const said = jsonOf(answer.body) as { fileId?: string; detail?: string }
  return answer.status === 200 && said.fileId ? { id: said.fileId } : { reason: said.detail ?? `The hub answered ${answer.status}` }
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}
