/** What goes over our own wire: routes, views, events, problems, and the client's half of all of it. */

// The words that our clients need of core; they import nothing else of it.
export type * from '@dragoman/core'
export { contentKinds, measure, mediaOf, plainText, replyOptions } from '@dragoman/core'
export * from './client.ts'
export * from './problems.ts'
export * from './reducer.ts'
export * from './route.ts'
export * from './routes/accounts.ts'
export * from './routes/conversations.ts'
export * from './routes/index.ts'
export * from './routes/people.ts'
export * from './schemas/content.ts'
export * from './schemas/views.ts'
export * from './stream.ts'
export * from './stream-events.ts'
export type * from './visitor.ts'
