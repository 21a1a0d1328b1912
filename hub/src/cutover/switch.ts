/**
 * The switch and the way back, each one recorded operation. Always holds: the platform is asked first, and where it refuses nothing is changed; a running
 * row keeps a second press waiting, which then finds the work done; what waits to be sent is called off on either side, never sent by surprise.
 */
import type { Subscription } from '@dragoman/core'
import { askPatiently, askPlatform, inspectSubscription, type PreparedAccount, subscribeAccount } from '../accounts/connect.ts'
import { type AccountMode, isObserving } from '../accounts/gate.ts'
import { connectedAccount } from '../accounts/manage.ts'
import { appendAccount } from '../accounts/pause.ts'
import { webhookUrl } from '../accounts/views.ts'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'

type Account = PreparedAccount & { name: string; way: string; status: string }
type Direction = 'switch' | 'back'

/** A process that has not come back by then is gone: the next press may try again. */
const staleSeconds = 60
/** How long a second press waits for the first. */
const patienceMs = 20_000

/** What was set before we took over: the way back leads there. */
export interface Before {
  state: Subscription['state']
  url?: string
}

/** Takes the traffic over and goes live. Does nothing where that was done. Problems: not_found, invalid_request, connection_refused, wrong_state. */
export async function switchOver(hub: Hub, actor: Actor, accountId: string, input: { confirm: string }): Promise<void> {
  await run(hub, actor, accountId, 'switch', input.confirm, async (account, _before) => {
    // The gate is open for this one request: it is the switch itself.
    await subscribeAccount(hub, { ...account, mode: 'live' }, account.way)
    return { url: account.way === 'webhook' ? webhookUrl(hub, account.channel.id, account.endpointId) : null, secretLost: false }
  })
  hub.bell.ring('poll')
  hub.bell.ring('parts')
}

/** Gives the traffic back as it was found and only observes. Problems as above. */
export async function switchBack(
  hub: Hub,
  actor: Actor,
  accountId: string,
  input: { confirm: string; url?: string; secret?: string },
): Promise<void> {
  await run(hub, actor, accountId, 'back', input.confirm, async (account, _now, tookOver) => {
    const { subscription } = account.channel.extras
    if (!subscription) return { url: null, secretLost: false }
    const url = input.url ?? (tookOver?.state === 'someone_else' ? tookOver.url : undefined)
    if (url === undefined && tookOver?.state !== 'none' && tookOver?.state !== 'ours')
      throw new HubProblem('invalid_request', 'Nobody knows which address was set before: say it in `url`.', {
        errors: [{ path: 'url', message: 'required' }],
      })
    if (url === undefined && tookOver?.state === 'ours') return { url: null, secretLost: false }
    const result = await askPatiently(() =>
      url === undefined
        ? askPlatform(hub, account, subscription.unsubscribe, { url: webhookUrl(hub, account.channel.id, account.endpointId) }, 'acts')
        : askPlatform(hub, account, subscription.subscribe, { url, secret: input.secret ?? '' }, 'acts'),
    )
    if (!result.ok)
      throw new HubProblem('connection_refused', result.failure.detail, {
        platformCode: result.failure.code,
        advice: account.channel.advice(result.failure),
      })
    return { url: url ?? null, secretLost: url !== undefined && !input.secret }
  })
  hub.bell.ring('poll')
}

interface Done {
  url: string | null
  secretLost: boolean
}

async function run(
  hub: Hub,
  actor: Actor,
  accountId: string,
  direction: Direction,
  confirm: string,
  ask: (account: Account, before: Before | undefined, tookOver: Before | undefined) => Promise<Done>,
): Promise<void> {
  const wanted: AccountMode = direction === 'switch' ? 'live' : 'observe'
  const begun = await begin(hub, actor, accountId, direction, wanted, confirm)
  if (!begun) return
  const { account, id, tookOver } = begun
  try {
    const seen = await inspectSubscription(hub, account)
    const before = seen && { state: seen.state, ...(seen.url === undefined ? {} : { url: seen.url }) }
    await inWorkspace(hub, actor.workspaceId, async tx => {
      await tx.client.query('update cutover set before = $3 where workspace_id = $1 and id = $2', [
        tx.workspaceId,
        id,
        JSON.stringify(before ?? null),
      ])
    })
    const done = await ask(account, before, tookOver)
    await inWorkspace(hub, actor.workspaceId, async tx => {
      const cancelled = await callOff(hub, tx, accountId)
      await tx.db.updateTable('account').set({ mode: wanted }).where('id', '=', accountId).execute()
      await tx.db.deleteFrom('poll_lease').where('account_id', '=', accountId).execute()
      if (wanted === 'live' && account.way === 'poll')
        await tx.db.insertInto('poll_lease').values({ workspace_id: tx.workspaceId, account_id: accountId }).execute()
      const result = { ...done, cancelled }
      await tx.client.query(`update cutover set state = 'done', result = $3, finished_at = now() where workspace_id = $1 and id = $2`, [
        tx.workspaceId,
        id,
        JSON.stringify(result),
      ])
      await recordOperation(tx, actor, direction === 'switch' ? 'cutover.switched' : 'cutover.switched_back', accountId, {
        before: before ?? null,
        ...result,
      })
      await appendAccount(hub, tx, accountId)
      tx.append({ event: { kind: 'catalogue.changed', catalogue: 'cutover' }, scope: {} })
    })
  } catch (error) {
    await inWorkspace(hub, actor.workspaceId, async tx => {
      await tx.client.query(
        `update cutover set state = 'failed', result = $3, finished_at = now() where workspace_id = $1 and id = $2 and state = 'running'`,
        [tx.workspaceId, id, JSON.stringify({ error: error instanceof HubProblem ? error.problem.detail : 'internal' })],
      )
      tx.append({ event: { kind: 'catalogue.changed', catalogue: 'cutover' }, scope: {} })
    }).catch(again => hub.log.error({ err: again }, 'a cut-over that failed could not be noted'))
    throw error
  }
}

