/** Messenger, simulated: a Facebook page's chats and the comments under its posts. Always holds: never imports the adapter. */
import { messagingSimulator } from '@dragoman/channel-meta-graph/simulator'
import { rules } from './rules.ts'

export const messengerSimulator = messagingSimulator(rules)
