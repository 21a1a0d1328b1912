/**
 * What all simulators share: plain functions for reading requests, posting webhooks, faults, ids, sample media, and a host for tests.
 * Always holds: nothing here imports an adapter or the runner.
 */
export * from './faults.ts'
export * from './http.ts'
export * from './ids.ts'
export * from './jpeg.ts'
export * from './log.ts'
export * from './media.ts'
export * from './mp4.ts'
export * from './serve.ts'
export * from './types.ts'
export * from './webhook-queue.ts'
