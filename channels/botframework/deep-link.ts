/** The link that opens the chat with the bot in Teams. What is handed along stands in the message field: the person sends it. */
import type { AccountView } from '@dragoman/core'

/** Longer words make a link that chat programs cut. */
const longestWords = 200

export function deepLink(account: AccountView, payload: string): string | undefined {
  const appId = account.config.appId ?? ''
  // `join.skype.com` leads nowhere since Skype was closed.
  if (!/^[0-9a-fA-F-]{36}$/.test(appId) || account.config.messenger === 'skype' || payload.length > longestWords) return undefined
  const link = `https://teams.microsoft.com/l/chat/0/0?users=28:${appId}`
  return payload === '' ? link : `${link}&message=${encodeURIComponent(payload.toWellFormed())}`
}
