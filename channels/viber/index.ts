/** Viber as a channel, in two kinds of account: a bot, and Business Messages through a partner. https://developers.viber.com/docs/api/rest-bot-api/ */
import { defineChannel } from '@dragoman/core'
import { addressOfPhone } from './address.ts'
import { advice } from './advice.ts'
import { capabilities } from './capabilities.ts'
import { badge, config, origins, originsOf } from './config.ts'
import { deepLink } from './deep-link.ts'
import { extras } from './extras.ts'
import { formatText } from './format.ts'
import { parse } from './parse.ts'
import { replyPolicy } from './policy.ts'
import { respond } from './respond.ts'
import { next } from './send.ts'
import { accountsOf, verify } from './verify.ts'

export const viber = defineChannel({
  id: 'viber',
  badge,
  config,
  signs: 'body',
  origins,
  originsOf,
  capabilities,
  replyPolicy,
  advice,
  verify,
  accountsOf,
  parse,
  formatText,
  send: { next, repeatable: false },
  deepLink,
  addressOfPhone,
  respond,
  extras,
})
