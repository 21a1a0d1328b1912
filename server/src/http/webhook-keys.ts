/**
 * Public keys of platforms, for signatures [mechanics 18]. Always holds: fetched through the guarded fetch, single flight, at most once in five minutes
 * per URL; what was had once is used for a day while nothing newer can be had; unobtainable is 503, never 401.
 */
import type { Hub } from '@dragoman/hub'

export interface KeyStore {
  /** What lies at an address; `anew` where what was had did not hold the key that is looked for. Undefined: it cannot be had. */
  get(url: string, anew?: boolean): Promise<unknown>
}

interface Kept {
  /** When it was asked for last. */
  askedAt: number
  flight?: Promise<void>
  value?: unknown
  /** When the value came. */
  at?: number
}

const retryMs = 5 * 60_000
const lastsMs = 24 * 60 * 60_000
/** More addresses than all platforms have: what is asked for is named by channels, but part of it may come from answers. */
const mostUrls = 100

export function createKeyStore(hub: Pick<Hub, 'now' | 'transport'>): KeyStore {
  const kept = new Map<string, Kept>()
  return {
    async get(url, anew = false) {
      const entry = kept.get(url)
      if (entry?.flight) await entry.flight
      else if (!entry || ((anew || lasting(entry) === undefined) && hub.now() - entry.askedAt >= retryMs)) await ask(url, entry)
      return lasting(kept.get(url))
    },
  }

  function lasting(entry: Kept | undefined): unknown {
    return entry?.at !== undefined && hub.now() - entry.at < lastsMs ? entry.value : undefined
  }

  async function ask(url: string, before: Kept | undefined): Promise<void> {
    if (kept.size >= mostUrls) kept.clear()
    const entry: Kept = { ...before, askedAt: hub.now() }
    kept.set(url, entry)
    entry.flight = hub.transport
      .perform(
        { via: 'http', method: 'GET', url, body: { type: 'none' } },
        {
          secrets: {},
          origins: [],
          openFile: async () => {
            throw new Error('No files here')
          },
        },
      )
      .then(transmission => {
        if (transmission.kind !== 'answered' || transmission.status !== 200) return
        entry.value = transmission.body
        entry.at = hub.now()
      })
      .finally(() => {
        delete entry.flight
      })
    await entry.flight
  }
}
