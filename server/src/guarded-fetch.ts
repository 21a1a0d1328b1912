/**
 * The only way out of the house. Always holds: a connection goes to a public unicast address, checked when the name is resolved (so a name that
 * changes its mind is no use) and for literal addresses too; the exact origins of our own simulator are the one exception; redirects are not followed.
 */
import { lookup } from 'node:dns'
import { lookup as lookupName } from 'node:dns/promises'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, ProxyAgent, fetch as undiciFetch } from 'undici'

export interface GuardedFetch {
  /** `proxy`: an HTTP proxy to go through; it must be an address that may be reached itself. */
  fetch: (url: string, init: RequestInit, proxy?: string) => Promise<Response>
  /** Why an address would be refused now, for whoever types it in; undefined: it may be reached. */
  refusalOf(url: string): Promise<string | undefined>
  /** The address at which a server that speaks no HTTP (`smtps://mail.shop.example:465`) may be connected to; throws where it may not be. */
  reach(server: string): Promise<string>
  close(): Promise<void>
}

/** Whether an address may be reached: public unicast only. IPv4 inside IPv6 is looked at as IPv4. */
export function isPublicAddress(address: string): boolean {
  try {
    const parsed = ipaddr.process(address)
    return parsed.range() === 'unicast'
  } catch {
    return false
  }
}

const lookupAll = (host: string) => lookupName(host, { all: true })

class BlockedAddressError extends Error {
  /** Refused before a byte was written: the runner says `not_sent`. */
  readonly code = 'ECONNREFUSED'
}

/** Makes the fetch. `localOrigins` are asked at each call: the simulator's, where it runs, and what the operator permits (OUTGOING_ALLOW). */
export function createGuardedFetch(localOrigins: () => readonly string[]): GuardedFetch {
  const common = {
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
    // As many as sendings may be under way: how fast a platform is written to is a matter of pace, not of sockets.
    connections: 1_024,
    keepAliveTimeout: 2_000,
    keepAliveMaxTimeout: 2_000,
    pipelining: 1,
  }
  const guarded = new Agent({
    ...common,
    connect: {
      timeout: 5_000,
      lookup: (hostname, options, callback) => {
        lookup(hostname, { ...options, all: true }, (error, addresses) => {
          if (error) return callback(error, [])
          const allowed = addresses.filter(({ address }) => isPublicAddress(address))
          if (allowed.length === 0)
            return callback(new BlockedAddressError(`${hostname} does not lead to a public address`) as NodeJS.ErrnoException, [])
          if (options.all) return (callback as (error: null, addresses: typeof allowed) => void)(null, allowed)
          return callback(null, allowed[0]!.address, allowed[0]!.family)
        })
      },
    },
  })
  // A socket that was idle for more than 2 s is never used for a send [mechanics 14]: `keepAliveTimeout` above.
  const local = new Agent({ ...common, connect: { timeout: 5_000 } })
  const isPermitted = (url: string) => localOrigins().some(origin => url === origin || url.startsWith(`${origin}/`))
  const proxies = new Map<string, ProxyAgent>()
  /** Connects to the address that was looked at, not to a name that may change its mind. */
  const throughProxy = async (proxy: string): Promise<ProxyAgent> => {
    const known = proxies.get(proxy)
    if (known) return known
    const url = new URL(proxy)
    const address = await reach(`${url.origin}/`)
    const made = new ProxyAgent({
      ...common,
      uri: `${url.protocol}//${isIP(address) === 6 ? `[${address}]` : address}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`,
      token:
        url.username === ''
          ? undefined
          : `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`,
      proxyTls: { servername: url.hostname, timeout: 5_000 },
      requestTls: { timeout: 5_000 },
      // Without it a proxy would read what goes to a plain http address.
      proxyTunnel: true,
    })
    proxies.set(proxy, made)
    return made
  }
  async function reach(server: string): Promise<string> {
    const host = new URL(server).hostname.replace(/^\[|\]$/g, '')
    const isLocal = isPermitted(server)
    const addresses = isIP(host) !== 0 ? [{ address: host }] : await lookupAll(host)
    const found = addresses.find(({ address }) => isLocal || isPublicAddress(address))
    if (!found) throw new BlockedAddressError(`${host} does not lead to a public address`)
    return found.address
  }
  return {
    refusalOf: async url => {
      const target = new URL(url)
      if (target.protocol !== 'https:' && target.protocol !== 'http:')
        return 'Only addresses that begin with https:// or http:// can be reached.'
      if (isPermitted(url)) return undefined
      const host = target.hostname.replace(/^\[|\]$/g, '')
      const inside = 'is inside the network. The operator can permit it with OUTGOING_ALLOW.'
      if (isIP(host) !== 0) return isPublicAddress(host) ? undefined : `${host} ${inside}`
      const addresses = await lookupAll(host).catch(() => undefined)
      if (!addresses) return `The name ${host} cannot be found.`
      return addresses.some(({ address }) => isPublicAddress(address)) ? undefined : `${host} ${inside}`
    },
    reach,
    fetch: async (url, init, proxy) => {
      const target = new URL(url)
      if (target.protocol !== 'https:' && target.protocol !== 'http:') throw new BlockedAddressError(`${target.protocol} is not allowed`)
      const isLocal = isPermitted(url)
      const host = target.hostname.replace(/^\[|\]$/g, '')
      // The look-up hook is not called for literal addresses.
      if (!isLocal && isIP(host) !== 0 && !isPublicAddress(host)) throw new BlockedAddressError(`${host} is not a public address`)
      // A proxy resolves names itself, in its own network: what is inside of ours is refused here all the same.
      if (proxy !== undefined && !isLocal && isIP(host) === 0) {
        const addresses = await lookupAll(host).catch(() => [])
        if (addresses.length > 0 && !addresses.some(({ address }) => isPublicAddress(address)))
          throw new BlockedAddressError(`${host} does not lead to a public address`)
      }
      const dispatcher = proxy === undefined ? (isLocal ? local : guarded) : await throughProxy(proxy)
      const options = { ...init, redirect: 'manual', dispatcher } as unknown as Parameters<typeof undiciFetch>[1]
      try {
        return (await undiciFetch(url, options)) as unknown as Response
      } catch (error) {
        // The proxy would not open the way: nothing of the request was written.
        if (proxy !== undefined && /Proxy response/.test(wordsOf(error)))
          throw new BlockedAddressError(`The proxy refused: ${wordsOf(error)}`)
        throw error
      }
    },
    close: async () => {
      await Promise.all([guarded.close(), local.close(), ...[...proxies.values()].map(agent => agent.close())])
    },
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${wordsOf(error.cause)}`
}
