/**
 * Which conversations a list holds: filters that combine, by names that stand in the address, and the built-in views made of them.
 * Always holds: `fits` here and the SQL in hub/src/conversations/filter.ts say the same (a test holds them against each other); spam is only where
 * spam is asked for.
 */
import { z } from 'zod'
import { priority } from './schemas/desk.ts'
import { type ConversationView, standing } from './schemas/views.ts'

const id = z.uuid()
/** In an address a list is written with commas. */
const listOf = <Item extends z.ZodType>(item: Item, most: number) =>
  z.preprocess(value => (typeof value === 'string' ? value.split(',').filter(Boolean) : value), z.array(item).max(most))
/** A switch in an address is `yes` or `no`. */
const yesNo = z.enum(['yes', 'no'])

export const filterFields = {
  state: z.enum(['open', 'closed', 'any']),
  assignee: z.union([z.enum(['me', 'none']), id]),
  team: z.union([z.enum(['mine', 'none']), id]),
  labels: listOf(id, 50),
  /** How several labels combine; `none`: those that have none of them. */
  labelMatch: z.enum(['any', 'all', 'none']),
  priority: listOf(priority, 4),
  account: id,
  channel: z.string().max(40),
  /** The customer wrote last and nobody has answered. */
  waiting: yesNo,
  unread: yesNo,
  draft: yesNo,
  snoozed: z.enum(['yes', 'no', 'any']),
  spam: yesNo,
  /** I was mentioned in a note; `unread`: and have not looked yet. */
  mentioned: z.enum(['unread', 'any']),
  /** The answer is late: see `dueAt`. */
  due: z.enum(['overdue']),
  /** Direct conversations, or comments and mentions that everyone reads. */
  place: z.enum(['direct', 'public']),
  standing,
  language: z.string().max(16),
  /** Where the person came from first, as the messenger names it. */
  source: z.string().max(80),
}
export const conversationFilter = z.object(filterFields).partial().meta({ id: 'ConversationFilter' })
export type ConversationFilter = z.infer<typeof conversationFilter>
export const filterNames = Object.keys(filterFields) as (keyof ConversationFilter)[]

export const sortOrder = z.enum(['newest', 'oldest', 'due'])
export type SortOrder = z.infer<typeof sortOrder>

const onDesk = { state: 'open', snoozed: 'no' } as const
/** The built-in views, in the order of the menu. */
export const presets = {
  all: onDesk,
  mine: { ...onDesk, assignee: 'me' },
  queue: { ...onDesk, assignee: 'none', waiting: 'yes' },
  unassigned: { ...onDesk, assignee: 'none' },
  unanswered: { ...onDesk, waiting: 'yes' },
  unread: { ...onDesk, unread: 'yes' },
  drafts: { state: 'any', snoozed: 'any', draft: 'yes' },
  mentions: { state: 'any', snoozed: 'any', mentioned: 'unread' },
  snoozed: { state: 'open', snoozed: 'yes' },
  comments: { ...onDesk, place: 'public' },
  requests: { ...onDesk, standing: 'requested' },
  closed: { state: 'closed', snoozed: 'any' },
  spam: { state: 'any', snoozed: 'any', spam: 'yes' },
} as const satisfies Record<string, ConversationFilter>

export const view = z.enum(Object.keys(presets) as [keyof typeof presets, ...(keyof typeof presets)[]])
export type InboxView = z.infer<typeof view>

/** In which order a built-in view stands: who must be answered first comes first where people wait. */
export function presetSort(name: InboxView): SortOrder {
  return name === 'unanswered' || name === 'queue' ? 'due' : 'newest'
}

/** A view narrowed or turned by filters of the address: those win. */
export function combined(base: ConversationFilter, more: ConversationFilter): ConversationFilter {
  const given = Object.fromEntries(
    Object.entries(more).filter(([name, value]) => value !== undefined && filterNames.includes(name as never)),
  )
  return { ...base, ...given }
}

/** What a client knows besides the conversation, for one member. */
export interface FilterFacts {
  memberId: string
  /** Teams that the member is in. */
  teamIds: readonly string[]
  readCount: number
  hasDraft: boolean
  /** Mentions of the member in it: unread ones, and all. */
  mentions: { unread: number; total: number }
  now: number
}

/** Whether a conversation is in a list. */
export function fits(filter: ConversationFilter, conversation: ConversationView, facts: FilterFacts): boolean {
  const { state = 'open', snoozed = 'no', spam = 'no' } = filter
  if (conversation.spam !== (spam === 'yes')) return false
  if (state !== 'any' && conversation.state !== state) return false
  if (snoozed !== 'any' && (conversation.snoozedUntil !== null) !== (snoozed === 'yes')) return false
  const { assignee, team, labels, account, channel } = filter
  if (assignee !== undefined && conversation.assigneeId !== (assignee === 'me' ? facts.memberId : assignee === 'none' ? null : assignee))
    return false
  if (team === 'mine' && (conversation.teamId === null || !facts.teamIds.includes(conversation.teamId))) return false
  if (team !== undefined && team !== 'mine' && conversation.teamId !== (team === 'none' ? null : team)) return false
  if (labels?.length) {
    const has = labels.filter(label => conversation.labelIds.includes(label)).length
    const match = filter.labelMatch ?? 'any'
    if (match === 'any' ? has === 0 : match === 'all' ? has < labels.length : has > 0) return false
  }
  if (filter.priority?.length && !filter.priority.includes(conversation.priority)) return false
  if (account !== undefined && conversation.accountId !== account) return false
  if (channel !== undefined && conversation.channel !== channel) return false
  if (filter.waiting !== undefined && (conversation.unansweredSince !== null) !== (filter.waiting === 'yes')) return false
  if (filter.unread !== undefined && conversation.inboundCount > facts.readCount !== (filter.unread === 'yes')) return false
  if (filter.draft !== undefined && facts.hasDraft !== (filter.draft === 'yes')) return false
  if (filter.mentioned === 'unread' && facts.mentions.unread === 0) return false
  if (filter.mentioned === 'any' && facts.mentions.total === 0) return false
  if (filter.due === 'overdue' && (conversation.dueAt === null || conversation.dueAt >= facts.now)) return false
  if (filter.place !== undefined && (conversation.place !== null) !== (filter.place === 'public')) return false
  if (filter.standing !== undefined && conversation.standing !== filter.standing) return false
  if (filter.language !== undefined && conversation.contact.language !== filter.language) return false
  if (filter.source !== undefined && conversation.source?.source !== filter.source) return false
  return true
}

/** What has no due moment stands behind everything that has one. */
export const noDue = Date.UTC(9999, 0)

/** The figure that a row stands by in an order. */
export function sortKey(conversation: ConversationView, order: SortOrder): number {
  return order === 'due' ? (conversation.dueAt ?? noDue) : conversation.lastActivityAt
}

/** Compares two rows of a list; ids settle what is equal. */
export function compareRows(order: SortOrder): (a: ConversationView, b: ConversationView) => number {
  const sign = order === 'newest' ? -1 : 1
  return (a, b) => sign * (sortKey(a, order) - sortKey(b, order) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}
