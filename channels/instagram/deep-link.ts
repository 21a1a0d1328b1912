/** ig.me links: they open the chat, and bring their `ref` back in a referral. */
import type { AccountView } from '@dragoman/core'

/** Characters that a `ref` may hold, and how many of them. */
const takenRef = /^[A-Za-z0-9_=-]{1,2083}$/

/** The link into a chat with this account; undefined without its username, or where the payload cannot travel in it. */
export function deepLink(account: AccountView, payload: string): string | undefined {
  const { username } = account.config
  if (!username) return undefined
  const address = `https://ig.me/m/${encodeURIComponent(username)}`
  if (payload === '') return address
  return takenRef.test(payload) ? `${address}?ref=${payload}` : undefined
}
