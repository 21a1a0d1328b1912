/**
 * All settings, in one schema: environment variables, their meaning, their defaults. `docs/settings.md` and `.env.example` are kept equal to it by a
 * test. Always holds: a wrong value is one clear line and exit status 2; nothing reads `process.env` but this file.
 */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { serversOf } from '@dragoman/hub'
import { z } from 'zod'

const flag = z.enum(['0', '1', 'true', 'false', 'yes', 'no', '']).transform(value => ['1', 'true', 'yes'].includes(value))
const url = (...protocols: string[]) =>
  z.string().refine(value => URL.canParse(value) && protocols.includes(new URL(value).protocol.slice(0, -1)), {
    error: `must be a URL that begins with ${protocols.map(protocol => `${protocol}://`).join(' or ')}`,
  })

/** Each setting with a word of explanation (shown in the docs). */
export const settingsSchema = {
  PORT: { schema: z.coerce.number().int().min(0).max(65_535), default: '3000', help: 'Port of the hub’s web server; 0 takes a free one.' },
  HOST: { schema: z.string().min(1), default: '127.0.0.1', help: 'Address to listen on. 0.0.0.0 for all, behind a proxy with TLS.' },
  DATABASE_URL: {
    schema: z.string().refine(isDatabaseAddress, { error: 'must be a URL that begins with postgres:// or postgresql://' }).optional(),
    default: undefined,
    help: 'PostgreSQL 15 or newer, as a user who owns the database and may make roles. Of several servers (postgres://user:password@one:5432,two:5432/desk) the one that takes writes is used. DATABASE_URL_FILE: a file that holds it. Empty: the embedded server.',
  },
  DRAGOMAN_HOME: {
    schema: z.string().min(1),
    default: undefined,
    help: 'Folder for the key file, files, and the embedded database. Default: /var/lib/dragoman for root, else ~/.local/state/dragoman.',
  },
  DRAGOMAN_ROLE: {
    schema: z.enum(['all', 'web', 'worker']),
    default: 'all',
    help: 'What this process does. web and worker need DATABASE_URL and the same key file.',
  },
  DRAGOMAN_DEMO: {
    schema: flag,
    default: '0',
    help: '1: makes an owner, three simulated accounts and a live demo conversation on the first start.',
  },
  DRAGOMAN_SIMULATOR: {
    schema: flag.optional(),
    default: undefined,
    help: 'The simulator page and its platforms. Default: on for HOST 127.0.0.1 with the embedded database and without PUBLIC_URL, else off.',
  },
  PUBLIC_URL: {
    schema: url('https', 'http')
      .transform(value => value.replace(/\/+$/, ''))
      .optional(),
    default: undefined,
    help: 'The address under which messengers and customers reach the hub, such as https://desk.example.com.',
  },
  SMTP_URL: {
    schema: url('smtp', 'smtps').optional(),
    default: undefined,
    help: 'The mail server for invitations, such as smtps://user:password@mail.example.com. SMTP_URL_FILE: a file that holds it. Empty: invitations are links only.',
  },
  MAIL_FROM: {
    schema: z.string().regex(/@/, 'must hold an e-mail address').optional(),
    default: undefined,
    help: 'Who mail comes from, such as Dragoman <desk@example.com>. Default: dragoman@ and the host of PUBLIC_URL or SMTP_URL.',
  },
  LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    default: 'info',
    help: 'How much is logged to standard error, as JSON lines.',
  },
  LOG_REQUESTS: {
    schema: z.enum(['none', 'debug', 'info']),
    default: 'debug',
    help: 'At which level each answered request is a line: its route, status and time; never its address as typed, its body or who asked.',
  },
  TRUST_PROXY: { schema: flag, default: '0', help: '1: believe X-Forwarded-For, X-Request-Id and traceparent of the proxy in front.' },
  OUTGOING_ALLOW: {
    schema: z.string().transform((value, context) => {
      const origins = value
        .split(',')
        .map(part => part.trim())
        .filter(Boolean)
      for (const origin of origins)
        if (!URL.canParse(origin) || !/^https?:$/.test(new URL(origin).protocol) || new URL(origin).origin !== origin)
          context.addIssue({ code: 'custom', message: `“${origin}” must be an origin, such as http://10.0.0.5:8080` })
      return origins
    }),
    default: '',
    help: 'Origins on the inside network that webhooks and the live card may reach all the same, separated by commas.',
  },
  AFTER_PROMOTION: {
    schema: z.enum(['hold', 'continue']),
    default: 'hold',
    help: 'After a standby took over: hold all sending until a manager releases it, or continue. continue is right only where every standby is synchronous.',
  },
  DELIVERY_SLOTS: {
    schema: z.coerce.number().int().min(1).max(1_000),
    default: '256',
    help: 'How many sendings one process has under way at one account at once; 1,024 over all accounts. Bulk takes at most four fifths.',
  },
  METRICS_PORT: {
    schema: z.coerce.number().int().min(0).max(65_535).optional(),
    default: undefined,
    help: 'A port on HOST with /health/live, /health/ready and /metrics only; a worker has no other. 0 takes a free one. Empty: none.',
  },
  METRICS_TOKEN: {
    schema: z.string().min(16, 'needs 16 characters or more').optional(),
    default: undefined,
    help: 'Whoever shows it as a Bearer token may read /metrics from another machine. METRICS_TOKEN_FILE: a file that holds it. Empty: only from this machine, or with the operator’s token.',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: url('http', 'https').optional(),
    default: undefined,
    help: 'Where traces go, as OTLP over HTTP in JSON, such as http://127.0.0.1:4318; /v1/traces is added. Empty: no traces.',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    schema: z
      .string()
      .regex(/^[^=,\s]+=[^,]*(,[^=,\s]+=[^,]*)*$/, 'must be name=value pairs, separated by commas')
      .optional(),
    default: undefined,
    help: 'Headers to the collector, such as authorization=Bearer%20…; values as in addresses. OTEL_EXPORTER_OTLP_HEADERS_FILE: a file that holds them.',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    schema: z.coerce.number().min(0).max(1),
    default: '1',
    help: 'The share of traces that are kept, from 0 to 1. What a trusted proxy has decided holds.',
  },
  STOP_SECONDS: {
    schema: z.coerce.number().min(1).max(600),
    default: '5',
    help: 'How long a stop may take: requests are answered, sendings recorded. What is not finished by then is settled by the others, or at the next start.',
  },
  STOP_DELAY_SECONDS: {
    schema: z.coerce.number().min(0).max(300),
    default: '0',
    help: 'How long a process that is told to stop still takes requests while /health/ready says 503, so that a load balancer looks elsewhere first. Part of STOP_SECONDS.',
  },
  DANGEROUS_DURABILITY_OFF: {
    schema: flag,
    default: '0',
    help: '1, for experiments only: starts on a database server that may lose acknowledged messages in a crash (fsync, synchronous_commit or full_page_writes off).',
  },
} as const

