/** WhatsApp by Meta's Cloud API, put together. Vendor: https://developers.facebook.com/documentation/business-messaging/whatsapp */
import { defineChannel } from '@dragoman/core'
import { advice } from './advice.ts'
import { badge } from './badge.ts'
import { capabilities } from './capabilities.ts'
import { config } from './config.ts'
import { deepLink } from './deep-link.ts'
import { extras } from './extras.ts'
import { formatText } from './format.ts'
import { addressOfPhone } from './identity.ts'
import { accountsOf, keysOf, parse } from './parse.ts'
import { replyPolicy } from './policy.ts'
import { next } from './send.ts'
import { verify } from './verify.ts'

export const whatsapp = defineChannel({
  id: 'whatsapp',
  badge,
  config,
  signs: 'body',
  origins: { graph: 'https://graph.facebook.com', media: 'https://lookaside.fbsbx.com' },
  capabilities,
  replyPolicy,
  advice,
  verify,
  accountsOf,
  keysOf,
  parse,
  formatText,
  send: { next, repeatable: false },
  deepLink,
  addressOfPhone,
  extras,
})
