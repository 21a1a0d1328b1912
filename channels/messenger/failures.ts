/** Messenger's error codes → failures: the table of Meta's page messaging, which says code by code what was not taken and may be sent again. */
export { messagingFailure as messengerFailure } from '@dragoman/channel-meta-graph'
