/** What Messenger has of its own within Meta's page messaging. Always holds: data and pure functions; the reading and writing is shared. */
import type { MessagingDialect, Tools } from '@dragoman/channel-meta-graph'
import { graphUrl, pageIdOf } from './config.ts'
import { messengerFailure } from './failures.ts'
import { peopleWindow, peopleWindowMs, standardWindow, standardWindowMs } from './policy.ts'
import { templateMessage } from './templates.ts'

const standard = { window: standardWindow, lengthMs: standardWindowMs }
const people = { window: peopleWindow, lengthMs: peopleWindowMs }

export const dialect: MessagingDialect = {
  object: 'page',
  name: 'Messenger',
  ownIds: account => [pageIdOf(account)],
  node: pageIdOf,
  url: graphUrl,
  platformFields: () => ({}),
  windows: account => (account.config.humanAgent === 'yes' ? [standard, people] : [standard]),
  peopleWindow,
  failures: messengerFailure,
  metadata: true,
  uploadsFirst: true,
  fileHosts: ['fbcdn.net', 'fbsbx.com', 'facebook.com'],
  // What the app records is called so; other sounds come under their own names.
  audioKind: url => (url !== undefined && /\/audioclip-/.test(url) ? 'voice' : 'audio'),
  appId: account => account.config.appId || undefined,
  comments: {
    underFirst: false,
    takesPictures: true,
    answerPath: target => `${encodeURIComponent(target)}/comments`,
    answer: (text, pictureUrl) => ({ ...(text ? { message: text } : {}), ...(pictureUrl ? { attachment_url: pictureUrl } : {}) }),
    hide: hidden => ({ is_hidden: hidden }),
    privateRecipient: (target, place): Record<string, string> =>
      place?.kind === 'mention' && place.postId === target ? { post_id: target } : { comment_id: target },
  },
}

export const tools: Tools = {
  mediaTemplate: true,
  asksPhone: true,
  dials: true,
  special: (content, { linkOf }) => (content.kind === 'template' ? templateMessage(content, linkOf) : undefined),
}
