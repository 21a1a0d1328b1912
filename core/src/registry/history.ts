/**
 * What changed between two days: facts that began, ended, or took the place of others, reach and law too.
 * Always holds: a change is told on the day on which the state of a key became another; the end of a fact that a newer one had replaced is none.
 */
import { latestOn, type RegistryFact } from './facts.ts'

export interface RegistryChange {
  day: string
  channel: string
  key: string
  kind: 'began' | 'ended' | 'changed'
  before?: RegistryFact
  after?: RegistryFact
}

/** Changes from `since` to `until`, both days included, newest first. */
export function changesSince(facts: readonly RegistryFact[], since: string, until: string): RegistryChange[] {
  const changes: RegistryChange[] = []
  for (const some of Map.groupBy(facts, fact => `${fact.channel} ${fact.key}`).values()) {
    const days = new Set(some.flatMap(fact => [fact.since, fact.until]).filter(day => day !== undefined))
    for (const day of days) {
      if (day < since || day > until) continue
      const before = latestOn(some, dayBefore(day))
      const after = latestOn(some, day)
      if (before === after) continue
      const { channel, key } = (after ?? before)!
      changes.push({ day, channel, key, kind: !before ? 'began' : !after ? 'ended' : 'changed', before, after })
    }
  }
  return changes.sort((a, b) => b.day.localeCompare(a.day) || a.channel.localeCompare(b.channel) || a.key.localeCompare(b.key))
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)
}
