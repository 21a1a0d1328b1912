/**
 * Before a request goes to a server that is no web server: may it go there, and with what.
 * Always holds: a password goes only to one of the account's origins, and never unencrypted beyond this machine (carriers'
 * lines excepted, where the account says so: they run through private networks); the address that is connected to is
 * the one that was checked, so that a name cannot change its mind in between.
 */
import type { ServerLogin } from '@dragoman/core'
import { placeholdersIn } from './placeholders.ts'
import type { Secrets } from './redact.ts'
import type { OpenFile } from './request-body.ts'

/** Resolves a server's name to an address that may be reached now; throws an error with the code ECONNREFUSED for any other. */
export type Reach = (server: string) => Promise<string>

export interface ServerEnvironment {
  secrets: Secrets
  origins: readonly string[]
  openFile: OpenFile
  reach: Reach
  timeoutMs?: number
}

export interface OpenableServer {
  /** An address of the server, already checked. */
  address: string
  port: number
  /** The name that its certificate must be for; absent where the setting is an address. */
  servername?: string
  isEncrypted: boolean
  user: string
  password: string
}

export type Admission = { ok: true; server: OpenableServer } | { ok: false; cause: string }

/** Fills in the credentials and finds the address, or says why that may not be. */
export async function admit(login: ServerLogin, environment: ServerEnvironment, { mayBeOpen = false } = {}): Promise<Admission> {
  const url = URL.canParse(login.server) ? new URL(login.server) : undefined
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? ''
  const port = Number(url?.port)
  if (!url || host === '' || !(port > 0) || url.username !== '' || url.pathname.length > 1)
    return { ok: false, cause: `${login.server} is not the address of a server with its port` }
  if (!environment.origins.includes(login.server)) return { ok: false, cause: `Credentials may not go to ${login.server}` }
  const filled: Record<'user' | 'password', string> = { user: login.user, password: login.password }
  for (const field of ['user', 'password'] as const) {
    for (const name of placeholdersIn(login[field])) {
      const secret = Object.hasOwn(environment.secrets, name) ? environment.secrets[name] : undefined
      if (!secret) return { ok: false, cause: `No value for {${name}}` }
      filled[field] = filled[field].replaceAll(`{${name}}`, () => secret)
    }
  }
  const address = await environment.reach(login.server)
  if (login.security === 'none' && !mayBeOpen && !isLoopback(address))
    return { ok: false, cause: 'A password is not sent over an open connection' }
  return {
    ok: true,
    server: {
      address,
      port,
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      isEncrypted: login.security === 'tls',
      ...filled,
    },
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}
