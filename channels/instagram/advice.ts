/** What a person can do about Instagram's frequent failures; the words are shared by Meta's page messaging. */
import { messagingAdvice } from '@dragoman/channel-meta-graph'

export const advice = messagingAdvice('Instagram')
