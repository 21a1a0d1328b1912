/** What a customer meets before the first word: greeting, first questions, a menu. Always holds: what is stored here is what the platform has accepted. */
import type { Entrance } from '@dragoman/core'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import { exchange } from '../messages/target.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { accountContext } from './context.ts'
import { refuseWhileObserving } from './gate.ts'
import { connectedAccount } from './manage.ts'

const empty: Entrance = { starters: [], menu: [] }

/** Problem: not_found. */
export async function readEntrance(hub: Hub, actor: Actor, accountId: string): Promise<Entrance> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = await tx.db.selectFrom('account').select('entrance').where('id', '=', accountId).executeTakeFirst()
    if (!row || !maySee(actor, { accountId })) throw new HubProblem('not_found', 'There is no such account.')
    return (row.entrance as Entrance | null) ?? empty
  })
}

/** Sets it at the platform, and keeps it. Problems: not_found, not_supported_here, invalid_request with the place that is too long, platform_error. */
export async function saveEntrance(hub: Hub, actor: Actor, accountId: string, entrance: Entrance): Promise<Entrance> {
  const { account, secrets, channel, before } = await inWorkspace(hub, actor.workspaceId, async tx => {
    const account = maySee(actor, { accountId }) ? await accountContext(hub, tx, accountId) : undefined
    const connected = await connectedAccount(hub, tx, found(account, 'account').id)
    const kept = await tx.db.selectFrom('account').select('entrance').where('id', '=', accountId).executeTakeFirst()
    return { account: account!, secrets: connected.secrets, channel: connected.channel, before: kept?.entrance ?? null }
  })
  const offered = channel.extras.entrance
  if (!offered) throw new HubProblem('not_supported_here')
  refuseWhileObserving(account)
  const { max } = offered
  const errors: { path: string; message: string }[] = []
  const check = (path: string, length: number, most: number) => {
    if (length > most) errors.push({ path, message: most === 0 ? 'This messenger has none.' : `At most ${most}.` })
  }
  for (const [language, text] of Object.entries(entrance.greeting ?? {})) check(`greeting.${language}`, text.length, max.greeting)
  check('starters', entrance.starters.length, max.starters)
  check('menu', entrance.menu.length, max.menu)
  entrance.starters.forEach((starter, index) => {
    for (const text of Object.values(starter.title)) check(`starters.${index}.title`, text.length, max.starterTitle)
  })
  entrance.menu.forEach((row, index) => {
    for (const text of Object.values(row.title)) check(`menu.${index}.title`, text.length, max.menuTitle)
  })
  if (errors.length > 0) throw new HubProblem('invalid_request', undefined, { errors })
  if (offered.clear && before !== null) await exchange(hub, { account, secrets }, offered.clear, undefined)
  await exchange(hub, { account, secrets }, offered.apply, entrance)
  for (const more of offered.also?.(entrance) ?? []) await exchange(hub, { account, secrets }, more, entrance)
  await inWorkspace(hub, actor.workspaceId, async tx => {
    await tx.db
      .updateTable('account')
      .set({ entrance: JSON.stringify(entrance) })
      .where('id', '=', accountId)
      .execute()
    await recordOperation(tx, actor, 'account.entrance_changed', accountId, {})
  })
  return entrance
}
