/** What goes over our own wire: routes, views, events, problems, and the client's half of all of it. */

// The words that our clients need of core; they import nothing else of it.
export type * from '@dragoman/core'
export {
  atWallClock,
  businessKinds,
  contentKinds,
  isStale,
  lawMessages,
  lawOn,
  measure,
  mediaOf,
  plainText,
  reachOn,
  readSnoozePhrase,
  replyOptions,
  wallClockOf,
} from '@dragoman/core'
export * from './client.ts'
export * from './filters.ts'
export * from './keyboard-layout.ts'
export * from './notices.ts'
export * from './placeholders.ts'
export * from './problems.ts'
export * from './reducer.ts'
export * from './rights.ts'
export * from './route.ts'
export * from './routes/access.ts'
export * from './routes/accounts.ts'
export * from './routes/answers.ts'
export * from './routes/card.ts'
export * from './routes/contacts.ts'
export * from './routes/conversations.ts'
export * from './routes/customers.ts'
export * from './routes/cutover.ts'
export * from './routes/desk.ts'
export * from './routes/imports.ts'
export * from './routes/index.ts'
export * from './routes/machines.ts'
export * from './routes/notifications.ts'
export * from './routes/one-person.ts'
export * from './routes/order.ts'
export * from './routes/people.ts'
export * from './routes/public.ts'
export * from './routes/recovery.ts'
export * from './routes/registry.ts'
export * from './routes/retention.ts'
export * from './routes/roles.ts'
export * from './routes/webhooks.ts'
export * from './schemas/answers.ts'
export * from './schemas/card.ts'
export * from './schemas/contacts.ts'
export * from './schemas/content.ts'
export * from './schemas/cutover.ts'
export * from './schemas/desk.ts'
export * from './schemas/notifications.ts'
export * from './schemas/order.ts'
export * from './schemas/people.ts'
export * from './schemas/retention.ts'
export * from './schemas/views.ts'
export * from './scopes.ts'
export * from './settings.ts'
export * from './stream.ts'
export * from './stream-events.ts'
export type * from './visitor.ts'
export * from './webhook-examples.ts'
