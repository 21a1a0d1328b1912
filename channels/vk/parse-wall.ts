/**
 * The community's wall: comments under posts, and what people write there of their own.
 * Always holds: a thread is a first comment with its answers, a post of a stranger is a thread of its own; the community's own words are echoes.
 * https://dev.vk.com/ru/reference/objects/comment
 */
import { compact, idAt, type JsonObject, textAt } from '@dragoman/channel-kit'
import type { InboundEvent, PublicPlace } from '@dragoman/core'
import { readContents } from './content.ts'
import { baseOf, type Frame, ignored, personOf, timeOf } from './frame.ts'
import { commentKey } from './ids.ts'

function placeOf(kind: PublicPlace['kind'], ownerId: string, postNumber: string, title?: string): PublicPlace {
  const postId = `${ownerId}_${postNumber}`
  return compact({ kind, postId, title, url: `https://vk.com/wall${postId}` })
}

/** Words first; what hangs on a comment is kept as far as it can be read. */
function contentOf(holder: JsonObject, peer: string) {
  return readContents(holder, peer).contents[0]!.content
}

export function readComment(frame: Frame, what: 'new' | 'edit'): InboundEvent[] {
  const { object, groupId } = frame
  const ownerId = idAt(object, 'owner_id') ?? idAt(object, 'post_owner_id') ?? `-${groupId}`
  const postNumber = idAt(object, 'post_id')
  const commentId = idAt(object, 'id')
  const fromId = idAt(object, 'from_id')
  const at = timeOf(object)
  if (postNumber === undefined || commentId === undefined || fromId === undefined) return [ignored(frame, 'malformed', at)]
  const first = idAt(object, 'parents_stack', 0) ?? commentId
  const parent = idAt(object, 'reply_to_comment')
  const isOwn = fromId === `-${groupId}`
  // A first comment of the community's own begins no conversation: nobody has answered it yet.
  if (isOwn && first === commentId && what === 'new') return [ignored(frame, 'own_first_comment', at)]
  const base = {
    ...baseOf(frame, at),
    threadId: `comments:${ownerId}_${postNumber}:${first}`,
    place: placeOf('comments', ownerId, postNumber),
    // An echo says who wrote it, not to whom: the thread tells.
    ...(isOwn ? {} : { identity: personOf(fromId) }),
  }
  const message = compact({
    content: contentOf(object, ownerId),
    replyTo: parent === undefined || parent === '0' ? undefined : commentKey(ownerId, parent),
  })
  const key = commentKey(ownerId, commentId)
  if (what === 'edit') return [{ ...base, kind: 'message.edited', of: key, message }]
  return [{ ...base, externalId: key, kind: isOwn ? 'message.echoed' : 'message.received', message }]
}

export function readDeletedComment(frame: Frame): InboundEvent[] {
  const { object, groupId } = frame
  const commentId = idAt(object, 'id')
  if (commentId === undefined) return [ignored(frame, 'malformed')]
  return [{ ...baseOf(frame), kind: 'message.deleted', of: [commentKey(idAt(object, 'owner_id') ?? `-${groupId}`, commentId)] }]
}

export function readPost(frame: Frame): InboundEvent[] {
  const { object, groupId } = frame
  const ownerId = idAt(object, 'owner_id') ?? `-${groupId}`
  const postNumber = idAt(object, 'id')
  const fromId = idAt(object, 'from_id')
  const at = timeOf(object)
  if (postNumber === undefined || fromId === undefined) return [ignored(frame, 'malformed', at)]
  if (fromId.startsWith('-')) return [ignored(frame, 'own_post', at)]
  const words = textAt(object, 'text')
  return [
    {
      ...baseOf(frame, at),
      externalId: `post:${ownerId}_${postNumber}`,
      threadId: `mention:${ownerId}_${postNumber}`,
      identity: personOf(fromId),
      place: placeOf('mention', ownerId, postNumber, words?.slice(0, 80)),
      kind: 'message.received',
      message: { content: contentOf(object, ownerId) },
    },
  ]
}
