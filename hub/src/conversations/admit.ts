/** Letting a conversation in that stands outside: a message request is taken on, one that another program holds is asked for. Always holds: the platform is asked first. */
import type { ConversationView } from '@dragoman/api'
import { accountContext } from '../accounts/context.ts'
import { refuseWhileObserving } from '../accounts/gate.ts'
import { accountSecrets } from '../accounts/secrets.ts'
import { placed } from '../accounts/surface.ts'
import { inWorkspace } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { channelOf, type Hub } from '../hub.ts'
import { exchange } from '../messages/target.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { lockConversation } from './locked.ts'
import { decidedFacts } from './standing.ts'
import { addSystemLines } from './system-lines.ts'
import { conversationViews } from './views.ts'

/** Accepts a message request, or takes a conversation over from another program. Problems: not_found, wrong_state, not_supported_here, platform_error. */
export async function admitConversation(hub: Hub, actor: Actor, conversationId: string): Promise<ConversationView> {
  const { account, secrets, to, standing } = await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversation = await lockConversation(tx, actor, conversationId)
    const account = found(await accountContext(hub, tx, conversation.accountId), 'account')
    refuseWhileObserving(account)
    const { rows } = await tx.client.query(
      `select i.phone, a.secrets, (select array_agg(x.external_id order by x.replaced, x.known_at desc) from identity_alias x where x.workspace_id = i.workspace_id and x.identity_id = i.id) as external_ids
        from identity i, account a where i.workspace_id = $1 and i.id = $2 and a.workspace_id = $1 and a.id = $3`,
      [tx.workspaceId, conversation.identityId, account.id],
    )
    return {
      account,
      secrets: await accountSecrets(hub, tx, account.id, rows[0].secrets),
      standing: conversation.standing,
      to: {
        threadId: conversation.threadId,
        externalIds: rows[0].external_ids ?? [],
        phone: rows[0].phone ?? undefined,
        ...placed(conversation.place),
      },
    }
  })
  if (standing !== 'requested' && standing !== 'elsewhere') throw new HubProblem('wrong_state', 'This conversation is open already.')
  const { accept, takeControl } = channelOf(hub, account.channel).extras
  if (standing === 'elsewhere' && !takeControl) throw new HubProblem('not_supported_here')
  const ask = standing === 'elsewhere' ? takeControl : accept
  if (ask) await exchange(hub, { account, secrets }, ask, { to })
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const conversation = await lockConversation(tx, actor, conversationId)
    await tx.client.query(
      `update conversation set standing = 'open', standing_facts = ${decidedFacts.opened} where workspace_id = $1 and id = $2`,
      [tx.workspaceId, conversationId],
    )
    const what = standing === 'elsewhere' ? 'conversation.taken_over' : 'conversation.accepted'
    const lines = await addSystemLines(hub, tx, [{ conversation, what, params: { by: actor.name } }])
    await appendChanges(hub, tx, { createdMessages: lines, conversations: [conversationId] })
    return (await conversationViews(hub, tx, [conversationId]))[0]!
  })
}
