/** The two servers of an account as requests name them. A simulator's stand in the account's origins, all others in its settings. */
import type { AccountView, ServerLogin } from '@dragoman/core'
import { originsOf } from './config.ts'

export function ourAddress(account: AccountView): string {
  return (account.config.address ?? account.externalId ?? '').trim().toLowerCase()
}

export function loginAt(account: AccountView, name: 'imap' | 'smtp'): ServerLogin {
  const server = account.origins[name] ?? originsOf(account.config)[name] ?? ''
  const isHere = /^\w+:\/\/(127\.|\[::1\]|localhost:)/.test(server)
  return {
    server,
    security: server.startsWith(`${name}s:`) ? 'tls' : isHere ? 'none' : 'starttls',
    user: account.config.user || account.config.address || '',
    password: '{password}',
  }
}

export function mailboxOf(account: AccountView): string {
  return account.config.mailbox || 'INBOX'
}
