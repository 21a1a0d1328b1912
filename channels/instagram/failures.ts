/** Instagram's error codes → failures: the table of Meta's page messaging, which has Instagram's own subcodes (2534…) in it. */
export { messagingFailure as instagramFailure } from '@dragoman/channel-meta-graph'
