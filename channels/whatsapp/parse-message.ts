/**
 * `messages[]` and `message_echoes[]`: what customers write, choose, order and react, and what the business wrote in its own app.
 * Always holds: one item gives at least one event; whatever a customer sends opens the 24-hour window from its own timestamp.
 */

import { arrayAt, booleanAt, compact, idAt, numericAt, objectAt, parseJson, stringAt, textAt } from '@dragoman/channel-kit'
import type { IdentityFacts, InboundEvent, InboundMessage, Referral } from '@dragoman/core'
import { type ChangeContext, ignoredEvent, timeOf } from './change.ts'
import { externalIdsOf, identityOf } from './identity.ts'
import { contentOf, errorsOf, orderOf } from './parse-content.ts'
import { personOf, receiverFields, senderFields } from './people.ts'
import { serviceWindowMs } from './policy.ts'

/** Events of the customers' messages. */
export function parseMessages(context: ChangeContext): InboundEvent[] {
  return arrayAt(context.value, 'messages').map((message, index) => parseMessage(context, message, index))
}

/** Events of what was written in the WhatsApp Business app (coexistence). */
export function parseEchoes(context: ChangeContext): InboundEvent[] {
  return arrayAt(context.value, 'message_echoes').map((message, index): InboundEvent => {
    const at = timeOf(numericAt(message, 'timestamp'))
    const identity = personOf(message, receiverFields, context.value)
    if (textAt(message, 'group_id')) return ignoredEvent(context, 'group', 'echo', `echo:${index}`, at)
    if (!identity) return ignoredEvent(context, 'no_receiver', 'echo', `echo:${index}`, at)
    const base = baseOf(context, message, index, at, identity)
    const type = textAt(message, 'type')
    if (type === 'edit' || type === 'revoke') return changed(base, message, type, at)
    if (type === 'reaction') return ignoredEvent(context, 'own_reaction', 'echo', `echo:${index}`, at)
    return { ...base, kind: 'message.echoed', message: messageOf(message, at) }
  })
}

function parseMessage(context: ChangeContext, message: unknown, index: number): InboundEvent {
  const at = timeOf(numericAt(message, 'timestamp'))
  const type = textAt(message, 'type') ?? 'unknown'
  if (textAt(message, 'group_id')) return ignoredEvent(context, 'group', type, `message:${index}`, at)
  if (type === 'system') return systemEvent(context, message, index, at)
  const identity = personOf(message, senderFields, context.value)
  if (!identity) return ignoredEvent(context, 'no_sender', type, `message:${index}`, at)
  const bare = baseOf(context, message, index, at, identity)
  if (type === 'edit' || type === 'revoke') return changed(bare, message, type, at)
  if (type === 'request_welcome') return { ...bare, kind: 'contact.subscribed' }

  const base = at > 0 ? { ...bare, opens: [{ window: 'service', until: at + serviceWindowMs }] } : bare
  switch (type) {
    case 'reaction': {
      const emoji = stringAt(message, 'reaction', 'emoji')
      const of = textAt(message, 'reaction', 'message_id')
      if (!of) return { ...base, kind: 'message.received', message: messageOf(message, at) }
      return { ...base, kind: 'reaction.changed', of, emojis: emoji ? [emoji] : [] }
    }
    case 'button':
      return compact<InboundEvent>({
        ...base,
        kind: 'action.chosen',
        of: repliedId(message),
        title: textAt(message, 'button', 'text') ?? textAt(message, 'button', 'payload') ?? '',
        payload: textAt(message, 'button', 'payload'),
      })
    case 'interactive':
      return chosen(base, message) ?? { ...base, kind: 'message.received', message: messageOf(message, at) }
    case 'order':
      return { ...base, kind: 'order.placed', message: { ...messageOf(message, at), content: orderOf(message) } }
    default:
      return { ...base, kind: 'message.received', message: messageOf(message, at) }
  }
}

type Base = Pick<InboundEvent, 'externalId' | 'at' | 'threadId' | 'identity' | 'opens' | 'parseNote'>

function baseOf(context: ChangeContext, message: unknown, index: number, at: number, identity: IdentityFacts): Base {
  const base: Base = {
    externalId: textAt(message, 'id') ?? `${context.fingerprint}:message:${index}`,
    at,
    threadId: identity.externalIds[0],
    identity,
  }
  return at > 0 ? base : { ...base, parseNote: 'no readable timestamp' }
}

