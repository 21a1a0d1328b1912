/** The link that opens the chat with the community; `ref` comes back with the first message. https://dev.vk.com/ru/api/community-messages/ref */
import type { AccountView } from '@dragoman/core'
import { groupIdOf } from './config.ts'

const longestRef = 255

export function deepLink(account: AccountView, payload: string): string | undefined {
  const groupId = groupIdOf(account)
  const name = account.config.screenName || (/^\d+$/.test(groupId) ? `club${groupId}` : '')
  if (!/^[A-Za-z][A-Za-z0-9_.]{2,31}$/.test(name) || payload.length > longestRef) return undefined
  return payload === '' ? `https://vk.me/${name}` : `https://vk.me/${name}?ref=${encodeURIComponent(payload.toWellFormed())}`
}
