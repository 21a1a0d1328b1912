/** What the channels of Meta's Graph API share: checking webhooks, reading errors, reading rate limits. Never imported by a simulator. */
export * from './graph-error.ts'
export * from './usage.ts'
export * from './verify.ts'
