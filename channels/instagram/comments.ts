/** Comments under the account's posts: what may be written there, and when. */
import { commentCapabilities } from '@dragoman/channel-meta-graph'
import type { Capabilities, Channel } from '@dragoman/core'
import { commentReplyPolicy } from './policy.ts'
import { lawFacts, reachFacts } from './reach.ts'

const checkedOn = '2026-11-23'
const reference = 'https://developers.facebook.com/docs/instagram-platform/comment-moderation'

function capabilities(): Capabilities {
  return commentCapabilities({
    source: { source: reference, checkedOn, confidence: 'documented' },
    // Known from the field; the reference names no length.
    text: { max: 2_200, source: reference, checkedOn, confidence: 'assumed' },
    pacePerSecond: 1,
    webhookRetryMs: 36 * 60 * 60_000,
    reach: reachFacts,
    law: lawFacts,
    customerEdits: false,
    customerDeletes: false,
  })
}

export const comments: Channel['comments'] = { capabilities, replyPolicy: commentReplyPolicy }
