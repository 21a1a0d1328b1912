/** Routes of coming over from another system: checks, dry run, the switch, the way back, and the secret for passing bodies on. */
import { z } from 'zod'
import { route } from '../route.ts'
import { cutoverView, dryRun } from '../schemas/cutover.ts'

const accountId = z.object({ accountId: z.uuid() })
const confirm = z.string().trim().max(200)
const shared = { rule: 'agent', right: 'cutover.run', tag: 'Cut-over', params: accountId } as const

export const cutoverRoutes = {
  cutover: route({
    ...shared,
    method: 'GET',
    path: '/v1/accounts/:accountId/cutover',
    summary: 'How ready an account is to come over, checked now; what was done; where the way back leads',
    response: cutoverView,
  }),
  rotateForwardSecret: route({
    ...shared,
    method: 'POST',
    path: '/v1/accounts/:accountId/cutover/forwarding',
    summary: 'Make a new secret with which the old system passes bodies on; it is told once, the one before is void',
    response: z.object({ address: z.string(), secret: z.string() }),
  }),
  cutoverDryRun: route({
    ...shared,
    method: 'POST',
    path: '/v1/accounts/:accountId/cutover/dry-run',
    summary: 'What the desk would have done with the last messages of customers; writes nothing',
    perMinute: 30,
    body: z.object({ last: z.int().min(1).max(200).default(50), savedReplyId: z.uuid().optional() }),
    response: dryRun,
  }),
  switchOver: route({
    ...shared,
    method: 'POST',
    path: '/v1/accounts/:accountId/cutover/switch',
    summary: 'Take the traffic over and begin to send: one recorded operation. `confirm` is the account’s name',
    body: z.object({ confirm }),
    response: cutoverView,
  }),
  switchBack: route({
    ...shared,
    method: 'POST',
    path: '/v1/accounts/:accountId/cutover/back',
    summary: 'Give the traffic back as it was found, and only observe: one recorded operation. What waits to be sent is called off',
    /** `url`: where nobody knows what was set before. `secret`: the old system’s, where the platform gives none back. */
    body: z.object({
      confirm,
      url: z
        .url({ protocol: /^https?$/ })
        .max(2_000)
        .optional(),
      secret: z.string().max(256).optional(),
    }),
    response: cutoverView,
  }),
}
