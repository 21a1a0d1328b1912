/**
 * Where short messages can be used and by whom: dated facts, not legal advice. The register holds none for SMS; rules for registered senders differ from
 * country to country and are the carrier's to tell, so all is unknown here and shown so.
 */
import type { LawFact, ReachFact } from '@dragoman/core'

export const reach: ReachFact[] = []

export const law: LawFact[] = []
