/**
 * A crowd on request of the operator: one at a time, over all connected simulated accounts. Always holds: loopback and the operator's token only, as
 * for every operator route; a crowd ends with the hub.
 */
import { HubProblem } from '@dragoman/hub'
import { type Crowd, type CrowdPlace, startCrowd } from '@dragoman/simulator'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { WebContext } from './context.ts'

export const crowdOptions = z
  .object({
    customers: z.int().min(1).max(20_000),
    messages: z.int().min(1).max(200_000),
    minutes: z.number().positive().max(1_440),
    speed: z.number().positive().max(1_000),
    seed: z.int().min(0).max(2_147_483_647),
  })
  .refine(options => options.messages >= options.customers, {
    error: 'messages must be at least as many as customers: each writes once',
    path: ['messages'],
  })

export function registerCrowd(app: FastifyInstance, web: WebContext, check: (request: FastifyRequest) => void): void {
  const config = { rule: 'operator' } as const
  let crowd: Crowd | undefined

  app.post('/v1/operator/crowd', { config }, async request => {
    check(request)
    const parsed = crowdOptions.safeParse(request.body)
    if (!parsed.success)
      throw new HubProblem('invalid_request', parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; '))
    if (!web.simulators) throw new HubProblem('not_found', 'The simulator is switched off: start the hub with DRAGOMAN_SIMULATOR=1.')
    if (crowd && !crowd.progress().done) throw new HubProblem('wrong_state', 'A crowd is at it already.')
    const places = await connectedPlaces(web)
    if (places.length === 0)
      throw new HubProblem(
        'wrong_state',
        'No simulated account is connected: connect one on the accounts page, or start with DRAGOMAN_DEMO=1.',
      )
    crowd = startCrowd(places, parsed.data)
    return { accounts: places.length }
  })

  app.get('/v1/operator/crowd', { config }, async request => {
    check(request)
    if (!crowd) throw new HubProblem('not_found', 'There is no crowd.')
    return { progress: crowd.progress(), report: crowd.report() }
  })

  app.delete('/v1/operator/crowd', { config }, async request => {
    check(request)
    crowd?.stop()
    return {}
  })

  app.addHook('preClose', async () => crowd?.stop())
}

/** Simulated accounts that a hub is connected to, with their platforms. */
async function connectedPlaces(web: WebContext): Promise<CrowdPlace[]> {
  const { rows } = await web.hub.pools.system.query<{ channel: string; external_id: string; way: string }>(
    `select channel, external_id, way from account where status = 'active' order by created_at`,
  )
  return rows.flatMap(row => {
    const simulator = web.simulators?.simulators.get(row.channel)?.simulator
    if (!simulator) return []
    // Where the hub itself is the platform, an account has no id of the platform's: then they stand in the order in which they were made.
    const nth = rows.filter(other => other.channel === row.channel).indexOf(row)
    const account =
      simulator.accounts().find(one => one.id === row.external_id) ?? (row.way === 'visitor' ? simulator.accounts()[nth] : undefined)
    return account ? [{ channel: row.channel, simulator, accountId: account.id }] : []
  })
}
