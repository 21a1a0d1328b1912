/**
 * Instagram's webhook bodies → canonical events.
 * Always holds: total; every item and change is looked at; what is not used becomes `ignored` with its reason. The folder of requests is told to
 * nobody: where the settings want it, a person's words say that the conversation is a request if it was not known before.
 */
import { accountsInEnvelope, ignoredItem, type MessagingChange, parseEnvelope, parseItem } from '@dragoman/channel-meta-graph'
import type { AccountsInBody, AccountView, InboundEvent } from '@dragoman/core'
import { ownIdsOf } from './config.ts'
import { dialect } from './dialect.ts'
import { commentEvents, mentionEvents } from './parse-comments.ts'

/** The accounts that a body speaks of. */
export function accountsOf(body: Uint8Array): AccountsInBody {
  return accountsInEnvelope(body)
}

export function keysOf(account: AccountView): string[] {
  return ownIdsOf(account)
}

/** The events of a body that concern the account. */
export function parse(body: Uint8Array, account: AccountView): InboundEvent[] {
  const showsRequests = account.config.requests !== 'no'
  return parseEnvelope(body, {
    object: dialect.object,
    ownIds: dialect.ownIds(account),
    item: item => {
      const events = parseItem(item, dialect, account)
      return showsRequests ? events.flatMap(withRequest) : events
    },
    change: changeEvents,
  })
}

/** Before a person's words: a request, if this is the first that is heard of the person. */
function withRequest(event: InboundEvent): InboundEvent[] {
  if (event.kind !== 'message.received' || event.place !== undefined) return [event]
  const { at, threadId, identity } = event
  const about = { at, ...(threadId ? { threadId } : {}), ...(identity ? { identity } : {}) }
  return [{ ...about, kind: 'conversation.requested', externalId: `request:${event.externalId}`, onlyNew: true }, event]
}

function changeEvents(change: MessagingChange): InboundEvent[] {
  switch (change.field) {
    case 'comments':
    case 'live_comments':
      return commentEvents(change)
    case 'mentions':
      return mentionEvents(change)
    default:
      return [ignoredItem(change, 'field_not_used', change.field)]
  }
}