/** A message with everything around its content: quote, forwarding, where the person came from. */
function messageOf(message: unknown, at: number): InboundMessage {
  const content = contentOf(message, at)
  const forwarded = booleanAt(message, 'context', 'forwarded') || booleanAt(message, 'context', 'frequently_forwarded')
  return compact({
    content,
    replyTo: repliedId(message),
    forwarded: forwarded || undefined,
    referral: referralOf(message),
  })
}

function repliedId(message: unknown): string | undefined {
  return textAt(message, 'context', 'id') ?? textAt(message, 'context', 'message_id')
}

function referralOf(message: unknown): Referral | undefined {
  const referral = objectAt(message, 'referral')
  if (referral) {
    return compact({
      source: textAt(referral, 'source_type') ?? 'ad',
      payload: idAt(referral, 'source_id') ?? textAt(referral, 'ctwa_clid'),
      title: textAt(referral, 'headline') ?? textAt(referral, 'body'),
      url: textAt(referral, 'source_url'),
    })
  }
  const product = objectAt(message, 'context', 'referred_product')
  return product ? compact({ source: 'product', payload: idAt(product, 'product_retailer_id') }) : undefined
}

function chosen(base: Base, message: unknown): InboundEvent | undefined {
  const interactive = objectAt(message, 'interactive')
  const type = textAt(interactive, 'type') ?? ''
  const reply = objectAt(interactive, type)
  const of = repliedId(message)
  switch (type) {
    case 'button_reply':
    case 'list_reply':
      return compact<InboundEvent>({
        ...base,
        kind: 'action.chosen',
        of,
        title: textAt(reply, 'title') ?? textAt(reply, 'id') ?? '',
        description: textAt(reply, 'description'),
        payload: textAt(reply, 'id'),
      })
    case 'nfm_reply': {
      const answers = textAt(reply, 'response_json')
      return compact<InboundEvent>({
        ...base,
        kind: 'action.chosen',
        of,
        title: textAt(reply, 'body') ?? textAt(reply, 'name') ?? 'Form',
        description: answers ? answersInWords(answers) : undefined,
        payload: answers,
      })
    }
    case 'call_permission_reply': {
      const response = textAt(reply, 'response') ?? 'unknown'
      return compact<InboundEvent>({
        ...base,
        kind: 'action.chosen',
        of,
        title: response,
        description: 'Call permission',
        payload: `call_permission:${response}`,
      })
    }
    default:
      return undefined
  }
}

/** A form's answers as lines for people; the token that ties it to its flow is not one of them. */
function answersInWords(json: string): string | undefined {
  const answers = objectAt(parseJson(json))
  const lines = Object.entries(answers ?? {})
    .filter(([name]) => name !== 'flow_token')
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return lines.join('\n') || undefined
}

function changed(base: Base, message: unknown, type: 'edit' | 'revoke', at: number): InboundEvent {
  const of = textAt(message, type, 'original_message_id')
  if (!of) return { ...base, kind: 'message.received', message: messageOf(message, at) }
  if (type === 'revoke') return { ...base, kind: 'message.deleted', of: [of] }
  // The context inside an edit names no message that we know.
  return { ...base, kind: 'message.edited', of, message: { content: contentOf(objectAt(message, 'edit', 'message'), at) } }
}

/** News of a person's ids: a new number, a new business-scoped id, a new device. */
function systemEvent(context: ChangeContext, message: unknown, index: number, at: number): InboundEvent {
  const type = textAt(message, 'system', 'type') ?? 'system'
  const old = externalIdsOf({ phone: idAt(message, 'from'), bsuid: textAt(message, 'from_user_id') })
  const renewed = {
    phone: idAt(message, 'system', 'wa_id') ?? idAt(message, 'system', 'new_wa_id'),
    bsuid: textAt(message, 'system', 'user_id'),
  }
  const isMove = type === 'user_changed_number' || type === 'user_changed_user_id'
  const identity = (isMove ? identityOf(renewed) : undefined) ?? personOf(message, senderFields, context.value)
  if (!identity) return ignoredEvent(context, 'no_sender', type, `message:${index}`, at)
  const replaces = isMove ? old.filter(id => !identity.externalIds.includes(id)) : []
  const words = [type, textAt(message, 'system', 'body'), errorsOf(message)].filter(Boolean).join(': ')
  return compact({
    kind: 'contact.updated',
    externalId: textAt(message, 'id') ?? `${context.fingerprint}:message:${index}`,
    at,
    identity,
    replaces: replaces.length ? replaces : undefined,
    parseNote: words,
  })
}
