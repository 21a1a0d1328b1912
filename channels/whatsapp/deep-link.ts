/** wa.me links: they open the chat with a text that the customer still has to send. */
import type { AccountView } from '@dragoman/core'

/** A prefilled text is cut by the app beyond this; characters. */
const longestPrefill = 140

/** The link into a chat with this number; undefined where the telephone number is not in the settings. */
export function deepLink(account: AccountView, payload: string): string | undefined {
  const digits = (account.config.displayNumber ?? '').replace(/[^0-9]/g, '')
  if (digits.length < 6) return undefined
  const text = [...payload.toWellFormed()].slice(0, longestPrefill).join('')
  return `https://wa.me/${digits}${text === '' ? '' : `?text=${encodeURIComponent(text)}`}`
}
