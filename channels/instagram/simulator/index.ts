/** Instagram, simulated: direct messages, comments and mentions, by either login. Always holds: never imports the adapter. */
import { messagingSimulator } from '@dragoman/channel-meta-graph/simulator'
import { rulesFor } from './rules.ts'

/** Accounts with Instagram login: a token of their own, renewed. */
export const instagramSimulator = messagingSimulator(rulesFor('instagram'))
/** Accounts that are reached through their Facebook page. */
export const instagramByPageSimulator = messagingSimulator(rulesFor('page'))