/** Secrets may stand in files, as containers and systemd hand them over. */
function readSecret(name: string, environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const path = environment[`${name}_FILE`]?.trim()
  if (!path || !secretSettings.has(name)) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new SettingsError(`${name}_FILE=${path}: the file cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}

function isDatabaseAddress(value: string): boolean {
  try {
    return serversOf(value).list.length > 0
  } catch {
    return false
  }
}

export interface Settings {
  port: number
  host: string
  databaseUrl: string | undefined
  home: string
  role: 'all' | 'web' | 'worker'
  demo: boolean
  simulator: boolean
  publicUrl: string | undefined
  /** undefined: the hub sends no mail. */
  mail: { url: string; from: string } | undefined
  logLevel: string
  /** undefined: answered requests are no lines of the log. */
  logRequests: 'debug' | 'info' | undefined
  /** undefined: no port of its own. */
  metricsPort: number | undefined
  metricsToken: string | undefined
  /** undefined: no traces. `share`: from 0 to 1. */
  traces: { url: string; headers: Readonly<Record<string, string>>; share: number } | undefined
  stopMs: number
  stopDelayMs: number
  durabilityMayBeOff: boolean
  trustProxy: boolean
  afterPromotion: 'hold' | 'continue'
  deliverySlots: number
  outgoingAllow: readonly string[]
}

export class SettingsError extends Error {}

/** Reads the settings. Throws SettingsError with one line that names the variable, its value and what is allowed. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const values: Record<string, unknown> = {}
  for (const [name, { schema, default: fallback }] of Object.entries(settingsSchema)) {
    const given = environment[name] || readSecret(name, environment)
    const text = given === undefined || given.trim() === '' ? fallback : given.trim()
    if (text === undefined) continue
    const parsed = schema.safeParse(text)
    if (!parsed.success)
      throw new SettingsError(
        `${name}=${secretSettings.has(name) ? '…' : text}: ${parsed.error.issues[0]?.message ?? 'not allowed'}. ${settingsSchema[name as keyof typeof settingsSchema].help}`,
      )
    values[name] = parsed.data
  }
  const home = resolve(String(values.DRAGOMAN_HOME ?? defaultHome()))
  const role = values.DRAGOMAN_ROLE as Settings['role']
  if (role !== 'all' && values.DATABASE_URL === undefined)
    throw new SettingsError(`DRAGOMAN_ROLE=${role} needs DATABASE_URL: the embedded database serves a process of role “all”.`)
  if ((values.STOP_DELAY_SECONDS as number) > (values.STOP_SECONDS as number) - 1)
    throw new SettingsError(
      `STOP_DELAY_SECONDS=${values.STOP_DELAY_SECONDS}: must leave at least one of the STOP_SECONDS=${values.STOP_SECONDS} for finishing.`,
    )
  const isLocal = ['127.0.0.1', 'localhost', '::1'].includes(String(values.HOST))
  return {
    port: values.PORT as number,
    host: values.HOST as string,
    databaseUrl: values.DATABASE_URL as string | undefined,
    home,
    role,
    demo: values.DRAGOMAN_DEMO as boolean,
    simulator:
      (values.DRAGOMAN_SIMULATOR as boolean | undefined) ??
      (role === 'all' && isLocal && values.DATABASE_URL === undefined && values.PUBLIC_URL === undefined),
    publicUrl: values.PUBLIC_URL as string | undefined,
    mail: mailSettings(values),
    logLevel: values.LOG_LEVEL as string,
    logRequests: values.LOG_REQUESTS === 'none' ? undefined : (values.LOG_REQUESTS as 'debug' | 'info'),
    metricsPort: values.METRICS_PORT as number | undefined,
    metricsToken: values.METRICS_TOKEN as string | undefined,
    traces: traceSettings(values),
    stopMs: (values.STOP_SECONDS as number) * 1_000,
    stopDelayMs: (values.STOP_DELAY_SECONDS as number) * 1_000,
    durabilityMayBeOff: values.DANGEROUS_DURABILITY_OFF as boolean,
    trustProxy: values.TRUST_PROXY as boolean,
    afterPromotion: values.AFTER_PROMOTION as Settings['afterPromotion'],
    deliverySlots: values.DELIVERY_SLOTS as number,
    outgoingAllow: (values.OUTGOING_ALLOW as string[] | undefined) ?? [],
  }
}

function mailSettings(values: Record<string, unknown>): Settings['mail'] {
  if (values.SMTP_URL === undefined) return undefined
  const smtp = String(values.SMTP_URL)
  const host = new URL(String(values.PUBLIC_URL ?? smtp)).hostname
  return { url: smtp, from: String(values.MAIL_FROM ?? `Dragoman <dragoman@${host}>`) }
}

function traceSettings(values: Record<string, unknown>): Settings['traces'] {
  if (values.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return undefined
  const pairs = ((values.OTEL_EXPORTER_OTLP_HEADERS as string | undefined) ?? '').split(',').filter(Boolean)
  return {
    url: `${String(values.OTEL_EXPORTER_OTLP_ENDPOINT).replace(/\/+$/, '')}/v1/traces`,
    headers: Object.fromEntries(
      pairs.map(pair => [pair.slice(0, pair.indexOf('=')), decodeURIComponent(pair.slice(pair.indexOf('=') + 1))]),
    ),
    share: values.OTEL_TRACES_SAMPLER_ARG as number,
  }
}

/** Settings whose value is not repeated when it is wrong, and may stand in a file instead, named by the setting with `_FILE` behind. */
const secretSettings: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'SMTP_URL',
  'METRICS_TOKEN',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
])

function defaultHome(): string {
  if (process.getuid?.() === 0) return '/var/lib/dragoman'
  const state = process.env.XDG_STATE_HOME
  return join(state?.startsWith('/') ? state : join(homedir(), '.local', 'state'), 'dragoman')
}
