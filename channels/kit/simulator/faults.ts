/** Fault switches of a simulator. A number is how many more times a fault strikes; `Infinity` lasts until it is switched off. */
import type { FaultName, Faults } from './types.ts'

/** All faults off. */
export function noFaults(): Faults {
  return {
    rateLimit: 0,
    rateLimitRetryAfterMs: 2_000,
    serverError: 0,
    timeoutAfterAccept: 0,
    expiredToken: 0,
    duplicateWebhooks: 0,
    reorderWebhooks: 0,
  }
}

/** Whether the fault strikes now; each strike is counted off. */
export function strikes(faults: Faults, name: FaultName): boolean {
  if (!(faults[name] > 0)) return false
  faults[name] -= 1
  return true
}
