/**
 * What goes out to a messenger beside messages: that we are typing, that we have read, that a press was noticed. Always holds: a courtesy only; its
 * failure is logged and changes nothing; never more often than a messenger can bear.
 */
import type { Exchange, Recipient } from '@dragoman/core'
import { type AccountContext, accountContext } from '../accounts/context.ts'
import { isObserving, performFor } from '../accounts/gate.ts'
import { accountSecrets } from '../accounts/secrets.ts'
import { placed, surfaceOf } from '../accounts/surface.ts'
import { inWorkspace } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import { channelOf, type Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'

interface Place {
  account: AccountContext
  secrets: Readonly<Record<string, string>>
  to: Recipient
  lastInboundId: string | undefined
  threadId: string
}

/** How often a typing mark goes out per conversation. */
const typingEveryMs = 4_000
const lastTyping = new Map<string, number>()

/** A member is typing a reply: his colleagues see it, and the customer where the messenger can show it. */
export async function showTyping(hub: Hub, actor: Actor, conversationId: string): Promise<void> {
  const now = hub.now()
  if (now - (lastTyping.get(conversationId) ?? 0) < typingEveryMs) return
  lastTyping.set(conversationId, now)
  if (lastTyping.size > 5_000) lastTyping.clear()
  const place = await placeOf(hub, actor, conversationId)
  if (!place) return
  hub.bell.ring(
    `typing:${actor.workspaceId}`,
    JSON.stringify({ conversationId, accountId: place.account.id, by: 'member', memberId: actor.memberId, until: now + 6_000 }),
  )
  hub.bell.ring(`visitor:${place.account.id}`, JSON.stringify({ threadId: place.threadId, typingUntil: now + 6_000 }))
  const channel = channelOf(hub, place.account.channel)
  const { typing } = channel.extras
  const { capabilities } = surfaceOf(channel, place.account, place.to)
  // In public everybody would see it.
  if (typing && capabilities.features.typing_out.level !== 'none')
    await courtesy(hub, place, typing, { to: place.to, lastInboundId: place.lastInboundId })
}

/** The conversation was read: told to the customer where the messenger can show it. */
export async function showRead(hub: Hub, actor: Actor, conversationId: string): Promise<void> {
  const place = await placeOf(hub, actor, conversationId)
  if (!place) return
  hub.bell.ring(`visitor:${place.account.id}`, JSON.stringify({ threadId: place.threadId, seen: true }))
  const channel = channelOf(hub, place.account.channel)
  const surface = surfaceOf(channel, place.account, place.to)
  const markRead =
    surface.extras?.markRead ?? (surface.capabilities.features.mark_read.level === 'none' ? undefined : channel.extras.markRead)
  if (markRead && place.lastInboundId) await courtesy(hub, place, markRead, { to: place.to, externalId: place.lastInboundId })
}

/** A press was noticed: takes the spinner off the button. */
export async function acknowledgePress(hub: Hub, workspaceId: string, accountId: string, token: string): Promise<void> {
  const place = await inWorkspace(hub, workspaceId, async tx => {
    const account = await accountContext(hub, tx, accountId)
    if (!account || isObserving(account) || account.held) return undefined
    const row = await tx.db.selectFrom('account').select('secrets').where('id', '=', accountId).executeTakeFirstOrThrow()
    return { account, secrets: await accountSecrets(hub, tx, accountId, row.secrets) }
  })
  const acknowledge = place && channelOf(hub, place.account.channel).extras.acknowledge
  if (acknowledge) await courtesy(hub, place, acknowledge, { token })
}

async function placeOf(hub: Hub, actor: Actor, conversationId: string): Promise<Place | undefined> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { rows } = await tx.client.query({
      name: 'outward_place',
      text: `select c.account_id, c.thread_id, c.place, c.last_inbound_external_id, i.phone, a.secrets,
          (select array_agg(x.external_id order by x.replaced, x.known_at desc) from identity_alias x where x.workspace_id = c.workspace_id and x.identity_id = c.identity_id) as external_ids
        from conversation c join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id join account a on a.workspace_id = c.workspace_id and a.id = c.account_id
        where c.workspace_id = $1 and c.id = $2`,
      values: [actor.workspaceId, conversationId],
    })
    const row = rows[0]
    if (!row || !maySee(actor, { accountId: row.account_id, conversationId })) return undefined
    const account = await accountContext(hub, tx, row.account_id)
    if (account?.status !== 'active' || isObserving(account) || account.held) return undefined
    return {
      account,
      secrets: await accountSecrets(hub, tx, account.id, row.secrets),
      threadId: row.thread_id,
      lastInboundId: row.last_inbound_external_id ?? undefined,
      to: { threadId: row.thread_id, externalIds: row.external_ids ?? [], phone: row.phone ?? undefined, ...placed(row.place) },
    }
  })
}

async function courtesy<Input>(
  hub: Hub,
  place: Pick<Place, 'account' | 'secrets'>,
  exchange: Exchange<Input, unknown>,
  input: Input,
): Promise<void> {
  const { view } = place.account
  const transmission = await performFor(hub, place.account, 'acts', exchange.request(input, view), {
    secrets: place.secrets,
    origins: Object.values(view.origins),
    openFile: async () => {
      throw new Error('No files here')
    },
  })
  const result = exchange.outcome(transmission, input, view)
  if (!result.ok) hub.log.debug({ accountId: place.account.id, code: result.failure.code }, 'a courtesy was not taken')
}
