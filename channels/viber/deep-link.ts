/** The link that opens the chat with the bot; `context` comes back with `conversation_started`. https://developers.viber.com/docs/tools/deep-links/ */
import type { AccountView } from '@dragoman/core'
import { isBusiness } from './config.ts'

export function deepLink(account: AccountView, payload: string): string | undefined {
  const uri = account.config.username ?? ''
  if (isBusiness(account) || !/^[A-Za-z0-9_.-]{1,64}$/.test(uri)) return undefined
  const context = payload === '' ? '' : `&context=${encodeURIComponent(payload.toWellFormed())}`
  return `viber://pa?chatURI=${encodeURIComponent(uri)}${context}`
}
