/** The living registry: facts about messengers, what holds on a day, what changed. Pure. */
export * from './business.ts'
export * from './facts.ts'
export * from './history.ts'
export * from './matrix.ts'
export * from './reach-and-law.ts'
