/**
 * Public keys of platforms, for signatures [mechanics 18]. Always holds: fetched through the guarded fetch, single flight, at most once in five minutes
 * per URL; unobtainable is 503, never 401.
 */
import type { Hub } from '@dragoman/hub'

export interface KeyStore {
  get(url: string): Promise<unknown>
}

const retryMs = 5 * 60_000

export function createKeyStore(hub: Hub): KeyStore {
  const kept = new Map<string, { at: number; value: Promise<unknown> }>()
  return {
    get(url) {
      const known = kept.get(url)
      if (known && hub.now() - known.at < retryMs) return known.value
      const value = hub.transport
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
        .then(transmission => (transmission.kind === 'answered' && transmission.status === 200 ? transmission.body : undefined))
      kept.set(url, { at: hub.now(), value })
      return value
    },
  }
}
