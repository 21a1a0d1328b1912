/** Messages and wall comments of a VK community, by Callback API or Bots Long Poll. https://dev.vk.com/ru/api/community-messages/getting-started */
import { defineChannel } from '@dragoman/core'
import { advice } from './advice.ts'
import { capabilities } from './capabilities.ts'
import { commentCapabilities } from './comment-capabilities.ts'
import { badge, config, origins } from './config.ts'
import { deepLink } from './deep-link.ts'
import { extras } from './extras.ts'
import { formatText } from './format.ts'
import { parse } from './parse.ts'
import { commentPolicy, replyPolicy } from './policy.ts'
import { next } from './send.ts'
import { accountsOf, verify } from './verify.ts'

export const vk = defineChannel({
  id: 'vk',
  badge,
  config,
  signs: 'secret_in_body',
  origins,
  capabilities,
  replyPolicy,
  advice,
  verify,
  accountsOf,
  parse,
  formatText,
  send: { next, repeatable: true },
  deepLink,
  extras,
  comments: { capabilities: commentCapabilities, replyPolicy: commentPolicy },
})
