/** Asks a messenger who somebody is, where its messages carry no name. Always holds: a name that a colleague has corrected stays; what cannot be had is left as it is, and nothing waits for it. */
import { accountContext } from '../accounts/context.ts'
import { performFor } from '../accounts/gate.ts'
import { accountSecrets } from '../accounts/secrets.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import { applyEvents } from '../ingest/drain.ts'
import { HubProblem } from '../problem.ts'

/** Puts the question in line, for each of these identities once. */
export async function askForProfiles(tx: Transaction, identityIds: readonly string[]): Promise<void> {
  for (const identityId of identityIds)
    await tx.client.query(`select enqueue_job('fetch_profile', $1, $2, null)`, [
      JSON.stringify({ workspaceId: tx.workspaceId, identityId }),
      `fetch_profile:${identityId}`,
    ])
}

/** Fetches and keeps it. Throws where the platform asks to come again; safe to run twice. */
export async function fetchProfile(hub: Hub, workspaceId: string, identityId: string): Promise<void> {
  const found = await inWorkspace(hub, workspaceId, async tx => {
    const { rows } = await tx.client.query(
      `select i.account_id, i.phone, a.secrets, c.thread_id, array(select x.external_id from identity_alias x where x.workspace_id = i.workspace_id and x.identity_id = i.id
            order by x.replaced, x.known_at desc) as external_ids
        from identity i join account a on a.workspace_id = i.workspace_id and a.id = i.account_id
        left join lateral (select thread_id from conversation c where c.workspace_id = i.workspace_id and c.identity_id = i.id order by c.place is null desc limit 1) c on true
        where i.workspace_id = $1 and i.id = $2`,
      [workspaceId, identityId],
    )
    const row = rows[0]
    const account = row && (await accountContext(hub, tx, row.account_id))
    if (!account || account.status !== 'active' || row.external_ids.length === 0) return undefined
    return {
      account,
      secrets: await accountSecrets(hub, tx, account.id, row.secrets),
      to: {
        threadId: (row.thread_id ?? row.external_ids[0]) as string,
        externalIds: row.external_ids as string[],
        ...(row.phone ? { phone: row.phone as string } : {}),
      },
    }
  })
  const profile = found && channelOf(hub, found.account.channel).extras.profile
  if (!profile) return
  const { account, secrets, to } = found
  const transmission = await performFor(hub, account, 'looks', profile.request({ to }, account.view), {
    secrets,
    origins: Object.values(account.view.origins),
    openFile: async () => {
      throw new Error('No files here')
    },
  })
  const result = profile.outcome(transmission, { to }, account.view)
  if (!result.ok) {
    hub.log.debug({ identityId, code: result.failure.code }, 'no profile')
    if (result.failure.kind === 'retryable' || result.failure.kind === 'rate_limited')
      throw new HubProblem('platform_error', result.failure.detail)
    return
  }
  const at = hub.now()
  const event = {
    kind: 'contact.updated' as const,
    externalId: `profile:${identityId}:${at}`,
    at,
    threadId: to.threadId,
    identity: { ...result.value, externalIds: [...new Set([...to.externalIds, ...result.value.externalIds])] },
  }
  await inWorkspace(hub, workspaceId, async tx => {
    await applyEvents(hub, tx, account, [{ event, position: 0, index: 0, receivedAt: at }], true)
  })
}
