/**
 * Whether an event is worth telling a member, and in which ways: one rule for the open inbox and for web push. Pure. Always holds: nobody is told of what
 * he did himself, of spam, or in his quiet hours.
 */
import { fits } from './filters.ts'
import type { NotificationRules, QuietHours } from './schemas/notifications.ts'
import type { SavedView } from './schemas/order.ts'
import type { ConversationView, MessageView } from './schemas/views.ts'
import type { StoredEvent } from './stream-events.ts'

export type NoticeKind = 'conversation' | 'message' | 'assigned' | 'mention' | 'reminder' | 'woke' | 'trouble'

export interface Notice {
  kind: NoticeKind
  /** Notifications with one tag replace each other, and go together. */
  tag: string
  /** null: not about a conversation. */
  conversationId: string | null
  messageId: string | null
  /** Whom it is from or about. */
  who: string
  text: string
  at: number
  sound: boolean
  browser: boolean
  push: boolean
}

export interface Reader {
  memberId: string
  name: string
  teamIds: readonly string[]
  /** Saved views that he sees. */
  views: readonly Pick<SavedView, 'id' | 'filter'>[]
  rules: NotificationRules
}

const handedOver = ['case.assigned', 'case.handed', 'case.routed']

/** The tag of a conversation’s notifications. */
export function tagOf(conversationId: string): string {
  return `conversation:${conversationId}`
}

/** What to tell of an event that the member may see; undefined: nothing. `preview` makes the words of a message. */
export function noticeOf(
  event: StoredEvent,
  reader: Reader,
  conversationOf: (id: string) => ConversationView | undefined,
  preview: (message: MessageView) => string,
  now: number,
): Notice | undefined {
  const found = facts(event, reader, conversationOf, preview, now)
  if (!found || isQuiet(reader.rules.quiet, now)) return undefined
  const { views, ...notice } = found
  const rules = reader.rules.rules.filter(rule => views.includes(rule.view))
  const ways = {
    sound: rules.some(rule => rule.sound),
    browser: rules.some(rule => rule.browser),
    push: rules.some(rule => rule.push),
  }
  return ways.sound || ways.browser || ways.push ? { ...notice, ...ways } : undefined
}

type Found = Omit<Notice, 'sound' | 'browser' | 'push'> & { views: readonly string[] }

function facts(
  event: StoredEvent,
  reader: Reader,
  conversationOf: (id: string) => ConversationView | undefined,
  preview: (message: MessageView) => string,
  now: number,
): Found | undefined {
  switch (event.kind) {
    case 'message.created':
      return ofMessage(event.message, reader, conversationOf(event.message.conversationId), preview, now)
    case 'mention.created': {
      const { conversationId, messageId, by, preview: text, at } = event
      return { kind: 'mention', tag: tagOf(conversationId), conversationId, messageId, who: by, text, at, views: ['mentions'] }
    }
    case 'reminder.due':
    case 'snooze.woke': {
      const { conversationId, at } = event
      // What woke early woke by a message, and that is told of by itself.
      if (event.kind === 'snooze.woke' && event.early) return undefined
      const who = conversationOf(conversationId)?.contact.name ?? ''
      const told = event.kind === 'reminder.due' ? ({ kind: 'reminder', text: event.text } as const) : ({ kind: 'woke', text: '' } as const)
      return { ...told, tag: tagOf(conversationId), conversationId, messageId: null, who, at, views: ['reminders'] }
    }
    case 'webhook.paused': {
      const { webhookId, name } = event
      return {
        kind: 'trouble',
        tag: `webhook:${webhookId}`,
        conversationId: null,
        messageId: null,
        who: name,
        text: '',
        at: now,
        views: ['trouble'],
      }
    }
    default:
      return undefined
  }
}

function ofMessage(
  message: MessageView,
  reader: Reader,
  conversation: ConversationView | undefined,
  preview: (message: MessageView) => string,
  now: number,
): Found | undefined {
  if (!conversation || conversation.spam || conversation.contact.blocked) return undefined
  const isMine = conversation.assigneeId === reader.memberId
  const common = {
    tag: tagOf(conversation.id),
    conversationId: conversation.id,
    messageId: message.id,
    who: conversation.contact.name,
    at: message.at,
  }
  if (message.system) {
    const isHanded = handedOver.includes(message.system.what) && isMine && message.system.params.by !== reader.name
    return isHanded ? { ...common, kind: 'assigned', text: '', views: ['mine'] } : undefined
  }
  if (message.direction !== 'in') return undefined
  const waits = conversation.assigneeId === null && (conversation.teamId === null || reader.teamIds.includes(conversation.teamId))
  const known = { memberId: reader.memberId, teamIds: reader.teamIds, hasDraft: false, mentions: { unread: 0, total: 0 }, now }
  const saved = reader.views.filter(view => fits(view.filter, conversation, { ...known, readCount: conversation.inboundCount - 1 }))
  const views = [...(isMine ? ['mine'] : []), ...(waits ? ['queue'] : []), 'everything', ...saved.map(view => view.id)]
  return { ...common, kind: conversation.inboundCount <= 1 ? 'conversation' : 'message', text: preview(message), views }
}

const dayNumbers: Record<string, number> = { Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6, Sun: 7 }

/** Whether a moment lies in the quiet hours. */
export function isQuiet(quiet: QuietHours, now: number): boolean {
  if (!quiet.on || quiet.from === quiet.until) return false
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: quiet.zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const parts: Record<string, string> = Object.fromEntries(format.formatToParts(now).map(part => [part.type, part.value]))
  const time = `${parts.hour}:${parts.minute}`
  const today = dayNumbers[parts.weekday ?? ''] ?? 1
  const yesterday = today === 1 ? 7 : today - 1
  if (quiet.from < quiet.until) return quiet.days.includes(today) && time >= quiet.from && time < quiet.until
  return (quiet.days.includes(today) && time >= quiet.from) || (quiet.days.includes(yesterday) && time < quiet.until)
}
