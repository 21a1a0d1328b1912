/** Sites and their visitors in memory, as the simulator keeps them from start to start. */
import type { PhoneMessage } from '@dragoman/channel-kit/simulator'

export interface Site {
  id: string
  name: string
  /** Signs visitors: the owner of a site has it from the account's settings. */
  secret: string
  /** Where this site's visitors post; known once the account is connected. */
  url?: string
}

export interface Visitor {
  id: string
  siteId: string
  name: string
  language: string
  /** Counts the messages of this browser. */
  written: number
  messages: PhoneMessage[]
}

export interface State {
  sites: Site[]
  visitors: Visitor[]
  nextSite: number
}

/** The state of the last run, or an empty one. */
export function restoreState(saved: unknown): State {
  const known = saved as Partial<State> | undefined
  return Array.isArray(known?.sites) && Array.isArray(known.visitors)
    ? { sites: known.sites, visitors: known.visitors, nextSite: known.nextSite ?? known.sites.length + 1 }
    : { sites: [], visitors: [], nextSite: 1 }
}