/** Takes the account in hand, or waits for whoever has it. Undefined: it is done already. */
async function begin(hub: Hub, actor: Actor, accountId: string, direction: Direction, wanted: AccountMode, confirm: string) {
  for (const until = hub.now() + patienceMs; ; ) {
    const begun = await inWorkspace(hub, actor.workspaceId, async tx => {
      if (!maySee(actor, { accountId })) throw new HubProblem('not_found', 'There is no such account.')
      // Whoever is just finishing holds the row: what is read after him is what he left.
      await tx.client.query('select 1 from account where workspace_id = $1 and id = $2 for share', [tx.workspaceId, accountId])
      const account = await connectedAccount(hub, tx, accountId)
      if (confirm !== account.name)
        throw new HubProblem('invalid_request', 'Type the account’s name to confirm.', {
          errors: [{ path: 'confirm', message: 'not the account’s name' }],
        })
      if (account.way === 'visitor') throw new HubProblem('not_supported_here', 'Visitors write to the hub itself.')
      if (account.status === 'disconnected') throw new HubProblem('wrong_state', 'This account is disconnected.')
      await tx.client.query(
        `update cutover set state = 'failed', result = '{"error":"interrupted"}', finished_at = now()
          where workspace_id = $1 and account_id = $2 and state = 'running' and at < now() - make_interval(secs => ${staleSeconds})`,
        [tx.workspaceId, accountId],
      )
      if (isObserving(account) === (wanted === 'observe')) return 'done'
      const id = newId()
      const { rowCount } = await tx.client.query(
        `insert into cutover (workspace_id, id, account_id, direction, state, by_id, by_name) values ($1, $2, $3, $4, 'running', $5, $6)
          on conflict (workspace_id, account_id) where state = 'running' do nothing`,
        [tx.workspaceId, id, accountId, direction, actor.memberId, actor.name],
      )
      return rowCount ? { account, id, tookOver: await tookOverFrom(tx, accountId) } : 'busy'
    })
    if (begun === 'done') return undefined
    if (begun !== 'busy') return begun
    if (hub.now() > until) throw new HubProblem('wrong_state', 'A colleague is at this just now.')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

/** What was set at the platform before we took over last: by the switch, or when it was connected. */
export async function tookOverFrom(tx: Transaction, accountId: string): Promise<Before | undefined> {
  const { rows } = await tx.client.query<{ before: Before | null }>({
    name: 'cutover_before',
    text: `select before from (
        select at, before from cutover where workspace_id = $1 and account_id = $2 and direction = 'switch' and state = 'done'
        union all select at, details->'before' from operation where workspace_id = $1 and account_id = $2 and what in ('account.taken_over', 'account.connected')
      ) taken order by at desc limit 1`,
    values: [tx.workspaceId, accountId],
  })
  return rows[0]?.before ?? undefined
}

/** Calls off what waits to be sent. Returns how many messages. */
async function callOff(hub: Hub, tx: Transaction, accountId: string): Promise<number> {
  const { rows: waiting } = await tx.client.query<{ conversation_id: string }>(
    `select distinct conversation_id from part where workspace_id = $1 and account_id = $2 and state = 'pending' order by 1`,
    [tx.workspaceId, accountId],
  )
  if (waiting.length === 0) return 0
  const conversationIds = waiting.map(row => row.conversation_id)
  await tx.client.query('select 1 from conversation where workspace_id = $1 and id = any($2::uuid[]) order by id for update', [
    tx.workspaceId,
    conversationIds,
  ])
  const { rows } = await tx.client.query<{ message_id: string }>(
    `with off as (update part set state = 'cancelled' where workspace_id = $1 and account_id = $2 and state = 'pending' and conversation_id = any($3::uuid[]) returning message_id)
      select distinct message_id from off`,
    [tx.workspaceId, accountId, conversationIds],
  )
  const ids = rows.map(row => row.message_id)
  await tx.client.query(
    `update message m set state = 'cancelled' where m.workspace_id = $1 and m.id = any($2::uuid[])
      and not exists (select 1 from part p where p.workspace_id = m.workspace_id and p.message_id = m.id and p.state <> 'cancelled')`,
    [tx.workspaceId, ids],
  )
  await appendChanges(hub, tx, { changedMessages: ids, conversations: conversationIds })
  return ids.length
}
