/** What the firm's own system is told about a customer when it is asked for his card. */
import type { SettingValue } from '@dragoman/api'
import { inWorkspace } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { settingIn } from '../settings/settings.ts'
import type { CardQuestion } from './ask.ts'

/** The name of the secret by which the firm's system knows us. */
export const cardSecretName = 'live_card'

export interface CardFacts {
  setting: SettingValue<'live_card'>
  contactId: string
  question: CardQuestion
}

/** Problem: not_found. */
export async function cardFacts(hub: Hub, actor: Actor, conversationId: string): Promise<CardFacts> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const setting = (await settingIn(tx, 'live_card')).value
      const row = await tx.db
        .selectFrom('conversation')
        .innerJoin('contact', 'contact.id', 'conversation.contact_id')
        .select([
          'conversation.account_id',
          'contact.id',
          'contact.name',
          'contact.phone',
          'contact.email',
          'contact.customer_id',
          'contact.attributes',
        ])
        .where('conversation.id', '=', conversationId)
        .executeTakeFirst()
      if (!row || !maySee(actor, { accountId: row.account_id, conversationId }))
        throw new HubProblem('not_found', 'There is no such conversation.')
      const identities = await tx.db
        .selectFrom('identity')
        .select(['id', 'account_id', 'username', 'phone'])
        .where('contact_id', '=', row.id)
        .execute()
      const secret = await tx.db.selectFrom('connection_secret').select('value').where('name', '=', cardSecretName).executeTakeFirst()
      const data = {
        conversationId,
        accountId: row.account_id,
        contact: {
          id: row.id,
          name: row.name,
          phone: row.phone,
          email: row.email,
          customerId: row.customer_id,
          attributes: row.attributes,
        },
        identities: identities.map(one => ({ id: one.id, accountId: one.account_id, username: one.username, phone: one.phone })),
      }
      return {
        setting,
        contactId: row.id,
        question: { url: setting.url, secret: secret && hub.codec.open(tx.workspaceId, secret.value).toString('utf8'), data },
      }
    },
    { snapshot: true },
  )
}
