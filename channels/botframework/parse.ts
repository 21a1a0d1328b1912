/**
 * Activities of the Connector to events. One body is one activity.
 * Always holds: total – at least one event comes out, `ignored` with a reason if nothing else; texts are cleaned of what PostgreSQL refuses; what is
 * not a conversation of two is not taken in. https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-activities
 */
import { arrayAt, compact, entryOf, type JsonObject, objectAt, readCleanJson, sha256Hex, stringAt, textAt } from '@dragoman/channel-kit'
import { type AccountView, type IdentityFacts, type InboundEvent, noPlatformTime } from '@dragoman/core'
import { readContents } from './content.ts'
import { messageKey, readServiceUrl, threadKey, viaKey } from './ids.ts'
import { emojiOf } from './reactions.ts'
import { timeOf } from './send.ts'
import { readReceiptName } from './wire.ts'

/** What every event of an activity shares. */
interface Frame {
  activity: JsonObject
  /** Undefined where an activity names none. */
  id: string | undefined
  /** What makes a repeat of an activity without an id a repeat. */
  hash: string
  at: number
  threadId: string
  identity: IdentityFacts
  note: string | undefined
}

/** Types that a desk has no use for, and why. */
const passedOver: Record<string, string> = {
  conversationUpdate: 'members',
  endOfConversation: 'bot_to_bot',
  deleteUserData: 'privacy_request',
  invokeResponse: 'bot_to_bot',
  trace: 'diagnostics',
  suggestion: 'not_supported',
  handoff: 'bot_to_bot',
  command: 'bot_to_bot',
  commandResult: 'bot_to_bot',
}

export function parse(body: Uint8Array, account: AccountView): InboundEvent[] {
  const { value, note } = readCleanJson(body)
  const activity = objectAt(value)
  const hash = sha256Hex(body)
  if (!activity) return [{ kind: 'ignored', externalId: `body:${hash}`, at: noPlatformTime, reason: 'malformed', type: 'body' }]
  const type = stringAt(activity, 'type') ?? ''
  const channelId = textAt(activity, 'channelId')
  const conversationId = textAt(activity, 'conversation', 'id')
  const userId = textAt(activity, 'from', 'id')
  const at = timeAt(activity)
  const skip = (reason: string): InboundEvent[] => [
    { kind: 'ignored', externalId: `activity:${hash}`, at, reason, type: type || 'activity', ...(note ? { parseNote: note } : {}) },
  ]
  if (channelId === undefined || conversationId === undefined) return skip('malformed')
  if (!['msteams', 'skype', 'directline'].includes(channelId)) return skip('channel_not_served')
  const conversationType = stringAt(activity, 'conversation', 'conversationType')
  if (activity.conversation && objectAt(activity, 'conversation')?.isGroup === true) return skip('group')
  if (conversationType !== undefined && conversationType !== 'personal') return skip('group')
  if (userId === undefined) return skip('no_author')
  if (stringAt(activity, 'from', 'role') === 'bot') return skip('own_message')
  const frame: Frame = {
    activity,
    id: textAt(activity, 'id'),
    hash,
    at,
    threadId: threadKey(channelId, conversationId),
    identity: identityOf(activity, userId, account),
    note,
  }
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined
  const events = read?.(frame)
  return events && events.length > 0 ? events : skip(entryOf(passedOver, type) ?? (read ? 'malformed' : 'unknown_type'))
}

const readers: Record<string, (frame: Frame) => InboundEvent[]> = {
  message: readMessage,
  messageUpdate: readUpdate,
  messageDelete: readDeletion,
  messageReaction: readReaction,
  typing: frame => [{ ...baseOf(frame, 'typing'), kind: 'typing', on: true }],
  event: readEvent,
  invoke: readInvoke,
  installationUpdate: frame => readMembership(frame, 'uninstalled'),
  contactRelationUpdate: frame => readMembership(frame, 'contact_removed'),
}

function baseOf(frame: Frame, prefix: string) {
  return {
    externalId: `${prefix}:${frame.hash}`,
    at: frame.at,
    threadId: frame.threadId,
    identity: frame.identity,
    ...(frame.note ? { parseNote: frame.note } : {}),
  }
}

function readMessage(frame: Frame): InboundEvent[] {
  const { activity, threadId } = frame
  const press = readPress(frame)
  if (press) return [press]
  if (frame.id === undefined) return []
  const key = messageKey(threadId, frame.id)
  const { contents, replyTo, quote } = readContents(activity)
  const isSeveral = contents.filter(content => 'media' in content).length > 1
  return contents.map((content, index) => ({
    ...baseOf(frame, 'message'),
    externalId: index === 0 ? key : `${key}~${index + 1}`,
    kind: 'message.received' as const,
    message: compact({
      content,
      replyTo: replyTo === undefined ? undefined : messageKey(threadId, replyTo),
      quote,
      groupId: isSeveral && 'media' in content ? key : undefined,
    }),
  }))
}

