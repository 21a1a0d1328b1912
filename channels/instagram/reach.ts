/** Where Instagram can be reached, and what law says of business messages there: the same facts as of Meta's other page messenger. */
import { lawFactsOf, reachFactsOf } from '@dragoman/channel-meta-graph'

export const reachFacts = reachFactsOf('Instagram')
export const lawFacts = lawFactsOf('Instagram')
