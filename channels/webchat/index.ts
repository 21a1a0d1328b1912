/** The site's own chat as a channel: the platform is this hub, the messenger is the widget in `widget/`. There is no address outside. */
import { defineChannel } from '@dragoman/core'
import { advice } from './advice.ts'
import { capabilities } from './capabilities.ts'
import { badge, config } from './config.ts'
import { formatText } from './format.ts'
import { parse } from './parse.ts'
import { replyPolicy } from './policy.ts'
import { next } from './send.ts'
import { accountsOf, verify } from './verify.ts'

export const webchat = defineChannel({
  id: 'webchat',
  badge,
  config,
  signs: 'header',
  origins: {},
  capabilities,
  replyPolicy,
  advice,
  verify,
  accountsOf,
  parse,
  formatText,
  // Never uncertain, so there is nothing that a key would have to make harmless [mechanics 21].
  send: { next, repeatable: false },
  // Typing, read marks, edits, removals and reactions are the hub's own rows; the visitors' stream carries them. Nobody outside is to be asked.
  extras: {},
})
