/**
 * Settings of a workspace: one document by name, with its form and what holds until somebody sets it. Always holds: read and changed whole, with a
 * version, so that of two managers who edit at once the second is told (409 `stale_version`, `current`).
 */
import { z } from 'zod'
import type { Right } from './rights.ts'
import { automaticAnswers, hoursSetting, savedReplyFolders } from './schemas/answers.ts'
import { liveCardSetting } from './schemas/card.ts'
import { attributesSetting } from './schemas/contacts.ts'
import { routing } from './schemas/desk.ts'
import { closing } from './schemas/order.ts'
import { security } from './schemas/people.ts'
import { retention } from './schemas/retention.ts'

export const settingForms = {
  routing: { schema: routing, right: 'routing.manage' },
  /** What must be filled in when a case is closed. */
  closing: { schema: closing, right: 'desk.manage' },
  security: { schema: security, right: 'people.manage' },
  hours: { schema: hoursSetting, right: 'answers.manage' },
  automatic_answers: { schema: automaticAnswers, right: 'answers.manage' },
  /** Attributes that every profile offers. */
  attributes: { schema: attributesSetting, right: 'desk.manage' },
  live_card: { schema: liveCardSetting, right: 'machines.manage' },
  /** How long what is kept. */
  retention: { schema: retention, right: 'people.manage' },
  saved_reply_folders: { schema: savedReplyFolders, right: 'answers.manage' },
} as const satisfies Record<string, { schema: z.ZodType; right: Right }>

export type SettingName = keyof typeof settingForms
export type SettingValue<Name extends SettingName> = z.output<(typeof settingForms)[Name]['schema']>

export const settingName = z.enum(Object.keys(settingForms) as [SettingName, ...SettingName[]])

/** What holds while nobody has set it. */
export function defaultSetting<Name extends SettingName>(name: Name): SettingValue<Name> {
  return settingForms[name].schema.parse({}) as SettingValue<Name>
}
