/** Views of what a team shares: teams, labels, the queue. Always holds: each carries a `version`; a change names the one it knows (409 `stale_version` else). */
import { z } from 'zod'

const id = z.uuid()
const time = z.number()
export const localizedText = z.record(z.string().max(16), z.string().max(4_000))

export const priority = z.enum(['low', 'normal', 'high', 'urgent'])
export const availability = z.enum(['available', 'busy', 'away'])

/** How a team’s queue is worked. Times in seconds. */
export const teamSettings = z.object({
  /** `manual`: agents take for themselves. */
  strategy: z.enum(['manual', 'round_robin', 'least_loaded']).default('manual'),
  /** How many conversations may wait for one agent at once: those that wait for us, not all open ones. */
  capacity: z.int().min(1).max(100).default(10),
  /** Whoever answered this person last gets him again, when he is there. */
  pastAgent: z.boolean().default(true),
  /** After so long in this team’s queue, to the other team. */
  overflow: z
    .object({ teamId: id, afterSeconds: z.int().min(5).max(86_400) })
    .nullable()
    .default(null),
  /** An agent who leaves, or lets a customer wait so long, loses the conversation to the queue. */
  silentAfterSeconds: z.int().min(30).max(86_400).nullable().default(null),
  /** Seconds after closing a case in which an agent gets no new one. */
  wrapUpSeconds: z.int().min(0).max(3_600).default(0),
  /** The customer is told his place once, when he has waited so long. `{place}` is the number. */
  tellPlace: z
    .object({ afterSeconds: z.int().min(0).max(3_600), text: localizedText })
    .nullable()
    .default(null),
})
export type TeamSettings = z.infer<typeof teamSettings>

export const team = z
  .object({ id, name: z.string(), settings: teamSettings, memberIds: z.array(id), version: z.int() })
  .meta({ id: 'Team' })
export type TeamView = z.infer<typeof team>

export const labelColors = ['grey', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink'] as const
export const label = z.object({ id, name: z.string(), color: z.enum(labelColors), version: z.int() }).meta({ id: 'Label' })
export type LabelView = z.infer<typeof label>

/** First rule that fits decides. Empty lists fit everything. */
export const routingRule = z.object({
  accountIds: z.array(id).max(200).default([]),
  languages: z.array(z.string().max(16)).max(50).default([]),
  labelIds: z.array(id).max(50).default([]),
  /** A skill that the agent must have. */
  skill: z.string().max(60).nullable().default(null),
  teamId: id,
})
export const routing = z.object({
  rules: z.array(routingRule).max(200).default([]),
  /** Where no rule fits; null: everybody’s queue, taken by hand. */
  defaultTeamId: id.nullable().default(null),
})
export type Routing = z.infer<typeof routing>
export type RoutingRule = z.infer<typeof routingRule>

/** Someone’s place in the queue. */
export const queuePlace = z.object({ since: time, teamId: id.nullable() })
export type Priority = z.infer<typeof priority>
export type Availability = z.infer<typeof availability>
