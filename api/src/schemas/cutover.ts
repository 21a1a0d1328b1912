/** Coming over from another system: what is checked before the switch, the dry run, what was done, and bodies that the old system passes on. */
import { z } from 'zod'
import { localized } from './views.ts'

const time = z.number()

export const cutoverCheckIds = [
  'credentials',
  'subscription',
  'traffic',
  'people',
  'routing',
  'saved_replies',
  'hours',
  'greetings',
  'templates',
  'address',
  'imports',
  'pending',
] as const

export const cutoverCheck = z
  .object({
    id: z.enum(cutoverCheckIds),
    state: z.enum(['ok', 'warning', 'blocker']),
    title: localized,
    detail: localized,
    /** The screen where it is mended. */
    link: z.string().nullable(),
  })
  .meta({ id: 'CutoverCheck' })
export type CutoverCheck = z.infer<typeof cutoverCheck>

export const cutoverStep = z
  .object({
    id: z.uuid(),
    direction: z.enum(['switch', 'back']),
    state: z.enum(['running', 'done', 'failed']),
    by: z.string(),
    at: time,
    finishedAt: time.nullable(),
    /** What was set at the platform before; null: nothing is known of it. */
    before: z.object({ state: z.string(), url: z.string().nullable() }).nullable(),
    /** What was set then; null: nothing of ours to set. */
    url: z.string().nullable(),
    /** Messages that waited and were called off. */
    cancelled: z.int(),
    /** The old system’s secret, which the platform does not give back, was not set again. */
    secretLost: z.boolean(),
    error: z.string().nullable(),
  })
  .meta({ id: 'CutoverStep' })
export type CutoverStepView = z.infer<typeof cutoverStep>

export const cutoverView = z
  .object({
    mode: z.enum(['live', 'observe']),
    checks: z.array(cutoverCheck),
    forwarding: z.object({
      address: z.string(),
      hasSecret: z.boolean(),
      count: z.int(),
      lastAt: time.nullable(),
      /** Events of this account that could not be read and wait for somebody to look. */
      unread: z.int(),
    }),
    /** Where the way back leads; null: nobody knows what was set before. */
    back: z.object({ state: z.string(), url: z.string().nullable() }).nullable(),
    history: z.array(cutoverStep),
  })
  .meta({ id: 'Cutover' })
export type CutoverView = z.infer<typeof cutoverView>

export const dryRunLine = z.object({
  conversationId: z.uuid(),
  customer: z.string(),
  preview: z.string(),
  at: time,
  team: z.string().nullable(),
  agent: z.string().nullable(),
  /** The first words of the automatic answer; null: none. */
  answer: z.string().nullable(),
  replyPossible: z.boolean(),
  /** Why not. */
  reason: z.string().nullable(),
})

export const dryRun = z
  .object({
    lines: z.array(dryRunLine),
    withAgent: z.int(),
    withAnswer: z.int(),
    replyPossible: z.int(),
    /** Agents who are there now. */
    agentsThere: z.int(),
    /** How long a first answer takes now, ms; null: not known yet. */
    expectedWaitMs: z.number().nullable(),
    /** What would be sent of the chosen saved reply: the parts as the messenger gets them, or why it cannot carry it. */
    sample: z.object({ parts: z.array(z.string()), notes: z.array(z.string()), refusals: z.array(z.string()) }).nullable(),
  })
  .meta({ id: 'CutoverDryRun' })
export type DryRunView = z.infer<typeof dryRun>
