/** E-mail as a channel: a mailbox looked into by IMAP, letters handed over by SMTP. A conversation is a person; threads live in the letters' headers. */
import { defineChannel } from '@dragoman/core'
import { advice } from './advice.ts'
import { capabilities } from './capabilities.ts'
import { badge, config, origins, originsOf } from './config.ts'
import { extras } from './extras.ts'
import { formatText } from './format.ts'
import { addressOfEmail } from './ids.ts'
import { parse } from './parse.ts'
import { replyPolicy } from './policy.ts'
import { next } from './send.ts'
import { accountsOf, verify } from './verify.ts'

export const email = defineChannel({
  id: 'email',
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
  addressOfEmail,
  hasSubjects: true,
  extras,
})
