/**
 * The log: JSON lines on standard error. Always holds: a line that belongs to a request or a job carries its id; errors are told by a list of fields (what
 * PostgreSQL hangs onto them may hold a customer's data); no finished line leaves without passing the scrub.
 */
import { type DestinationStream, type Logger, pino } from 'pino'
import type { Settings } from '../settings.ts'
import { doingNow } from './context.ts'
import { createScrub } from './scrub.ts'

/** Makes the log of a process. `secrets` are our own, known at the start. */
export function createLogger(settings: Pick<Settings, 'logLevel'>, secrets: readonly string[], destination?: DestinationStream): Logger {
  const scrub = createScrub(secrets)
  return pino(
    {
      level: settings.logLevel,
      base: undefined,
      redact: ['req.headers', 'headers', '*.token', '*.password', '*.secret', '*.authorization', '*.cookie'],
      serializers: { err: describeError, error: describeError },
      mixin: () => {
        const doing = doingNow()
        if (!doing) return {}
        const { requestId, jobId, task } = doing
        return requestId !== undefined ? { requestId, ...(jobId === undefined ? {} : { jobId, task }) } : { jobId, task }
      },
      hooks: { streamWrite: scrub },
    },
    destination ?? pino.destination(2),
  )
}

/** The secrets that stand in the settings. */
export function secretsOf(settings: Settings): string[] {
  const passwords = [settings.databaseUrl, settings.mail?.url].flatMap(address => {
    // Several servers may stand in one address: it is no URL then.
    const password = /^[a-z]+:\/\/[^:/@]*:([^@]*)@/i.exec(address ?? '')?.[1]
    return password === undefined ? [] : [password, decodeURIComponent(password)]
  })
  return [...passwords, settings.metricsToken, ...Object.values(settings.traces?.headers ?? {})].filter(
    secret => secret !== undefined && secret !== '',
  ) as string[]
}

const longestStack = 4_000
const deepest = 3

/** An error by a list of its fields. The values that PostgreSQL quotes in its words are left out. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error))
    return typeof error === 'object' && error !== null
      ? { message: String((error as { message?: unknown }).message ?? 'not an error') }
      : error
  const { code, constraint, table, routine, syscall, address, port } = error as Error & Record<string, unknown>
  const fromDatabase = typeof (error as { severity?: unknown }).severity === 'string'
  const quoteless = (text: string) => (fromDatabase ? text.replace(/: "[\s\S]*?"(?=\n|$)/, ': …') : text)
  return {
    type: error.constructor.name,
    message: quoteless(error.message),
    ...(code === undefined ? {} : { code }),
    ...(fromDatabase ? { constraint, table, routine } : {}),
    ...(syscall === undefined ? {} : { syscall, address, port }),
    stack: quoteless(error.stack ?? '').slice(0, longestStack),
    ...(error.cause === undefined || depth >= deepest ? {} : { cause: describeError(error.cause, depth + 1) }),
    ...(error instanceof AggregateError && depth < deepest
      ? { errors: error.errors.slice(0, 5).map(one => describeError(one, depth + 1)) }
      : {}),
  }
}
