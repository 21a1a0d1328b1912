/** The link that opens the dialog with the bot; what stands after `start=` comes back with `bot_started`. https://dev.max.ru/docs-api */
import type { AccountView } from '@dragoman/core'

/** Longer ones are left out by MAX without a word. */
const longestPayload = 512

export function deepLink(account: AccountView, payload: string): string | undefined {
  const username = (account.config.username ?? '').replace(/^@/, '')
  if (!/^[A-Za-z0-9_]{3,64}$/.test(username) || payload.length > longestPayload) return undefined
  return payload === '' ? `https://max.ru/${username}` : `https://max.ru/${username}?start=${encodeURIComponent(payload.toWellFormed())}`
}
