/** What Instagram has of its own within Meta's page messaging. Always holds: data and pure functions; the reading and writing is shared. */
import { textAt } from '@dragoman/channel-kit'
import type { MessagingDialect, Tools } from '@dragoman/channel-meta-graph'
import type { Content } from '@dragoman/core'
import { graphUrl, igIdOf, isByPage, nodeOf, ownIdsOf } from './config.ts'
import { instagramFailure } from './failures.ts'
import { peopleWindow, peopleWindowMs, standardWindow, standardWindowMs } from './policy.ts'

const standard = { window: standardWindow, lengthMs: standardWindowMs }
const people = { window: peopleWindow, lengthMs: peopleWindowMs }

export const dialect: MessagingDialect = {
  object: 'instagram',
  name: 'Instagram',
  ownIds: ownIdsOf,
  node: nodeOf,
  url: graphUrl,
  // One endpoint of the page serves both messengers; Instagram's own needs no telling.
  platformFields: (account): Record<string, string> => (isByPage(account) ? { platform: 'instagram' } : {}),
  windows: account => (account.config.humanAgent === 'yes' ? [standard, people] : [standard]),
  peopleWindow,
  failures: instagramFailure,
  // Echoes bring the message's id only.
  metadata: false,
  // By address is the documented way; uploads are for servers that have none.
  uploadsFirst: false,
  fileHosts: ['cdninstagram.com', 'fbcdn.net', 'fbsbx.com'],
  // The app records; it cannot send other sounds.
  audioKind: () => 'voice',
  attachment: ownAttachment,
  appId: account => account.config.appId || undefined,
  comments: {
    // Answers stand in one row below the first comment.
    underFirst: true,
    takesPictures: false,
    answerPath: (target, place, account) =>
      place.kind === 'mention' ? `${encodeURIComponent(igIdOf(account))}/mentions` : `${encodeURIComponent(target)}/replies`,
    answer: (text, _pictureUrl, target, place) =>
      place.kind === 'mention'
        ? { media_id: place.postId, ...(target === place.postId ? {} : { comment_id: target }), message: text }
        : { message: text },
    hide: hidden => ({ hide: hidden }),
    privateRecipient: target => ({ comment_id: target }),
  },
}

export const tools: Tools = { mediaTemplate: false, asksPhone: false, dials: false }

/**
 * Stories that people send: one in which they name the business, or one passed on. The picture may not be kept (it ends with the story), so it
 * stays an address. And the heart, which is a sticker without a file.
 */
function ownAttachment(attachment: unknown): Content | undefined {
  const type = textAt(attachment, 'type')
  if (type === 'like_heart') return { kind: 'text', text: { text: '❤️' } }
  if (type !== 'story_mention' && type !== 'ig_story') return undefined
  const storyUrl = textAt(attachment, 'payload', 'url') ?? textAt(attachment, 'payload', 'story_media_url')
  return { kind: 'story_reply', ...(storyUrl ? { storyUrl } : {}), ...(type === 'story_mention' ? { mention: true } : {}) }
}
