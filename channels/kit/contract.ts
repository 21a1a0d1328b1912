/**
 * One suite over all channels: what any of them must keep, tried on its fixtures, on broken input, and against its simulator over real HTTP.
 * Always holds: a channel's `contract.test.ts` is one call of `describeChannel`; a skipped check states its reason; a new fixture is a new test.
 */
import type { Channel } from '@dragoman/core'
import { afterEach, describe } from 'vitest'
import { type Bench, type Customer, openBench } from './contract/bench.ts'
import { failureTests } from './contract/failures.ts'
import { fixtureTests } from './contract/fixtures.ts'
import { limitTests } from './contract/limits.ts'
import { platformTests } from './contract/platform.ts'
import { roundTripTests } from './contract/round-trip.ts'
import { shapeTests } from './contract/shape.ts'
import type { ContractSubject } from './contract/subject.ts'
import { totalityTests } from './contract/totality.ts'

export { type Bench, type Customer, openBench, rawOf } from './contract/bench.ts'
export { bodyOf, type InFixture, type OutFixture, readFixtures } from './contract/fixtures.ts'
export { sampleBodies, sampleFile, textOfLength } from './contract/samples.ts'
export { factsOf } from './contract/shape.ts'
export type { CheckName, ContractSubject, Sample } from './contract/subject.ts'

/** Holds a channel to its contract. */
export function describeChannel(whole: Channel, subject: ContractSubject): void {
  const channel = forKind(whole, subject.without ?? [])
  const { service } = subject.account.config
  describe(`channel ${channel.id}${service ? ` (${service})` : ''}`, () => {
    const open: Bench[] = []
    afterEach(async () => {
      await Promise.all(open.splice(0).map(bench => bench.close()))
    })
    const context = { channel, subject }
    const join = async (): Promise<{ bench: Bench; customer: Customer }> => {
      if (!subject.simulator) throw new Error('No simulator')
      const bench = await openBench(channel, subject.simulator)
      open.push(bench)
      return { bench, customer: await bench.newCustomer('Anna') }
    }
    shapeTests(context)
    fixtureTests(context)
    totalityTests(context)
    failureTests(context)
    roundTripTests(context, join)
    limitTests(context, join)
    platformTests(context, join)
  })
}

/** The channel as accounts of one kind have it. */
function forKind(channel: Channel, without: NonNullable<ContractSubject['without']>): Channel {
  if (without.length === 0) return channel
  const names: readonly string[] = without
  const { deepLink, addressOfPhone, extras, ...rest } = channel
  return {
    ...rest,
    ...(deepLink && !names.includes('deepLink') ? { deepLink } : {}),
    ...(addressOfPhone && !names.includes('addressOfPhone') ? { addressOfPhone } : {}),
    extras: Object.fromEntries(Object.entries(extras).filter(([name]) => !names.includes(name))),
  }
}
