/** m.me links: they open the chat, and bring their `ref` back in a referral. */
import type { AccountView } from '@dragoman/core'
import { pageIdOf } from './config.ts'

/** Characters that a `ref` may hold, and how many of them. */
const takenRef = /^[A-Za-z0-9_=-]{1,2083}$/

/** The link into a chat with this page; undefined where the payload cannot travel in it. */
export function deepLink(account: AccountView, payload: string): string | undefined {
  const page = account.config.pageName || pageIdOf(account)
  if (!page) return undefined
  const address = `https://m.me/${encodeURIComponent(page)}`
  if (payload === '') return address
  return takenRef.test(payload) ? `${address}?ref=${payload}` : undefined
}
