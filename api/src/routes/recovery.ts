/** Routes of recovered mode: what is held after a restore or a promotion, and letting it go. */
import { z } from 'zod'
import { route } from '../route.ts'

const time = z.number()

export const recoveryView = z
  .object({
    /** `restore`: from a backup; `copy`: this database was started elsewhere; `promotion`: a standby took over; `marked`: by the operator. */
    reason: z.enum(['restore', 'copy', 'promotion', 'marked']),
    /** Until when the data reaches. */
    dataUntil: time.nullable(),
    begunAt: time,
    /** Messages that may have been sent after that, or not. */
    messages: z.int(),
    conversations: z.int(),
    /** Messages written since, which wait. */
    waiting: z.int(),
  })
  .meta({ id: 'Recovery' })
export type RecoveryView = z.infer<typeof recoveryView>

export const heldMessageView = z
  .object({
    messageId: z.uuid(),
    conversationId: z.uuid(),
    accountId: z.uuid(),
    contact: z.string(),
    author: z.string(),
    preview: z.string(),
    writtenAt: time,
    /** Its moment, where it was to be sent later. */
    dueAt: time.nullable(),
    /** `sending`: it was on its way when the data ends. */
    was: z.enum(['pending', 'sending']),
  })
  .meta({ id: 'HeldMessage' })
export type HeldMessageView = z.infer<typeof heldMessageView>

export const recoveryRoutes = {
  recovery: route({
    method: 'GET',
    path: '/v1/recovery',
    rule: 'agent',
    tag: 'Recovery',
    summary: 'Whether sending is held since a restore or a promotion, and how much; null: it is not',
    response: z.object({ recovery: recoveryView.nullable() }),
  }),
  heldMessages: route({
    method: 'GET',
    path: '/v1/recovery/held',
    rule: 'manager',
    right: 'accounts.manage',
    tag: 'Recovery',
    summary: 'Messages that may have been sent or not, oldest first',
    query: z.object({ after: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
    response: z.object({ messages: z.array(heldMessageView), next: z.uuid().nullable() }),
  }),
  releaseRecovery: route({
    method: 'POST',
    path: '/v1/recovery/release',
    rule: 'manager',
    right: 'accounts.manage',
    tag: 'Recovery',
    summary: 'Let sending go on: all held messages are sent again, none, or the chosen ones; the rest ends as `unknown`',
    body: z.discriminatedUnion('send', [
      z.object({ send: z.enum(['all', 'none']) }),
      z.object({ send: z.literal('chosen'), messageIds: z.array(z.uuid()).max(10_000) }),
    ]),
    /** Parts. */
    response: z.object({ sent: z.int(), dropped: z.int() }),
  }),
}
