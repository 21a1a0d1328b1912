/**
 * Instagram's public side: comments under posts, reels and live videos, and places where somebody names the account.
 * Always holds: a first comment with its answers is one thread; whoever comments is known by an id of its own (`commenter:`), for nobody promises
 * that it equals the one in chats; the account's own comments are echoes. Changed and removed comments are told by nobody. A mention brings two
 * ids and no words: neither text nor author are known.
 * Vendor: https://developers.facebook.com/docs/instagram-platform/webhooks
 */
import { compact, idAt, textAt } from '@dragoman/channel-kit'
import {
  commentThreadOf,
  ignoredItem,
  type MessagingChange,
  privateAnswerMs,
  privateAnswerWindow,
  unsupported,
} from '@dragoman/channel-meta-graph'
import type { Content, IdentityFacts, InboundEvent, PublicPlace } from '@dragoman/core'

/** The events of a comment. It carries no time of its own: the entry's is taken. */
export function commentEvents(change: MessagingChange): InboundEvent[] {
  const { value, ownId, entryAt, field } = change
  const id = idAt(value, 'id')
  const postId = idAt(value, 'media', 'id')
  if (!id || !postId) return [ignoredItem(change, 'no_target', field)]
  const parentId = idAt(value, 'parent_id')
  const place: PublicPlace = { kind: 'comments', postId }
  const words = textAt(value, 'text')
  const content: Content = words === undefined ? unsupported('comment') : { kind: 'text', text: { text: words } }
  const message = { content, ...(parentId ? { replyTo: parentId } : {}) }
  const base = { at: entryAt, threadId: commentThreadOf(place, parentId ?? id), place }
  const authorId = idAt(value, 'from', 'id')
  if (authorId === ownId) {
    // A first comment of the account's own begins no conversation: nobody has answered it yet.
    if (parentId === undefined) return [ignoredItem(change, 'own_first_comment', field)]
    // An echo says who wrote it, not to whom: the thread tells.
    return [{ ...base, kind: 'message.echoed', externalId: id, message }]
  }
  const username = textAt(value, 'from', 'username')
  const identity = compact<IdentityFacts>({ externalIds: [`commenter:${authorId ?? `of-${id}`}`], name: username, username })
  // Under a live video the private answer ends with the broadcast, and nobody says when that is.
  const opens =
    field === 'live_comments' || entryAt === 0 ? {} : { opens: [{ window: privateAnswerWindow, until: entryAt + privateAnswerMs }] }
  const note = authorId === undefined ? { parseNote: 'the author was not told' } : {}
  return [{ ...base, identity, ...opens, ...note, kind: 'message.received', externalId: id, message }]
}

/** Somebody named the account, in a comment or under a picture. */
export function mentionEvents(change: MessagingChange): InboundEvent[] {
  const { value, entryAt } = change
  const postId = idAt(value, 'media_id')
  if (!postId) return [ignoredItem(change, 'no_target', 'mentions')]
  const id = idAt(value, 'comment_id') ?? postId
  const place: PublicPlace = { kind: 'mention', postId }
  return [
    {
      at: entryAt,
      threadId: commentThreadOf(place, id),
      place,
      identity: { externalIds: [`commenter:of-${id}`] },
      parseNote: 'Instagram tells neither the words nor the author',
      kind: 'message.received',
      externalId: id,
      message: { content: unsupported('mention', id === postId ? 'named under a picture' : 'named in a comment') },
    },
  ]
}
