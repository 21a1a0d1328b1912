/**
 * Rates of real messengers [mechanics 15, R7], counted by a platform in a process of its own on its own clock: nothing goes over its rules, nobody is
 * written to twice or out of order, and a slow platform does not hold up another. How close the hub comes to what is permitted is a matter of the machine:
 * `npm run bench -- broadcast`.
 */
import { inWorkspace, newId, sendMany } from '@dragoman/hub'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePeople, type Platform, startPlatform } from '../../bench/out/bench-hub.ts'
import { allowLoopback } from '../support/probe-hub.ts'
import { startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
let platform: Platform
const closers: (() => unknown)[] = []

beforeAll(async () => {
  platform = await startPlatform({ latencyMs: 5, accounts: {} }, closers)
  hub = await startTestHub()
  allowLoopback(hub, platform)
})
afterAll(async () => {
  await hub?.close()
  for (const close of closers) await close()
})

/** An account of a real channel whose platform is ours. */
async function connect(channel: string) {
  const { accountId } = await hub.connect(channel)
  const made = hub.simulators!.simulators.get(channel)!.simulator.accounts().at(-1)!
  hub.hub.simulatorOrigins = () => undefined
  const names = Object.keys(hub.hub.channels.get(channel)!.origins)
  await hub.database.query(
    `update account set origins = (select jsonb_object_agg(name, $2::text) from unnest($3::text[]) name) where id = $1`,
    [accountId, platform.origin, names],
  )
  return { id: accountId, workspaceId: hub.workspaceId, channel, key: made.config.phoneNumberId ?? made.config.token! }
}

async function write(account: { id: string }, conversationIds: readonly string[], from = 0): Promise<void> {
  const messages = conversationIds.map((conversationId, index) => ({
    id: newId(),
    conversationId,
    body: textBody(`bulk ${from + index + 1}`),
  }))
  await inWorkspace(hub.hub, hub.workspaceId, tx => sendMany(hub.hub, tx, { accountId: account.id, messages, label: 'test' }))
}

const leftOf = async (accountId: string) =>
  (
    await hub.database.query<{ n: number }>(
      `select count(*)::int as n from part where account_id = $1 and state in ('pending', 'sending')`,
      [accountId],
    )
  )[0]!.n

test('two platforms with limits per account and per person: not one request over them', async () => {
  const simulated = hub.hub.simulatorOrigins
  const whatsapp = await connect('whatsapp')
  hub.hub.simulatorOrigins = simulated
  const telegram = await connect('telegram')
  platform.order({
    ask: 'rules',
    accounts: {
      // Half a second's worth may come at once; 45 to one person, then one in six seconds.
      [whatsapp.key]: { account: { perSecond: 80, depth: 40 }, pair: { perSecond: 1 / 6, depth: 45 } },
      [telegram.key]: { account: { perSecond: 30, depth: 15 }, pair: { perSecond: 1, depth: 4 } },
    },
  })
  const database = { query: (text: string, values?: unknown[]) => hub.database.query(text, values) } as never
  const people = await makePeople(database, whatsapp, 300)
  const chats = await makePeople(database, telegram, 120)
  await write(whatsapp, people)
  await write(telegram, chats)
  // One person gets more than may come to him at once, another chat too.
  for (let count = 0; count < 50; count++) await write(whatsapp, [people[0]!], 1_000 + count)
  for (let count = 0; count < 6; count++) await write(telegram, [chats[0]!], 1_000 + count)
  await until(async () => (await leftOf(telegram.id)) === 0, 'all of one')
  // 45 at most may come to one person at once: some wait, and wait in their order.
  await until(async () => (await leftOf(whatsapp.id)) <= 8, 'all of the other but who waits for his own pace')
  const { accounts } = await platform.report()
  for (const key of [whatsapp.key, telegram.key]) {
    expect(accounts[key]).toMatchObject({ doubled: 0, disordered: 0 })
    // On a machine that stands still for a moment, what left in good time arrives together: a few may be refused, and were sent again.
    expect(accounts[key]!.refused).toBeLessThanOrEqual(10)
  }
  // That the hub itself keeps to the rules is exact, by the moments at which it let each part go, on the database's clock: no second holds more than may go.
  for (const { id, most } of [
    { id: whatsapp.id, most: 80 + 40 },
    { id: telegram.id, most: 30 + 15 },
  ]) {
    const [worst] = await hub.database.query<{ n: number }>(
      `select max(n)::int as n from (select count(*) over (order by sending_since range between interval '1 second' preceding and current row) as n
        from part where account_id = $1 and sending_since is not null) w`,
      [id],
    )
    expect(worst!.n).toBeGreaterThan(0)
    expect(worst!.n).toBeLessThanOrEqual(most)
  }
  expect(accounts[telegram.key]!.accepted).toBe(126)
  expect(accounts[whatsapp.key]!.accepted).toBeGreaterThanOrEqual(340)
  expect(accounts[whatsapp.key]!.mostInASecond).toBeLessThanOrEqual(80 + 40)
  expect(accounts[telegram.key]!.mostInASecond).toBeLessThanOrEqual(30 + 15)
})

test('a platform that does not answer holds up its own accounts only', async () => {
  const simulated = hub.hub.simulatorOrigins
  const stuck = await connect('whatsapp')
  hub.hub.simulatorOrigins = simulated
  const other = await connect('telegram')
  platform.order({ ask: 'rules', accounts: { [stuck.key]: { latencyMs: 120_000 } } })
  const database = { query: (text: string, values?: unknown[]) => hub.database.query(text, values) } as never
  await write(stuck, await makePeople(database, stuck, 400))
  await until(async () => ((await platform.report()).accounts[stuck.key]?.accepted ?? 0) >= 20, 'requests that hang')
  await write(other, await makePeople(database, other, 20))
  await until(async () => (await leftOf(other.id)) === 0, 'all of the other')
  expect(await leftOf(stuck.id)).toBeGreaterThan(0)
  expect((await platform.report()).accounts[other.key]).toMatchObject({ accepted: 20, refused: 0 })
  // What hangs is cut, so that nothing is under way when the hub stops.
  await hub.database.query(`update account set status = 'paused' where id = $1`, [stuck.id])
  for (const close of closers.splice(0)) await close()
  await until(
    async () => (await hub.database.query(`select 1 from part where account_id = $1 and state = 'sending'`, [stuck.id])).length === 0,
    'what hung to be settled',
  )
})
