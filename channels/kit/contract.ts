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
export function describeChannel(channel: Channel, subject: ContractSubject): void {
  describe(`channel ${channel.id}`, () => {
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
