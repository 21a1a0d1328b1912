/**
 * Webhook bodies → canonical events, for one account at a time [mechanics 1].
 * Always holds: total (never throws, never empty); every entry, change, message and status is looked at; what is not understood is `ignored`
 * with its reason. A change with a phone number id belongs to that number; one without (templates, quality, account news) belongs to every
 * account of its WhatsApp Business Account, named `waba:<id>`.
 */

import { arrayAt, idAt, numericAt, objectAt, readCleanJson, sha256Hex, textAt } from '@dragoman/channel-kit'
import type { AccountsInBody, AccountView, InboundEvent } from '@dragoman/core'
import { type ChangeContext, ignoredEvent, timeOf } from './change.ts'
import { phoneNumberIdOf } from './config.ts'
import { parseAccountChange } from './parse-account.ts'
import { parseCalls, parsePreferences, parseUserIdUpdates } from './parse-contact.ts'
import { parseEchoes, parseMessages } from './parse-message.ts'
import { parseStatuses } from './parse-status.ts'

/** All phone number ids in a body, and `waba:<id>` for changes that name no number. */
export function accountsOf(body: Uint8Array): AccountsInBody {
  const externalIds = new Set<string>()
  const root = readCleanJson(body).value
  for (const entry of arrayAt(root, 'entry')) {
    const wabaId = idAt(entry, 'id')
    for (const change of arrayAt(entry, 'changes')) {
      const phoneNumberId = idAt(change, 'value', 'metadata', 'phone_number_id')
      if (phoneNumberId) externalIds.add(phoneNumberId)
      else if (wabaId) externalIds.add(`waba:${wabaId}`)
    }
  }
  return { kind: 'named', externalIds: [...externalIds] }
}

/** Every name under which `accountsOf` may speak of an account: its number, then the WhatsApp Business Account that it belongs to. */
export function keysOf(account: AccountView): string[] {
  const { wabaId } = account.config
  return wabaId ? [phoneNumberIdOf(account), `waba:${wabaId}`] : [phoneNumberIdOf(account)]
}

/** The events of a body that concern the account. */
export function parse(body: Uint8Array, account: AccountView): InboundEvent[] {
  const { value: root, note } = readCleanJson(body)
  const hash = sha256Hex(body).slice(0, 24)
  const ignored = (reason: string, type: string): InboundEvent[] => [{ kind: 'ignored', externalId: `body:${hash}`, at: 0, reason, type }]
  if (!objectAt(root)) return ignored('malformed', 'body')
  if (textAt(root, 'object') !== 'whatsapp_business_account') return ignored('other_object', textAt(root, 'object') ?? 'body')

  const events: InboundEvent[] = []
  for (const [entryIndex, entry] of arrayAt(root, 'entry').entries()) {
    const wabaId = idAt(entry, 'id') ?? ''
    for (const [changeIndex, change] of arrayAt(entry, 'changes').entries()) {
      const phoneNumberId = idAt(change, 'value', 'metadata', 'phone_number_id')
      const isOurs = phoneNumberId
        ? phoneNumberId === phoneNumberIdOf(account)
        : wabaId !== '' && wabaId === account.config.wabaId && !isOfAnotherNumber(change, account)
      if (!isOurs) continue
      events.push(
        ...parseChange({
          value: objectAt(change, 'value'),
          field: textAt(change, 'field') ?? 'unnamed',
          wabaId,
          entryAt: timeOf(numericAt(entry, 'time')),
          fingerprint: `${hash}:${entryIndex}:${changeIndex}`,
        }),
      )
    }
  }
  if (events.length === 0) return ignored('other_account', 'body')
  return note ? events.map(event => ({ ...event, parseNote: [event.parseNote, note].filter(Boolean).join('; ') })) : events
}

/** Quality and names of a number come without its id, under the number as people dial it. Where ours is not known, it may be ours. */
function isOfAnotherNumber(change: unknown, account: AccountView): boolean {
  const digits = (text: string | undefined) => text?.replace(/[^0-9]/g, '') ?? ''
  const named = digits(idAt(change, 'value', 'display_phone_number'))
  const ours = digits(account.config.displayNumber)
  return named !== '' && ours !== '' && named !== ours
}

function parseChange(context: ChangeContext): InboundEvent[] {
  const events = eventsOf(context)
  return events.length > 0 ? events : [ignoredEvent(context, 'nothing_in_it', context.field)]
}

function eventsOf(context: ChangeContext): InboundEvent[] {
  switch (context.field) {
    // `standby` holds the same while Meta's own agent answers in the thread: the customer's words are shown all the same.
    case 'messages':
    case 'standby':
      return [...parseMessages(context), ...parseEchoes(context), ...parseStatuses(context), ...parseErrors(context)]
    case 'smb_message_echoes':
      return parseEchoes(context)
    case 'user_preferences':
      return parsePreferences(context)
    case 'user_id_update':
      return parseUserIdUpdates(context)
    case 'calls':
      return parseCalls(context)
    case 'group_lifecycle_update':
    case 'group_participants_update':
    case 'group_settings_update':
    case 'group_status_update':
      return [ignoredEvent(context, 'group', context.field)]
    case 'smb_app_state_sync':
      return [ignoredEvent(context, 'address_book', context.field)]
    case 'history':
      return [ignoredEvent(context, 'history', context.field)]
    default: {
      const event = parseAccountChange(context)
      return [event ?? ignoredEvent(context, 'unknown_field', context.field)]
    }
  }
}

/** Errors of the number as a whole: they stand beside no message. */
function parseErrors(context: ChangeContext): InboundEvent[] {
  return arrayAt(context.value, 'errors').map((error, index): InboundEvent => {
    const code = idAt(error, 'code') ?? '?'
    const words = textAt(error, 'error_data', 'details') ?? textAt(error, 'title') ?? textAt(error, 'message') ?? 'error'
    return {
      kind: 'account.changed',
      externalId: `${context.fingerprint}:error:${index}`,
      at: context.entryAt,
      change: { what: 'quality', level: 'error', detail: `${code} ${words}` },
    }
  })
}
