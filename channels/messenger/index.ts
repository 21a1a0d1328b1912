/** Messenger: a Facebook page's chats and the comments under its posts. Vendor: https://developers.facebook.com/docs/messenger-platform */
import { defineChannel } from '@dragoman/core'
import { advice } from './advice.ts'
import { badge } from './badge.ts'
import { capabilities } from './capabilities.ts'
import { comments } from './comments.ts'
import { config } from './config.ts'
import { deepLink } from './deep-link.ts'
import { extras } from './extras.ts'
import { formatText } from './format.ts'
import { accountsOf, keysOf, parse } from './parse.ts'
import { replyPolicy } from './policy.ts'
import { next } from './send.ts'
import { verify } from './verify.ts'

export const messenger = defineChannel({
  id: 'messenger',
  badge,
  config,
  signs: 'body',
  origins: { graph: 'https://graph.facebook.com', media: 'https://scontent.xx.fbcdn.net' },
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
  extras,
  comments,
})
