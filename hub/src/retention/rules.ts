/** From the setting to days for each account. Always holds: pure; the narrowest rule counts, account before channel before workspace; null keeps for ever. */
import type { Retention } from '@dragoman/api'

export interface AccountRule {
  accountId: string
  messages: number | null
  files: number | null
}

export function rulesOf(value: Retention, accounts: readonly { id: string; channel: string }[]): AccountRule[] {
  return accounts.map(account => {
    const own =
      value.exceptions.find(one => one.accountId === account.id) ?? value.exceptions.find(one => one.channel === account.channel) ?? value
    return { accountId: account.id, messages: own.messages, files: own.files }
  })
}

/** The moment before which something goes, in ms; undefined: never. */
export function cutoff(days: number | null, now: number): Date | undefined {
  return days === null ? undefined : new Date(now - days * 86_400_000)
}
