/** Messenger's webhooks are checked as all of Meta's are: `X-Hub-Signature-256` over the raw bytes, and a GET challenge. */
export { verifyMetaWebhook as verify } from '@dragoman/channel-meta-graph'
