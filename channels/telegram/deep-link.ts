/** The link that opens the chat with the bot; what stands after `start=` comes back with the customer's first press. */
import type { AccountView } from '@dragoman/core'

/** Up to 64 characters of these; https://core.telegram.org/bots/features#deep-linking */
const payloadPattern = /^[A-Za-z0-9_-]{0,64}$/

export function deepLink(account: AccountView, payload: string): string | undefined {
  const username = (account.config.username ?? '').replace(/^@/, '')
  if (!/^[A-Za-z][A-Za-z0-9_]{3,31}$/.test(username) || !payloadPattern.test(payload)) return undefined
  return payload === '' ? `https://t.me/${username}` : `https://t.me/${username}?start=${payload}`
}
