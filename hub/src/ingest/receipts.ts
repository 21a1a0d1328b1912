/** What became of what we sent, as the platform tells it, by id or by watermark. Always holds: receipts only rise, in any order [mechanics 5, 6]. */
import { afterReceipt, type InboundEventOf } from '@dragoman/core'
import { resolveConversation } from './conversations.ts'
import { link, mark, partOf, wait } from './marks.ts'
import type { PartRow, Sourced } from './rows.ts'
import type { WorkingSet } from './working-set.ts'

/** A receipt for messages by id, or for all that was sent until a moment. What is not here yet is waited for. */
export function receipt(set: WorkingSet, sourced: Sourced, event: InboundEventOf<'delivery.updated'>): void {
  if ('watermark' in event.of) {
    const place = resolveConversation(set, sourced, false)
    if (!place) return
    const { conversation } = place
    const until = event.of.watermark
    if (event.receipt === 'read' || event.receipt === 'played') conversation.readUntil = Math.max(conversation.readUntil ?? 0, until)
    conversation.deliveredUntil = Math.max(conversation.deliveredUntil ?? 0, until)
    for (const part of set.parts.values())
      if (part.conversationId === conversation.id && isWithPlatform(part) && part.sentAt <= until) raise(set, part, event.receipt, event.at)
    conversation.changed = true
    return
  }
  for (const externalId of event.of.externalIds) {
    const part = partOf(set, externalId, event.ref)
    if (!part) {
      if (!set.platformMessages.has(externalId))
        wait(set, externalId, { ...sourced, event: { ...event, of: { externalIds: [externalId] } } })
      continue
    }
    link(set, externalId, part.messageId, part.id)
    raise(set, part, event.receipt, event.at, event.failure)
  }
}

/** Raises a part by a receipt. Always the same end, whatever order receipts come in. */
export function raise(
  set: WorkingSet,
  part: PartRow,
  receiptKind: Parameters<typeof afterReceipt>[1],
  at: number,
  failure?: PartRow['failure'],
): void {
  // What the platform took and then failed to deliver stays failed, though its “sent” comes later; what failed on our side is lifted by it.
  const isStale = part.state === 'failed' && receiptKind === 'sent' && part.sentAt !== null
  const next = isStale ? part.state : afterReceipt(part.state, receiptKind)
  const isRead = receiptKind === 'read' || receiptKind === 'played'
  if (part.sentAt === null) mark(set, part, { sentAt: at })
  if (receiptKind !== 'failed') {
    if ((receiptKind === 'delivered' || isRead) && (part.deliveredAt === null || at < part.deliveredAt))
      mark(set, part, { deliveredAt: at })
    if (isRead && (part.readAt === null || at < part.readAt)) mark(set, part, { readAt: at })
  }
  if (next === part.state) return
  mark(set, part, {
    state: next,
    failure:
      next === 'failed'
        ? (failure ?? { kind: 'permanent', reason: 'other', code: 'failed', detail: 'The platform reported a failure' })
        : null,
  })
  raiseToWatermark(set, part)
}

function isWithPlatform(part: PartRow): part is PartRow & { sentAt: number } {
  return part.sentAt !== null && (part.state === 'sent' || part.state === 'delivered')
}

/** A watermark that came before the part counted as sent covers it all the same. */
function raiseToWatermark(set: WorkingSet, part: PartRow): void {
  const conversation = set.conversations.get(part.conversationId)
  if (!conversation || part.sentAt === null) return
  if (part.state !== 'sent' && part.state !== 'delivered') return
  if (conversation.readUntil !== null && part.sentAt <= conversation.readUntil) raise(set, part, 'read', conversation.readUntil)
  else if (part.state === 'sent' && conversation.deliveredUntil !== null && part.sentAt <= conversation.deliveredUntil)
    raise(set, part, 'delivered', conversation.deliveredUntil)
}
