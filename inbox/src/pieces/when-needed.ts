/**
 * Pieces of the page that are loaded when first shown. Always holds: a lost connection never breaks what is on the screen: a piece waits until the
 * network is back, and once the page has come to rest all of them are fetched ahead, so that nothing is missing while offline.
 */

import { loadLaterWords } from '../i18n.ts'

const loaders: (() => Promise<unknown>)[] = []

/** Makes a loader patient, and remembers it for `loadAhead`. */
export function whenNeeded<Module>(load: () => Promise<Module>): () => Promise<Module> {
  const patient = async (): Promise<Module> => {
    for (let attempt = 1; ; attempt++) {
      try {
        const [module] = await Promise.all([load(), loadLaterWords()])
        return module
      } catch (error) {
        // Online and still not there: a newer version of the page is served now, and this one is over.
        if (navigator.onLine && attempt >= 3) throw error
        await pause()
      }
    }
  }
  loaders.push(patient)
  return patient
}

/** Fetches everything that may be needed later, one after the other. */
export async function loadAhead(): Promise<void> {
  for (const load of loaders.splice(0)) await load().catch(() => undefined)
}

function pause(): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      window.removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, 2_000)
    window.addEventListener('online', done)
  })
}
