/** What a webhook's endpoint is known by [mechanics 1]: remembered for a moment, and never so that a body is left lying. */
import { createEndpointLookup } from '@dragoman/hub'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProbeHub, startProbeHub } from '../support/probe-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => await hub?.close())

test('who looks anew finds what was connected before he asked, however lately it was looked at', async () => {
  const lookup = createEndpointLookup(hub.hub)
  const [endpoint] = await hub.database.query<{ id: string; channel: string }>(
    'select e.id, e.channel from endpoint e join account a on a.endpoint_id = e.id where a.id = $1',
    [hub.account.id],
  )
  const { id, channel } = endpoint!
  const name = (externalId: string) => hub.database.query('update account set external_id = $2 where id = $1', [hub.account.id, externalId])
  const keys = async (anew: boolean) => (await lookup(channel, id, anew))!.accounts.flatMap(account => account.keys)
  const before = await keys(true)
  await name('just-connected')
  expect(await keys(false)).toEqual(before)
  expect(await Promise.all([keys(true), keys(true)])).toEqual([['just-connected'], ['just-connected']])
  await name(before[0]!)
  expect(await keys(true)).toEqual(before)
})
