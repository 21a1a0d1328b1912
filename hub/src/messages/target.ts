/** One message at its platform: found, checked against what the messenger can do there, and spoken of in one exchange. Used by all that is done with a message. */
import type { Capabilities, Exchange, FeatureName, MessageBody, MessageTarget } from '@dragoman/core'
import { type AccountContext, accountContext } from '../accounts/context.ts'
import { noteRefusal } from '../accounts/contradictions.ts'
import { performFor, refuseWhileObserving } from '../accounts/gate.ts'
import { accountSecrets } from '../accounts/secrets.ts'
import { placed, surfaceOf } from '../accounts/surface.ts'
import { type LockedConversation, lockConversation } from '../conversations/locked.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'

/** Problem: not_found. */
export async function locate(tx: Transaction, actor: Actor, messageId: string) {
  const row = found(
    await tx.db
      .selectFrom('message')
      .select(['conversation_id', 'account_id', 'direction', 'author_kind', 'author_name', 'body', 'at', 'edited_at', 'deleted_at'])
      .where('id', '=', messageId)
      .executeTakeFirst(),
    'message',
  )
  const conversation = await lockConversation(tx, actor, row.conversation_id)
  return { conversationId: row.conversation_id, conversation, row }
}

/** A message at its platform, with what is needed to speak of it there. */
export interface Target {
  account: AccountContext
  capabilities: Capabilities
  secrets: Readonly<Record<string, string>>
  target: MessageTarget
  conversationId: string
  conversation: LockedConversation
  authorName: string
  body: MessageBody
  at: Date
}

/**
 * Finds the platform message and checks that the messenger can do this there. `whose`: only ours may be changed, only the customer's hidden, any
 * reacted to. Problems: not_found, not_supported_here, wrong_state, reply_not_allowed while observing.
 */
export async function targetOf(
  hub: Hub,
  actor: Actor,
  messageId: string,
  feature: FeatureName | undefined,
  whose: 'ours' | 'theirs' | 'any',
): Promise<Target> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { row, conversation } = await locate(tx, actor, messageId)
    const account = found(await accountContext(hub, tx, row.account_id), 'account')
    refuseWhileObserving(account)
    const { capabilities } = surfaceOf(channelOf(hub, account.channel), account, conversation)
    if (feature && capabilities.features[feature].level === 'none') throw new HubProblem('not_supported_here')
    if (row.deleted_at) throw new HubProblem('wrong_state', 'This message was deleted.')
    if (whose === 'ours' && row.direction !== 'out') throw new HubProblem('wrong_state', 'Only messages of ours can be changed.')
    if (whose === 'theirs' && row.direction !== 'in')
      throw new HubProblem('wrong_state', 'Only what a customer wrote can be hidden or taken away.')
    const links = await tx.db
      .selectFrom('platform_message')
      .select('external_id')
      .where('message_id', '=', messageId)
      .orderBy('index')
      .execute()
    if (links.length === 0) throw new HubProblem('wrong_state', 'This message is not at the messenger yet.')
    if (feature === 'edit' && links.length > 1)
      throw new HubProblem('wrong_state', 'This message went out in several pieces: it cannot be edited as one.')
    const { rows } = await tx.client.query(
      `select i.phone, a.secrets, (select array_agg(x.external_id order by x.replaced, x.known_at desc) from identity_alias x where x.workspace_id = i.workspace_id and x.identity_id = i.id) as external_ids
        from identity i, account a where i.workspace_id = $1 and i.id = $2 and a.workspace_id = $1 and a.id = $3`,
      [tx.workspaceId, conversation.identityId, account.id],
    )
    return {
      account,
      capabilities,
      secrets: await accountSecrets(hub, tx, account.id, rows[0].secrets),
      conversationId: conversation.id,
      conversation,
      authorName: row.author_name,
      body: hub.codec.openJson<MessageBody>(tx.workspaceId, row.body),
      at: row.at,
      target: {
        externalId: links[0]!.external_id,
        to: {
          threadId: conversation.threadId,
          externalIds: rows[0].external_ids ?? [],
          phone: rows[0].phone ?? undefined,
          ...placed(conversation.place),
        },
      },
    }
  })
}

/** Does an exchange about a message. Problem: platform_error, with the channel's advice. */
export async function exchange<Input, Value>(
  hub: Hub,
  target: Pick<Target, 'account' | 'secrets'>,
  what: Exchange<Input, Value>,
  input: Input,
  feature?: FeatureName,
): Promise<Value> {
  const transmission = await performFor(hub, target.account, 'acts', what.request(input, target.account.view), {
    secrets: target.secrets,
    origins: Object.values(target.account.view.origins),
    openFile: async () => {
      throw new Error('No files here')
    },
  })
  const result = what.outcome(transmission, input, target.account.view)
  if (!result.ok && feature) await noteRefusal(hub, target.account, feature, result.failure)
  if (!result.ok)
    throw new HubProblem('platform_error', result.failure.detail, {
      platformCode: result.failure.code,
      advice: channelOf(hub, target.account.channel).advice(result.failure)?.en,
    })
  return result.value
}
