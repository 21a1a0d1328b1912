/**
 * Where e-mail can be reached and who may use it for what: dated facts, not legal advice. Nothing in the register speaks of e-mail in any country,
 * so its reach is unknown there and shown so: a single provider may be blocked where e-mail is not.
 */
import type { LawFact, ReachFact } from '@dragoman/core'

export const reach: ReachFact[] = []

export const law: LawFact[] = []
