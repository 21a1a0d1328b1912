/**
 * Everything that a batch of events touches, loaded in a few statements. Always holds: conversations are locked first, in order of id; nothing is
 * written here.
 */
import type { AccountNews } from '../accounts/news.ts'
import { binaryArray } from '../database/binary-array.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { lockConversations, time } from './lock-conversations.ts'
import { beginningOf } from './marks.ts'
import { loadOwnMoments } from './own-moments.ts'
import { referredTo } from './referred-to.ts'
import type {
  AccountRow,
  ConversationRow,
  FileRow,
  IdentityRow,
  MessageRow,
  PartRow,
  PlatformMessageRow,
  ReactionsRow,
  Sourced,
} from './rows.ts'

export interface WorkingSet {
  account: AccountRow
  identities: Map<string, IdentityRow>
  /** External id to identity id. */
  aliases: Map<string, string>
  newAliases: Map<string, string>
  replacedAliases: Set<string>
  /** Merged away: this identity is now that one. */
  mergedIdentities: Map<string, string>
  conversations: Map<string, ConversationRow>
  conversationByThread: Map<string, string>
  messages: Map<string, MessageRow>
  parts: Map<string, PartRow>
  partsOfMessage: Map<string, PartRow[]>
  platformMessages: Map<string, PlatformMessageRow>
  /** How many of them each message has. */
  links: Map<string, number>
  /** Facts that wait for a message, by its external id, oldest first. */
  waiting: Map<string, { id: string; sourced: Sourced }[]>
  settledFacts: string[]
  newFacts: { externalId: string; sourced: Sourced }[]
  revisions: { messageId: string; body: MessageRow['body']; at: number }[]
  reactions: ReactionsRow[]
  files: FileRow[]
  newCases: { id: string; conversationId: string; openedAt: number }[]
  /** Cases answered in the vendor's own app. */
  answeredCases: { id: string; at: number }[]
  /** Conversations into which a message came that is not the latest. */
  disordered: Set<string>
  /** Conversations that became spam because a blocked contact wrote. */
  spammed: string[]
  /** What the customer woke by writing, and who had put it off. */
  woken: { conversationId: string; memberId: string; at: number }[]
  createdMessages: string[]
  changedMessages: Set<string>
  /** Of these only how far they have come has changed. */
  movedMessages: Set<string>
  changedConversations: Set<string>
  /** Done after the commit: acknowledging presses, typing marks. */
  acknowledgements: string[]
  typing: string[]
  /** When we wrote ourselves, by conversation, in the seconds that matter here. */
  ownMoments: Map<string, number[]>
  accountChanges: AccountNews[]
}

