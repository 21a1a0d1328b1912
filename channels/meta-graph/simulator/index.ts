/**
 * What simulators of Meta's messengers share: signing, the shape of errors, webhooks with retries. Written from Meta's documents;
 * never imports the adapters' half of this package, nor is imported by it.
 */
export * from './graph-errors.ts'
export * from './graph-requests.ts'
export * from './messaging/index.ts'
export * from './signing.ts'
export * from './webhooks.ts'
