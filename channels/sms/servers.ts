/** Where an account's carrier is, as requests name it. A simulator's addresses stand in the account's origins, all others in its settings. */
import type { AccountView, SmppRequest } from '@dragoman/core'
import { originsOf } from './config.ts'

/** The SMPP line without a command; undefined where the settings name none. */
export function lineOf(account: AccountView): Omit<SmppRequest, 'command'> | undefined {
  const server = account.origins.smpp ?? originsOf(account.config).smpp
  if (server === undefined) return undefined
  return {
    via: 'smpp',
    server,
    security: server.startsWith('smpps:') ? 'tls' : 'none',
    user: account.config.systemId ?? '',
    password: '{password}',
    systemType: account.config.systemType ?? '',
    bind: account.config.bind === 'separate' ? 'separate' : 'transceiver',
  }
}

export function gatewayOf(account: AccountView): string | undefined {
  return account.origins.gateway ?? originsOf(account.config).gateway
}
