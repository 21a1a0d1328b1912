/**
 * Messenger's webhook bodies → canonical events.
 * Always holds: total; every item and change is looked at; what is not used becomes `ignored` with its reason.
 */
import { objectAt, textAt } from '@dragoman/channel-kit'
import { accountsInEnvelope, ignoredItem, type MessagingChange, parseEnvelope, parseItem } from '@dragoman/channel-meta-graph'
import type { AccountsInBody, AccountView, InboundEvent } from '@dragoman/core'
import { pageIdOf } from './config.ts'
import { dialect } from './dialect.ts'
import { feedEvents, mentionEvents } from './parse-feed.ts'

/** The pages that a body speaks of. */
export function accountsOf(body: Uint8Array): AccountsInBody {
  return accountsInEnvelope(body)
}

export function keysOf(account: AccountView): string[] {
  return [pageIdOf(account)]
}

/** The events of a body that concern the page. */
export function parse(body: Uint8Array, account: AccountView): InboundEvent[] {
  return parseEnvelope(body, {
    object: dialect.object,
    ownIds: dialect.ownIds(account),
    item: item => parseItem(item, dialect, account),
    change: change => changeEvents(change),
  })
}

function changeEvents(change: MessagingChange): InboundEvent[] {
  switch (change.field) {
    case 'feed':
      return feedEvents(change)
    case 'mention':
      return mentionEvents(change)
    case 'message_template_status_update':
      return [templateEvent(change)]
    case 'messaging_integrity':
    case 'business_integrity':
      return [integrityEvent(change)]
    default:
      return [ignoredItem(change, 'field_not_used', change.field)]
  }
}

function templateEvent(change: MessagingChange): InboundEvent {
  const { value, entryAt, fingerprint } = change
  const name = textAt(value, 'message_template_name') ?? textAt(value, 'name')
  const status = (textAt(value, 'event') ?? textAt(value, 'status'))?.toLowerCase()
  if (!name || !status) return ignoredItem(change, 'nothing_in_it', change.field)
  const reason = textAt(value, 'reason')
  const language = textAt(value, 'message_template_language') ?? textAt(value, 'language') ?? ''
  return {
    kind: 'account.changed',
    externalId: `template:${fingerprint}`,
    at: entryAt,
    change: { what: 'template', name, language, status, ...(reason && reason !== 'NONE' ? { reason } : {}) },
  }
}

/** Meta names the field and not its shape: what it says is kept in words for people. */
function integrityEvent(change: MessagingChange): InboundEvent {
  const { value, entryAt, fingerprint } = change
  const level = textAt(value, 'action') ?? textAt(value, 'status') ?? 'changed'
  const detail = textAt(value, 'reason') ?? (objectAt(value) ? JSON.stringify(value).slice(0, 300) : undefined)
  return {
    kind: 'account.changed',
    externalId: `integrity:${fingerprint}`,
    at: entryAt,
    change: { what: 'quality', level, ...(detail ? { detail } : {}) },
  }
}
