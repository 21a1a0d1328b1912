/** What a site's signature says of a visitor: the number that he has in the firm's own system. Always holds: a number that another person has is only a ground for a suggestion. */
import { inWorkspace } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import type { VisitorPlace } from './place.ts'

/** Remembers whom the site vouches for; where he is known and nobody has the number, he gets it. */
export async function noteSignedUser(hub: Hub, place: VisitorPlace, visitorId: string, customerId: string): Promise<void> {
  const externalId = `visitor:${visitorId}`
  await inWorkspace(hub, place.workspaceId, async tx => {
    await tx.db
      .insertInto('signed_user')
      .values({ workspace_id: tx.workspaceId, account_id: place.accountId, external_id: externalId, customer_id: customerId })
      .onConflict(conflict => conflict.doNothing())
      .execute()
    const { rows } = await tx.client.query<{ id: string }>(
      `update contact p set customer_id = $4, version = version + 1 from identity_alias x join identity i on i.workspace_id = x.workspace_id and i.id = x.identity_id
        where x.workspace_id = $1 and x.account_id = $2 and x.external_id = $3 and p.workspace_id = $1 and p.id = i.contact_id and p.customer_id is null
          and not exists (select 1 from contact o where o.workspace_id = $1 and o.customer_id = $4) returning p.id`,
      [tx.workspaceId, place.accountId, externalId, customerId],
    )
    for (const { id } of rows) {
      const conversations = await tx.db.selectFrom('conversation').select('id').where('contact_id', '=', id).orderBy('id').execute()
      await appendChanges(hub, tx, { conversations: conversations.map(row => row.id) })
      tx.append({ event: { kind: 'catalogue.changed', catalogue: `contact:${id}` }, scope: {} })
    }
  })
}
