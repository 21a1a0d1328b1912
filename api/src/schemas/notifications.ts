/** What a member wants to be told of, and how: rules per view, quiet hours, devices that take web push. Always holds: a member’s own; nobody else reads it. */
import { z } from 'zod'

/** What a rule is about, besides saved views: these are there for everybody. */
export const toldViews = ['mine', 'queue', 'mentions', 'reminders', 'everything', 'trouble'] as const
export type ToldView = (typeof toldViews)[number]

export const notificationRule = z.object({
  /** One of the views above, or a saved view’s id. */
  view: z.union([z.enum(toldViews), z.uuid()]),
  sound: z.boolean(),
  browser: z.boolean(),
  push: z.boolean(),
})
export type NotificationRule = z.infer<typeof notificationRule>

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
export const quietHours = z.object({
  on: z.boolean(),
  /** By the wall clock of `zone`; over midnight where `from` is later than `until`. */
  from: clock,
  until: clock,
  /** Days of the week on which a quiet span begins, 1 (Monday) to 7. */
  days: z.array(z.int().min(1).max(7)).max(7),
  zone: z.string().min(1).max(64).refine(isZone, 'not a time zone'),
})
export type QuietHours = z.infer<typeof quietHours>

const all = { sound: true, browser: true, push: true }
const none = { sound: false, browser: false, push: false }
const usualRules: NotificationRule[] = [
  { view: 'mine', ...all },
  { view: 'queue', sound: true, browser: true, push: false },
  { view: 'mentions', ...all },
  { view: 'reminders', ...all },
  { view: 'everything', ...none },
  { view: 'trouble', sound: false, browser: true, push: true },
]

export const notificationRules = z.object({
  rules: z.array(notificationRule).max(100).default(usualRules),
  quiet: quietHours.default({ on: false, from: '20:00', until: '08:00', days: [1, 2, 3, 4, 5, 6, 7], zone: 'UTC' }),
  /** 0: no sound at all. */
  volume: z.int().min(0).max(100).default(60),
  /** `little`: a notification says that there is something, not from whom and what. */
  shows: z.enum(['all', 'little']).default('all'),
})
export type NotificationRules = z.infer<typeof notificationRules>

export const pushDevice = z
  .object({
    id: z.uuid(),
    name: z.string(),
    /** The beginning of the SHA-256 of its endpoint, in hex: by it a browser knows itself. */
    mark: z.string(),
    createdAt: z.number(),
    toldAt: z.number().nullable(),
  })
  .meta({ id: 'PushDevice' })
export type PushDeviceView = z.infer<typeof pushDevice>

/** What a push carries, for the service worker. */
export type PushPayload =
  | { kind: 'show'; tag: string; title: string; body: string; path: string; at: number }
  | { kind: 'close'; tag: string }

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
