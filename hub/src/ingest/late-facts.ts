/**
 * A receipt may be written down as waiting in the very moment in which its message gets its platform's id: each looks for the other before the other is
 * to be seen. Always holds: what waits for a message that is there is applied within seconds [mechanics 6].
 */
import { accountContext } from '../accounts/context.ts'
import { inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { applyEvents } from './drain.ts'
import type { Sourced } from './rows.ts'

/** Two transactions that missed each other are over by then. */
const lookBack = '30 seconds'

/** Applies facts that came lately and whose message is there. Returns how many. */
export async function settleLateFacts(hub: Hub): Promise<number> {
  const { rows } = await hub.pools.system.query<{ workspace_id: string; account_id: string }>({
    name: 'late_facts',
    text: `select distinct workspace_id, account_id from pending_fact where at > now() - interval '${lookBack}'`,
  })
  let settled = 0
  for (const { workspace_id: workspaceId, account_id: accountId } of rows) {
    settled += await inWorkspace(hub, workspaceId, async tx => {
      const account = await accountContext(hub, tx, accountId)
      if (!account) return 0
      const { rows: facts } = await tx.client.query<{ event: Buffer; position: number; at: Date }>({
        name: 'late_facts_take',
        text: `delete from pending_fact f using platform_message x where f.workspace_id = $1 and f.account_id = $2 and f.at > now() - interval '${lookBack}'
            and x.workspace_id = f.workspace_id and x.account_id = f.account_id and x.external_id = f.external_id returning f.event, f.position, f.at`,
        values: [workspaceId, accountId],
      })
      const events = facts
        .toSorted((a, b) => a.position - b.position)
        .map(
          (fact): Sourced => ({
            event: hub.codec.openJson(workspaceId, fact.event),
            position: fact.position,
            index: 0,
            receivedAt: fact.at.getTime(),
          }),
        )
      if (events.length > 0) await applyEvents(hub, tx, account, events, true)
      return events.length
    })
  }
  return settled
}