/** Of these, what may stand in another conversation than the event's own: a message that comes in is written by nobody but this drain. */
function referredElsewhere(events: readonly Sourced[]): string[] {
  const all = events.flatMap(({ event }) =>
    event.kind === 'message.received' || event.kind === 'order.placed'
      ? event.message.replyTo
        ? [event.message.replyTo]
        : []
      : referredTo(event),
  )
  return [...new Set(all)]
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Loads what these events touch. */
export async function loadWorkingSet(
  hub: Pick<Hub, 'codec'>,
  tx: Transaction,
  account: AccountRow,
  events: readonly Sourced[],
): Promise<WorkingSet> {
  const set = emptySet(account)
  const externalIds = [...new Set(events.flatMap(({ event }) => event.identity?.externalIds ?? []))]
  const threads = [...new Set(events.flatMap(({ event }) => (event.threadId ? [event.threadId] : [])))]
  const references = [...new Set(events.flatMap(({ event }) => referredTo(event)))]
  const refs = [...new Set(events.flatMap(({ event }) => (event.ref && uuid.test(event.ref) ? [event.ref] : [])))]

  // All are sent at once and done in this order: what stands behind the locks is read when they are held. (Who records an outcome holds the
  // conversation while he writes what the platform calls it.)
  const refersToAny = references.length > 0 || refs.length > 0
  await Promise.all([
    externalIds.length > 0 && loadIdentities(tx, set, externalIds),
    lockConversations(tx, set, threads, externalIds, referredElsewhere(events), refs),
    refersToAny && loadMessages(hub, tx, set, references, refs),
    (references.length > 0 || threads.length > 0) && loadWaiting(hub, tx, set, [...references, ...threads.map(beginningOf)]),
  ])
  await loadOwnMoments(tx, set, events)
  // A vote that came before its poll is a message already: it gets its words when the poll comes.
  const votes = [...set.waiting.values()]
    .flat()
    .flatMap(({ sourced }) => (sourced.event.kind === 'poll.voted' ? [sourced.event.externalId] : []))
  if (votes.length > 0) await loadMessages(hub, tx, set, votes, [])
  return set
}

function emptySet(account: AccountRow): WorkingSet {
  return {
    account,
    identities: new Map(),
    aliases: new Map(),
    newAliases: new Map(),
    replacedAliases: new Set(),
    mergedIdentities: new Map(),
    conversations: new Map(),
    conversationByThread: new Map(),
    messages: new Map(),
    parts: new Map(),
    platformMessages: new Map(),
    links: new Map(),
    partsOfMessage: new Map(),
    waiting: new Map(),
    settledFacts: [],
    newFacts: [],
    revisions: [],
    reactions: [],
    files: [],
    newCases: [],
    answeredCases: [],
    disordered: new Set(),
    spammed: [],
    woken: [],
    createdMessages: [],
    changedMessages: new Set(),
    movedMessages: new Set(),
    changedConversations: new Set(),
    acknowledgements: [],
    typing: [],
    ownMoments: new Map(),
    accountChanges: [],
  }
}

async function loadIdentities(tx: Transaction, set: WorkingSet, externalIds: readonly string[]): Promise<void> {
  const { rows } = await tx.client.query({
    name: 'ingest_identities',
    text: `select x.external_id, i.id, i.contact_id, i.name, i.username, i.phone, i.language, i.named_at, p.name as contact_name, p.phone as contact_phone, p.email as contact_email, p.language as contact_language, p.blocked_at is not null as contact_blocked
      from identity_alias x
      join identity i on i.workspace_id = x.workspace_id and i.id = x.identity_id
      join contact p on p.workspace_id = i.workspace_id and p.id = i.contact_id
      where x.workspace_id = $1 and x.account_id = $2 and x.external_id = any($3::text[])`,
    values: [tx.workspaceId, set.account.id, binaryArray('text', externalIds)],
  })
  for (const row of rows) {
    set.aliases.set(row.external_id, row.id)
    set.identities.set(row.id, {
      id: row.id,
      contactId: row.contact_id,
      name: row.name,
      username: row.username,
      phone: row.phone,
      language: row.language,
      avatar: undefined,
      contactName: row.contact_name,
      contactPhone: row.contact_phone,
      contactEmail: row.contact_email,
      contactLanguage: row.contact_language,
      contactBlocked: row.contact_blocked,
      namedAt: time(row.named_at),
      isNew: false,
      changed: false,
    })
  }
}

async function loadMessages(
  hub: Pick<Hub, 'codec'>,
  tx: Transaction,
  set: WorkingSet,
  references: readonly string[],
  refs: readonly string[],
): Promise<void> {
  const { rows: links } = await tx.client.query({
    name: 'ingest_platform_messages',
    text: `select external_id, message_id, part_id, index from platform_message where workspace_id = $1 and account_id = $2 and external_id = any($3::text[])`,
    values: [tx.workspaceId, set.account.id, binaryArray('text', references)],
  })
  for (const row of links)
    set.platformMessages.set(row.external_id, {
      externalId: row.external_id,
      messageId: row.message_id,
      partId: row.part_id,
      index: row.index,
      isNew: false,
    })
  for (const row of links) countLink(set, row.message_id)
  const messageIds = [...new Set(links.map(row => row.message_id))]
  if (refs.length > 0) {
    const { rows } = await tx.client.query<{ message_id: string }>({
      name: 'ingest_ref_parts',
      text: 'select message_id from part where workspace_id = $1 and account_id = $2 and id = any($3::uuid[])',
      values: [tx.workspaceId, set.account.id, refs],
    })
    messageIds.push(...rows.map(row => row.message_id))
  }
  if (messageIds.length > 0) await loadMessagesById(hub, tx, set, messageIds)
}

/** One more name that a platform has for a message; returns how many it had. */
export function countLink(set: Pick<WorkingSet, 'links'>, messageId: string): number {
  const count = set.links.get(messageId) ?? 0
  set.links.set(messageId, count + 1)
  return count
}

/** Loads messages and all their parts into the set. */
export async function loadMessagesById(hub: Pick<Hub, 'codec'>, tx: Transaction, set: WorkingSet, ids: readonly string[]): Promise<void> {
  const wanted = [...new Set(ids)].filter(id => !set.messages.has(id))
  if (wanted.length === 0) return
  const { rows: messages } = await tx.client.query({
    name: 'ingest_messages',
    text: `select id, conversation_id, case_id, direction, author_kind, author_id, author_name, body, reply_to_id, reply_to_external, order_at, order_tie, order_external,
        at, edited_at, deleted_at, forwarded, group_id, referral, system, state, file_ids
      from message where workspace_id = $1 and id = any($2::uuid[])`,
    values: [tx.workspaceId, binaryArray('uuid', wanted)],
  })
  for (const row of messages) {
    set.messages.set(row.id, {
      id: row.id,
      conversationId: row.conversation_id,
      caseId: row.case_id,
      direction: row.direction,
      authorKind: row.author_kind,
      authorId: row.author_id,
      authorName: row.author_name,
      body: hub.codec.openJson(tx.workspaceId, row.body),
      replyToId: row.reply_to_id,
      replyToExternal: row.reply_to_external,
      orderAt: row.order_at.getTime(),
      orderTie: row.order_tie,
      orderExternal: row.order_external,
      at: row.at.getTime(),
      editedAt: time(row.edited_at),
      deletedAt: time(row.deleted_at),
      forwarded: row.forwarded,
      groupId: row.group_id,
      referral: row.referral,
      system: row.system,
      state: row.state,
      fileIds: row.file_ids,
      isNew: false,
      changed: false,
    })
  }
  await loadParts(tx, set, 'p.message_id = any($2::uuid[])', [wanted])
}

/** Loads parts into the set, by a condition on `p` that begins at parameter $2. */
export async function loadParts(tx: Transaction, set: WorkingSet, condition: string, values: unknown[]): Promise<PartRow[]> {
  const { rows } = await tx.client.query({
    text: `select p.id, p.message_id, p.conversation_id, p.state, p.failure, p.sent_at, p.delivered_at, p.read_at from part p where p.workspace_id = $1 and ${condition} order by p.id for update`,
    values: [tx.workspaceId, ...values],
  })
  return rows.map(row => {
    const known = set.parts.get(row.id)
    if (known) return known
    const part: PartRow = {
      id: row.id,
      messageId: row.message_id,
      conversationId: row.conversation_id,
      state: row.state,
      failure: row.failure,
      sentAt: time(row.sent_at),
      deliveredAt: time(row.delivered_at),
      readAt: time(row.read_at),
      changed: false,
    }
    set.parts.set(part.id, part)
    set.partsOfMessage.set(part.messageId, [...(set.partsOfMessage.get(part.messageId) ?? []), part])
    return part
  })
}

async function loadWaiting(hub: Pick<Hub, 'codec'>, tx: Transaction, set: WorkingSet, references: readonly string[]): Promise<void> {
  const { rows } = await tx.client.query({
    name: 'ingest_pending_facts',
    text: `select id, external_id, event, position, at from pending_fact where workspace_id = $1 and account_id = $2 and external_id = any($3::text[]) order by position, id`,
    values: [tx.workspaceId, set.account.id, binaryArray('text', references)],
  })
  for (const row of rows) {
    const list = set.waiting.get(row.external_id) ?? []
    list.push({
      id: row.id,
      sourced: { event: hub.codec.openJson(tx.workspaceId, row.event), position: row.position, index: 0, receivedAt: row.at.getTime() },
    })
    set.waiting.set(row.external_id, list)
  }
}
