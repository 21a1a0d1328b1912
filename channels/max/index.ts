/** MAX bots as a channel: one-to-one conversation by webhook or long polling. https://dev.max.ru/docs-api */
import { defineChannel } from '@dragoman/core'
import { advice } from './advice.ts'
import { capabilities } from './capabilities.ts'
import { badge, config, origins } from './config.ts'
import { deepLink } from './deep-link.ts'
import { extras } from './extras.ts'
import { formatText } from './format.ts'
import { parse } from './parse.ts'
import { replyPolicy } from './policy.ts'
import { next } from './send.ts'
import { accountsOf, verify } from './verify.ts'

export const max = defineChannel({
  id: 'max',
  badge,
  config,
  signs: 'header',
  origins,
  capabilities,
  replyPolicy,
  advice,
  verify,
  accountsOf,
  parse,
  formatText,
  send: { next, repeatable: false },
  deepLink,
  extras,
})
