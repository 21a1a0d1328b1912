/**
 * Bodies that the old system passes on while an account observes. Always holds: the endpoint's own secret stands in place of the platform's signature, and
 * only while an account of the endpoint observes; the secret is told once.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { isObserving } from '../accounts/gate.ts'
import { connectedAccount } from '../accounts/manage.ts'
import { webhookUrl } from '../accounts/views.ts'
import { recordOperation } from '../audit/record.ts'
import { isId } from '../database/ids.ts'
import { inWorkspace } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'

export const forwardHeader = 'x-dragoman-forward'

/** Where the old system posts to. */
export function forwardAddress(hub: Pick<Hub, 'publicUrl' | 'localUrl'>, channel: string, endpointId: string): string {
  return `${webhookUrl(hub, channel, endpointId)}/forwarded`
}

/** Makes a new secret; the one before is void. Problems: not_found, wrong_state for an account that does not observe. */
export async function rotateForwardSecret(hub: Hub, actor: Actor, accountId: string): Promise<{ address: string; secret: string }> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    if (!maySee(actor, { accountId })) throw new HubProblem('not_found', 'There is no such account.')
    const account = await connectedAccount(hub, tx, accountId)
    if (!isObserving(account)) throw new HubProblem('wrong_state', 'Bodies are passed on only to an account that observes.')
    const secret = randomBytes(24).toString('base64url')
    await tx.db
      .updateTable('endpoint')
      .set({ forward_secret: hub.codec.seal(tx.workspaceId, secret) })
      .where('id', '=', account.endpointId)
      .execute()
    await recordOperation(tx, actor, 'cutover.forward_secret_made', accountId, {})
    return { address: forwardAddress(hub, account.channel.id, account.endpointId), secret }
  })
}

export type ForwardVerdict =
  | { kind: 'accepted'; observing: ReadonlySet<string> }
  | { kind: 'wrong_secret' }
  | { kind: 'live' }
  | { kind: 'unknown' }

/** Whether a forwarded body may come in, asked of the database each time: the moment an account goes live, forwards end. */
export async function checkForward(hub: Hub, endpointId: string, given: string): Promise<ForwardVerdict> {
  if (!isId(endpointId)) return { kind: 'unknown' }
  const { rows } = await hub.pools.system.query<{ workspace_id: string; forward_secret: Buffer | null; observing: string[] }>({
    name: 'forward_check',
    text: `select e.workspace_id, e.forward_secret,
        array(select a.id from account a where a.workspace_id = e.workspace_id and a.endpoint_id = e.id and a.status <> 'disconnected' and a.mode = 'observe') as observing
      from endpoint e where e.id = $1`,
    values: [endpointId],
  })
  const row = rows[0]
  if (!row) return { kind: 'unknown' }
  const wanted = row.forward_secret === null ? undefined : hub.codec.open(row.workspace_id, row.forward_secret)
  if (wanted === undefined || !isSame(Buffer.from(given), wanted)) return { kind: 'wrong_secret' }
  return row.observing.length === 0 ? { kind: 'live' } : { kind: 'accepted', observing: new Set(row.observing) }
}

function isSame(given: Buffer, wanted: Buffer): boolean {
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** Counts a body that was passed on. */
export async function countForwarded(hub: Hub, endpointId: string): Promise<void> {
  await hub.pools.system.query({
    name: 'endpoint_forwarded',
    text: 'update endpoint set forwarded_count = forwarded_count + 1, last_forwarded_at = now() where id = $1',
    values: [endpointId],
  })
}
