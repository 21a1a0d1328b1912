/** Short messages as a channel: over a carrier's SMPP line, or a gateway's JSON. Text only, counted and paid for by the piece. */
import { defineChannel } from '@dragoman/core'
import { advice } from './advice.ts'
import { capabilities } from './capabilities.ts'
import { badge, config, origins, originsOf } from './config.ts'
import { extras } from './extras.ts'
import { formatText } from './format.ts'
import { addressOfPhone } from './ids.ts'
import { parse } from './parse.ts'
import { replyPolicy } from './policy.ts'
import { next } from './send.ts'
import { accountsOf, verify } from './verify.ts'

export const sms = defineChannel({
  id: 'sms',
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
  addressOfPhone,
  extras,
})