/** A press on a card is a message without words, whose `value` is what the button carried. */
function readPress(frame: Frame): InboundEvent | undefined {
  const { activity, threadId } = frame
  const { value } = activity
  if (value === undefined || value === null || value === '') return undefined
  const replyToId = textAt(activity, 'replyToId')
  const ours = objectAt(value, 'dragoman')
  const words = textAt(activity, 'text')
  // A typed message may carry a value beside its words (`messageBack`); only ours says that it was a button.
  if (!ours && words !== undefined && replyToId === undefined) return undefined
  return compact({
    ...baseOf(frame, 'press'),
    externalId: `press:${frame.id === undefined ? frame.hash : messageKey(threadId, frame.id)}`,
    kind: 'action.chosen' as const,
    of: replyToId === undefined ? undefined : messageKey(threadId, replyToId),
    title: textAt(ours, 'title') ?? words ?? textAt(value, 'title') ?? payloadText(value),
    payload: stringAt(ours, 'payload') ?? payloadText(value),
  })
}

function payloadText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** An edit, or a deleted message that was taken back: both say what it now is. */
function readUpdate(frame: Frame): InboundEvent[] {
  const { activity, threadId, id } = frame
  if (id === undefined) return []
  const { contents, replyTo, quote } = readContents(activity)
  return [
    {
      ...baseOf(frame, 'update'),
      kind: 'message.edited',
      of: messageKey(threadId, id),
      message: compact({ content: contents[0]!, replyTo: replyTo === undefined ? undefined : messageKey(threadId, replyTo), quote }),
    },
  ]
}

function readDeletion(frame: Frame): InboundEvent[] {
  return frame.id === undefined ? [] : [{ ...baseOf(frame, 'delete'), kind: 'message.deleted', of: [messageKey(frame.threadId, frame.id)] }]
}

/** Teams keeps one reaction per person: what is added is all that there is, what is only removed leaves none. */
function readReaction(frame: Frame): InboundEvent[] {
  const replyToId = textAt(frame.activity, 'replyToId')
  if (replyToId === undefined) return []
  const emojis = arrayAt(frame.activity, 'reactionsAdded').flatMap(reaction => {
    const type = textAt(reaction, 'type')
    return type === undefined ? [] : [emojiOf(type)]
  })
  return [{ ...baseOf(frame, 'reaction'), kind: 'reaction.changed', of: messageKey(frame.threadId, replyToId), emojis }]
}

function readEvent(frame: Frame): InboundEvent[] {
  const name = textAt(frame.activity, 'name') ?? 'event'
  const lastRead = textAt(frame.activity, 'value', 'lastReadMessageId')
  if (name !== readReceiptName || lastRead === undefined)
    return [{ ...baseOf(frame, 'event'), kind: 'ignored', reason: 'unknown_event', type: name }]
  const time = timeOf(lastRead)
  // Everything up to that message was read; its id is its time.
  const of = time === undefined ? { externalIds: [messageKey(frame.threadId, lastRead)] } : { watermark: time }
  return [{ ...baseOf(frame, 'read'), kind: 'delivery.updated', receipt: 'read', of }]
}

/** The webhook's own answer has settled it; what is left is what the person chose. */
function readInvoke(frame: Frame): InboundEvent[] {
  const { activity, threadId } = frame
  const name = textAt(activity, 'name') ?? 'invoke'
  if (name !== 'adaptiveCard/action') {
    const reason = name === 'fileConsent/invoke' ? 'file_consent' : name.startsWith('signin/') ? 'sign_in' : 'invoke'
    return [{ ...baseOf(frame, 'invoke'), kind: 'ignored', reason, type: name }]
  }
  const action = objectAt(activity, 'value', 'action')
  const data = action?.data
  const ours = objectAt(data, 'dragoman')
  const replyToId = textAt(activity, 'replyToId')
  return [
    compact({
      ...baseOf(frame, 'press'),
      kind: 'action.chosen' as const,
      of: replyToId === undefined ? undefined : messageKey(threadId, replyToId),
      title: textAt(ours, 'title') ?? textAt(action, 'title') ?? textAt(action, 'verb') ?? '',
      payload: stringAt(ours, 'payload') ?? (data === undefined ? textAt(action, 'verb') : payloadText(data)),
    }),
  ]
}

/** The app was installed or taken away (Teams), the contact added or removed (Skype). Upgrades change nothing. */
function readMembership(frame: Frame, reason: string): InboundEvent[] {
  const action = stringAt(frame.activity, 'action')
  if (action === 'add') return [{ ...baseOf(frame, 'install'), kind: 'contact.subscribed' }]
  if (action === 'remove') return [{ ...baseOf(frame, 'install'), kind: 'contact.opted_out', scope: 'all', reason }]
  return [
    { ...baseOf(frame, 'install'), kind: 'ignored', reason: 'upgrade', type: stringAt(frame.activity, 'type') ?? 'installationUpdate' },
  ]
}

function identityOf(activity: JsonObject, userId: string, account: AccountView): IdentityFacts {
  const service = readServiceUrl(textAt(activity, 'serviceUrl') ?? '', account)
  const directoryId = textAt(activity, 'from', 'aadObjectId')
  return compact({
    externalIds: [
      `user:${userId}`,
      ...(directoryId === undefined ? [] : [`aad:${directoryId}`]),
      ...(service === undefined ? [] : [viaKey(service, userId)]),
    ],
    name: textAt(activity, 'from', 'name'),
    language: languageAt(activity),
  })
}

function languageAt(activity: JsonObject): string | undefined {
  const locale = textAt(activity, 'locale')
  return locale !== undefined && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(locale) ? locale : undefined
}

function timeAt(activity: JsonObject): number {
  const at = Date.parse(stringAt(activity, 'timestamp') ?? '')
  return Number.isFinite(at) && at > 0 ? at : noPlatformTime
}
