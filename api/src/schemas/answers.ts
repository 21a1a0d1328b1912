/** Answers ready: business hours, automatic answers, saved replies. Always holds: any text that customers read is a map from language to text; an exception is visible beside what it departs from. */
import { z } from 'zod'
import { messageBody } from './content.ts'

const id = z.uuid()
const time = z.number()

/** BCP 47, lower case: `en`, `ru`, `pt-br`. */
export const languageTag = z.string().regex(/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/)

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')
/** From and to, wall clock. `24:00` is the end of the day; an end at or before the start is on the next day. */
export const interval = z.tuple([clockTime, z.union([clockTime, z.literal('24:00')])])
const intervals = z.array(interval).max(12)
export type Interval = z.infer<typeof interval>

export const week = z.object({
  mon: intervals.default([]),
  tue: intervals.default([]),
  wed: intervals.default([]),
  thu: intervals.default([]),
  fri: intervals.default([]),
  sat: intervals.default([]),
  sun: intervals.default([]),
})
export type Week = z.infer<typeof week>

export const holiday = z.object({
  /** YYYY-MM-DD. Where it is `yearly`, the year is when it was first. */
  date: z.iso.date(),
  name: z.string().trim().max(80).default(''),
  yearly: z.boolean().default(false),
  /** Other hours of that day; none: closed. */
  intervals: intervals.default([]),
})
export type Holiday = z.infer<typeof holiday>

const zone = z.string().max(64).refine(isZone, 'no such time zone')

/** One set of hours. `week` null: around the clock. */
export const hours = z.object({
  zone: zone.default('UTC'),
  week: week.nullable().default(null),
  holidays: z.array(holiday).max(400).default([]),
})
export type Hours = z.infer<typeof hours>

/** The firm's hours, and where they are others. A team's variant goes before an account's. */
export const hoursSetting = hours.extend({
  variants: z
    .array(
      z.object({
        id,
        name: z.string().trim().min(1).max(80),
        accountIds: z.array(id).max(500).default([]),
        teamIds: z.array(id).max(500).default([]),
        zone: zone.default('UTC'),
        week: week.nullable().default(null),
        /** Null: the same holidays as everywhere. */
        holidays: z.array(holiday).max(400).nullable().default(null),
      }),
    )
    .max(100)
    .default([]),
})
export type HoursSetting = z.infer<typeof hoursSetting>

export const hoursState = z
  .object({
    open: z.boolean(),
    /** When it closes; null: not within eight days. */
    closesAt: time.nullable(),
    /** When it opens next; null while open, or where it never does within 400 days. */
    opensAt: time.nullable(),
    /** In words, as customers are told: “tomorrow at 9:00”. By language. */
    words: z.record(z.string(), z.string()),
  })
  .meta({ id: 'HoursState' })
export type HoursState = z.infer<typeof hoursState>

export const automaticKinds = ['greeting', 'instant', 'away'] as const
export type AutomaticKind = (typeof automaticKinds)[number]

/** Language -> text with placeholders. */
export const answerTexts = z.record(languageTag, z.string().max(4_000))

export const automaticAnswers = z.object({
  greeting: z
    .object({
      on: z.boolean().default(false),
      /** Greet again after so many days without a case; null: only at the first case ever. */
      afterDays: z.int().min(1).max(3_650).nullable().default(null),
      texts: answerTexts.default({}),
    })
    .prefault({}),
  instant: z
    .object({
      on: z.boolean().default(false),
      /** Nobody has answered a new case for so long, in business hours. */
      afterSeconds: z.int().min(0).max(3_600).default(60),
      texts: answerTexts.default({}),
    })
    .prefault({}),
  away: z
    .object({
      on: z.boolean().default(false),
      /** Also in business hours, when nobody is available. */
      whenNobody: z.boolean().default(false),
      texts: answerTexts.default({}),
    })
    .prefault({}),
  /** Where a text is another, or off. A team's goes before an account's; a language that it does not name is taken from above. */
  exceptions: z
    .array(
      z
        .object({
          kind: z.enum(automaticKinds),
          accountId: id.nullable().default(null),
          teamId: id.nullable().default(null),
          off: z.boolean().default(false),
          texts: answerTexts.default({}),
        })
        .refine(one => (one.accountId === null) !== (one.teamId === null), 'an exception is for one account or one team'),
    )
    .max(2_000)
    .default([]),
})
export type AutomaticAnswers = z.infer<typeof automaticAnswers>
export type AutomaticException = AutomaticAnswers['exceptions'][number]

export const savedReplyFolders = z.object({
  folders: z
    .array(z.object({ id, name: z.string().trim().min(1).max(60) }))
    .max(200)
    .default([]),
})
export type SavedReplyFolders = z.infer<typeof savedReplyFolders>

export const shortcut = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\p{N}-]{1,32}$/u, 'letters, digits and hyphens, at most 32')
export const replyBodies = z.record(languageTag, messageBody)
export const replyExceptions = z.record(id, replyBodies)

export const savedReply = z
  .object({
    id,
    folderId: id.nullable(),
    /** Only the caller sees it. */
    mine: z.boolean(),
    name: z.string(),
    shortcut: z.string(),
    bodies: replyBodies,
    exceptions: replyExceptions,
    usedCount: z.int(),
    lastUsedAt: time.nullable(),
    archived: z.boolean(),
    version: z.int(),
  })
  .meta({ id: 'SavedReply' })
export type SavedReplyView = z.infer<typeof savedReply>

export const reportRow = z.object({
  subject: z.enum(['greeting', 'instant', 'away', 'hours', 'saved_reply', 'channel_greeting']),
  accountId: id.nullable(),
  teamId: id.nullable(),
  /** Of `saved_reply`: which. */
  replyId: id.nullable(),
  name: z.string(),
  language: z.string(),
  /** `own`: the channel keeps this text itself, beside ours. */
  state: z.enum(['same', 'differs', 'missing', 'off', 'own']),
  text: z.string(),
  sourceText: z.string(),
})
export type ReportRow = z.infer<typeof reportRow>

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
