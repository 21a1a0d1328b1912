/** Bots at Microsoft's Bot Connector as a channel: Teams, and Skype as it was. https://learn.microsoft.com/azure/bot-service/rest-api/ */
import { defineChannel } from '@dragoman/core'
import { accessToken } from './access-token.ts'
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

export const botframework = defineChannel({
  id: 'botframework',
  badge,
  config,
  signs: 'token',
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
  accessToken,
})
