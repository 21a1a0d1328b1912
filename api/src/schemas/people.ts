/** Forms and views of people and access: shifts, roles, second factors, sessions, the audit log. Always holds: nothing secret is in a view. */
import { z } from 'zod'
import { right } from '../rights.ts'

const id = z.uuid()
const time = z.number()

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time such as 09:30')
/** From, until. Until before from: over midnight. */
const span = z.tuple([clock, clock]).refine(([from, until]) => from !== until && from !== '24:00', 'a span has a length')
/** Working hours by weekday; a day that is not named is free. */
export const shifts = z.partialRecord(z.enum(days), z.array(span).max(6))
export type Shifts = z.infer<typeof shifts>

const zone = z
  .string()
  .max(64)
  .refine(name => isZone(name), 'a zone such as Europe/Moscow')

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return /^[A-Za-z]/.test(name)
  } catch {
    return false
  }
}

const languageCode = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/, 'a language code such as en or pt-br')
  .max(16)
const skill = z.string().trim().min(1).max(60)
const capacity = z.int().min(1).max(100)

/** What routing asks of a member. */
export const memberFacts = z.object({
  languages: z.array(languageCode).max(30),
  skills: z.array(skill).max(50),
  capacity: capacity.nullable(),
  shifts: shifts.nullable(),
  zone: zone.nullable(),
})
export type MemberFacts = z.infer<typeof memberFacts>

export const roleName = z
  .record(z.string().min(2).max(16), z.string().trim().max(80))
  .refine(name => Object.values(name).some(text => text !== ''), 'a name in one language at least')
export const roleRank = z.enum(['agent', 'manager'])

export const firmRole = z
  .object({
    id,
    name: z.record(z.string(), z.string()),
    /** What it counts as where only the built-in roles are known. */
    rank: roleRank,
    rights: z.array(right),
    version: z.int(),
    /** How many members have it. */
    members: z.int(),
  })
  .meta({ id: 'FirmRole' })
export type FirmRoleView = z.infer<typeof firmRole>

export const invitationView = z
  .object({
    id,
    email: z.string().nullable(),
    name: z.string().nullable(),
    role: z.enum(['owner', 'manager', 'agent']),
    roleId: id.nullable(),
    teamIds: z.array(id),
    expiresAt: time,
    expired: z.boolean(),
    mail: z.object({ state: z.enum(['none', 'queued', 'sent', 'failed']), reason: z.string().nullable(), at: time.nullable() }),
  })
  .meta({ id: 'Invitation' })
export type InvitationView = z.infer<typeof invitationView>

/** What is wrong with a row of an imported list, for translation. */
export const importProblem = z.object({
  code: z.enum([
    'email_missing',
    'email_wrong',
    'email_twice',
    'name_long',
    'role_unknown',
    'role_not_yours',
    'team_unknown',
    'language_wrong',
    'skill_wrong',
    'capacity_wrong',
    'row_broken',
  ]),
  value: z.string().optional(),
})
export type ImportProblem = z.infer<typeof importProblem>
export const importRow = z.object({
  line: z.int(),
  name: z.string(),
  email: z.string(),
  role: z.string(),
  result: z.enum(['invite', 'member', 'waiting', 'error']),
  problem: importProblem.nullable(),
})
export type ImportRow = z.infer<typeof importRow>

/** Rules of access for everybody. */
export const security = z.object({
  requireSecondFactor: z.boolean().default(false),
  /** After so long without key, mouse or touch an agent counts as away; 0: never by itself. */
  idleAwayMinutes: z.int().min(0).max(480).default(10),
})
export type Security = z.infer<typeof security>

export const sessionView = z
  .object({ id, browser: z.string(), system: z.string(), since: time, lastSeenAt: time, current: z.boolean() })
  .meta({ id: 'Session' })
export type SessionView = z.infer<typeof sessionView>

export const passkeyView = z.object({ id, name: z.string(), since: time, lastUsedAt: time.nullable() }).meta({ id: 'Passkey' })
export type PasskeyView = z.infer<typeof passkeyView>

export const secondFactorView = z
  .object({
    totpSince: time.nullable(),
    passkeys: z.array(passkeyView),
    recoveryCodesLeft: z.int(),
    /** The firm asks for one. */
    required: z.boolean(),
  })
  .meta({ id: 'SecondFactor' })
export type SecondFactorView = z.infer<typeof secondFactorView>

export const auditEntry = z
  .object({
    id,
    at: time,
    /** What was done, for translation: `member.changed` … */
    what: z.string(),
    memberId: id.nullable(),
    /** Who; null: the hub itself or its operator. */
    memberName: z.string().nullable(),
    accountId: id.nullable(),
    accountName: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    ip: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntryView = z.infer<typeof auditEntry>
