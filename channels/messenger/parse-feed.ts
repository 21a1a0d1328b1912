/**
 * The page's public side: comments under its posts, and what visitors post on it or where they name it.
 * Always holds: a first comment with its answers is one thread; whoever comments is known by an id of its own (`commenter:`), for nobody promises
 * that it equals the one in chats; the page's own comments are echoes. The feed names the post, not its words.
 * Vendor: https://developers.facebook.com/docs/graph-api/webhooks/reference/page
 */
import { compact, idAt, numericAt, textAt } from '@dragoman/channel-kit'
import {
  commentThreadOf,
  ignoredItem,
  type MessagingChange,
  mediaOf,
  privateAnswerMs,
  privateAnswerWindow,
  timeOf,
  unsupported,
} from '@dragoman/channel-meta-graph'
import type { Content, IdentityFacts, InboundEvent, InboundMessage, PublicPlace } from '@dragoman/core'

/** Things on the wall that are posts. */
const postItems = new Set(['post', 'status', 'photo', 'video', 'share', 'album', 'note'])

/** The events of one change of the feed. */
export function feedEvents(change: MessagingChange): InboundEvent[] {
  const item = textAt(change.value, 'item') ?? 'feed'
  if (item === 'comment') return commentEvents(change)
  if (postItems.has(item)) return visitorPostEvents(change, item)
  return [ignoredItem(change, 'feed_item_not_used', item, timeIn(change.value))]
}

function commentEvents(change: MessagingChange): InboundEvent[] {
  const { value, ownId, entryAt } = change
  const id = idAt(value, 'comment_id')
  const postId = idAt(value, 'post_id')
  if (!id || !postId) return [ignoredItem(change, 'no_target', 'comment')]
  const verb = textAt(value, 'verb') ?? 'add'
  const parentId = idAt(value, 'parent_id')
  const place = placeOf('comments', postId, value)
  const threadId = commentThreadOf(place, parentId && parentId !== postId ? parentId : id)
  const authorId = idAt(value, 'from', 'id')
  const at = timeIn(value) || entryAt
  const base = { at, threadId, place }
  switch (verb) {
    case 'add':
    case 'edited': {
      const message: InboundMessage = compact({
        content: contentOf(value),
        replyTo: verb === 'add' && parentId && parentId !== postId ? parentId : undefined,
      })
      if (verb === 'edited') {
        const when = entryAt || at
        return [
          { ...base, at: when, identity: identityOf(value, id), kind: 'message.edited', externalId: `${id}:edit:${when}`, of: id, message },
        ]
      }
      if (authorId === ownId) {
        // A first comment of the page's own begins no conversation: nobody has answered it yet.
        if (message.replyTo === undefined) return [ignoredItem(change, 'own_first_comment', 'comment', at)]
        // An echo says who wrote it, not to whom: the thread tells.
        return [{ ...base, kind: 'message.echoed', externalId: id, message }]
      }
      return [
        { ...base, identity: identityOf(value, id), ...opened(at), kind: 'message.received', externalId: id, message, ...noteOf(authorId) },
      ]
    }
    case 'remove':
      return [{ ...base, at: entryAt || at, kind: 'message.deleted', externalId: `${id}:deleted`, of: [id] }]
    default:
      return [ignoredItem(change, 'comment_not_changed_in_words', `comment.${verb}`, at)]
  }
}

/** What a visitor puts on the page is a public message to it. */
function visitorPostEvents(change: MessagingChange, item: string): InboundEvent[] {
  const { value, ownId, entryAt } = change
  const id = idAt(value, 'post_id')
  const at = timeIn(value) || entryAt
  if (!id) return [ignoredItem(change, 'no_target', item, at)]
  const authorId = idAt(value, 'from', 'id')
  if (authorId === ownId || authorId === undefined) return [ignoredItem(change, 'own_post', item, at)]
  const place = placeOf('mention', id, value)
  const base = { threadId: commentThreadOf(place, id), place }
  const verb = textAt(value, 'verb') ?? 'add'
  const message = { content: contentOf(value) }
  if (verb === 'add')
    return [{ ...base, at, identity: identityOf(value, id), ...opened(at), kind: 'message.received', externalId: id, message }]
  const when = entryAt || at
  if (verb === 'edited' || verb === 'update')
    return [
      { ...base, at: when, identity: identityOf(value, id), kind: 'message.edited', externalId: `${id}:edit:${when}`, of: id, message },
    ]
  if (verb === 'remove' || verb === 'delete') return [{ ...base, at: when, kind: 'message.deleted', externalId: `${id}:deleted`, of: [id] }]
  return [ignoredItem(change, 'post_not_changed_in_words', `${item}.${verb}`, at)]
}

/** The page was named in a post or a comment elsewhere. */
export function mentionEvents(change: MessagingChange): InboundEvent[] {
  const { value, entryAt } = change
  const postId = idAt(value, 'post_id')
  const id = idAt(value, 'comment_id') ?? postId
  const at = timeIn(value) || entryAt
  if (!id || (textAt(value, 'verb') ?? 'add') !== 'add') return [ignoredItem(change, 'no_target', 'mention', at)]
  const place = placeOf('mention', postId ?? id, value)
  const senderId = idAt(value, 'sender_id') ?? idAt(value, 'from', 'id')
  const identity = compact<IdentityFacts>({ externalIds: [`commenter:${senderId ?? `of-${id}`}`], name: textAt(value, 'sender_name') })
  const message = { content: contentOf(value) }
  return [
    { at, threadId: commentThreadOf(place, id), place, identity, ...noteOf(senderId), kind: 'message.received', externalId: id, message },
  ]
}

function placeOf(kind: PublicPlace['kind'], postId: string, value: unknown): PublicPlace {
  return compact<PublicPlace>({ kind, postId, url: textAt(value, 'post', 'permalink_url') ?? textAt(value, 'permalink_url') })
}

function contentOf(value: unknown): Content {
  const words = textAt(value, 'message')
  const caption = words === undefined ? {} : { caption: { text: words } }
  const photo = textAt(value, 'photo') ?? (textAt(value, 'item') === 'photo' ? textAt(value, 'link') : undefined)
  if (photo) return { kind: 'image', media: mediaOf(photo), ...caption }
  const video = textAt(value, 'video') ?? (textAt(value, 'item') === 'video' ? textAt(value, 'link') : undefined)
  if (video) return { kind: 'video', media: mediaOf(video), ...caption }
  return words === undefined ? unsupported(textAt(value, 'item') ?? 'comment') : { kind: 'text', text: { text: words } }
}

function identityOf(value: unknown, commentId: string): IdentityFacts {
  // Without advanced access the author is left out: then each comment is somebody of its own.
  const id = idAt(value, 'from', 'id') ?? `of-${commentId}`
  return compact<IdentityFacts>({ externalIds: [`commenter:${id}`], name: textAt(value, 'from', 'name') })
}

function noteOf(authorId: string | undefined): { parseNote?: string } {
  return authorId === undefined ? { parseNote: 'the author was not told' } : {}
}

function opened(at: number): { opens?: { window: string; until: number }[] } {
  return at > 0 ? { opens: [{ window: privateAnswerWindow, until: at + privateAnswerMs }] } : {}
}

function timeIn(value: unknown): number {
  return timeOf(numericAt(value, 'created_time'))
}
