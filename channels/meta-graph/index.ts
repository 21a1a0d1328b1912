/** What the channels of Meta's Graph API share: webhooks, errors, rate limits, reach, and messaging. Never imported by a simulator. */
export * from './graph-error.ts'
export * from './messaging/index.ts'
export * from './reach.ts'
export * from './usage.ts'
export * from './verify.ts'
