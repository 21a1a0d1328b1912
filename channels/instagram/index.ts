/** Instagram: direct messages of a professional account, comments and mentions, by either login. Vendor: https://developers.facebook.com/docs/instagram-platform */
import { defineChannel } from '@dragoman/core'
import { accessToken } from './access-token.ts'
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

export const instagram = defineChannel({
  id: 'instagram',
  badge,
  config,
  signs: 'body',
  origins: {
    graph: 'https://graph.facebook.com',
    instagram: 'https://graph.instagram.com',
    media: 'https://lookaside.fbsbx.com',
  },
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
  accessToken,
  comments,
})
