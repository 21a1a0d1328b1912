/**
 * Telegram bots as a channel: conversation in the bot's own chats, in those of people who let it answer for them, and under a channel's posts, by
 * webhook or long polling. https://core.telegram.org/bots/api
 */
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
import { comments, surfaces } from './surfaces.ts'
import { accountsOf, verify } from './verify.ts'

export const telegram = defineChannel({
  id: 'telegram',
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
  comments,
  surfaces,
})
