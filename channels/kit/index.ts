/**
 * What channels and their host share: the runner of effects, and small pure tools for reading what platforms write.
 * Always holds: only `perform.ts`, `create-fetch.ts` and what `runner.ts` keeps (mail, carriers) touch the network; nothing here knows any platform.
 */
export * from './connection-failure.ts'
export * from './create-fetch.ts'
export * from './drive.ts'
export * from './json-fields.ts'
export type { LetterAddress, LetterFile, LetterJson } from './mail/letter-json.ts'
export * from './perform.ts'
export * from './placeholders.ts'
export * from './read-json.ts'
export * from './redact.ts'
export * from './request-body.ts'
export * from './runner.ts'
export * from './server-login.ts'
export * from './signature.ts'
export * from './transport-failure.ts'
