/** Accounts after they were connected: settings, pausing, the way in, a test message, templates. Always holds: what changes traffic is a recorded operation. */
import type { AccountViewModel, OperationResponse, TemplateView } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import { channelOf, type Hub } from '../hub.ts'
import { sendMessage } from '../messages/send.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { askPlatform, disconnectAccount, firstCursor, inspectSubscription, type PreparedAccount, subscribeAccount } from './connect.ts'
import { accountContext } from './context.ts'
import { isObserving } from './gate.ts'
import { appendAccount, resumeAccount } from './pause.ts'
import { accountSecrets, endpointView } from './secrets.ts'
import { accountViews } from './views.ts'

/** Accounts that a member may see. */
export async function listAccounts(hub: Hub, actor: Actor): Promise<AccountViewModel[]> {
  return await inWorkspace(hub, actor.workspaceId, async tx =>
    (await accountViews(hub, tx)).filter(account => maySee(actor, { accountId: account.id })),
  )
}

/** A connected account as `connect` knows it: with its secrets, for a talk with the platform. */
export async function connectedAccount(
  hub: Hub,
  tx: Transaction,
  accountId: string,
): Promise<PreparedAccount & { name: string; way: string; status: string }> {
  const account = found(await accountContext(hub, tx, accountId), 'account')
  const row = await tx.db
    .selectFrom('account')
    .innerJoin('endpoint', join =>
      join.onRef('endpoint.id', '=', 'account.endpoint_id').onRef('endpoint.workspace_id', '=', 'account.workspace_id'),
    )
    .select(['account.secrets as own', 'endpoint.secrets as shared'])
    .where('account.id', '=', accountId)
    .executeTakeFirstOrThrow()
  return {
    channel: channelOf(hub, account.channel),
    workspaceId: tx.workspaceId,
    view: account.view,
    endpointId: account.endpointId,
    endpointIsNew: false,
    mode: account.mode,
    proxy: account.proxy,
    name: account.name,
    way: account.way,
    status: account.status,
    accountSecrets: hub.codec.openJson(tx.workspaceId, row.own),
    endpointSecrets: { ...endpointView(hub, tx.workspaceId, '', row.shared).secrets } as Record<string, string[]>,
    secrets: await accountSecrets(hub, tx, accountId, row.own),
  }
}

/** One account, with what is set at its platform now. */
export async function accountDetail(hub: Hub, actor: Actor, accountId: string): Promise<OperationResponse<'account'>> {
  const { view, prepared } = await inWorkspace(hub, actor.workspaceId, async tx => {
    const [view] = await accountViews(hub, tx, [accountId])
    if (!view || !maySee(actor, { accountId })) throw new HubProblem('not_found', 'There is no such account.')
    return { view, prepared: await connectedAccount(hub, tx, accountId) }
  })
  return {
    account: view,
    subscription: await inspectSubscription(hub, prepared),
    deepLink: prepared.channel.deepLink?.(prepared.view, '') ?? null,
    embed:
      prepared.way === 'visitor'
        ? `<script async src="${hub.publicUrl ?? hub.localUrl}/widget.js" data-endpoint="${prepared.endpointId}"></script>`
        : null,
  }
}

/** Renames, changes settings, pauses, resumes or disconnects. */
export async function updateAccount(
  hub: Hub,
  actor: Actor,
  accountId: string,
  change: { name?: string; config?: Record<string, string>; status?: 'active' | 'paused' | 'disconnected'; proxy?: string | null },
): Promise<AccountViewModel> {
  if (change.proxy) await assertProxy(hub, change.proxy)
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const account = await connectedAccount(hub, tx, accountId)
    if (change.name !== undefined) await tx.db.updateTable('account').set({ name: change.name }).where('id', '=', accountId).execute()
    if (change.config !== undefined) await changeSettings(hub, tx, account, accountId, change.config)
    if (change.proxy !== undefined) {
      await tx.db
        .updateTable('account')
        .set({ proxy: change.proxy === null ? null : hub.codec.seal(tx.workspaceId, Buffer.from(change.proxy)) })
        .where('id', '=', accountId)
        .execute()
      await recordOperation(tx, actor, 'account.proxy_changed', accountId, {
        host: change.proxy === null ? '' : new URL(change.proxy).host,
      })
    }
    if (change.status === 'paused') {
      await tx.db
        .updateTable('account')
        .set({
          status: 'paused',
          problem: JSON.stringify({ kind: 'auth', code: 'paused_by_hand', detail: `Paused by ${actor.name}` }),
          problem_since: new Date(hub.now()),
        })
        .where('id', '=', accountId)
        .where('status', '=', 'active')
        .execute()
    }
    if (change.status === 'active') await resumeAccount(hub, tx, accountId)
    if (change.status !== undefined && change.status !== 'disconnected')
      await recordOperation(tx, actor, `account.${change.status === 'active' ? 'resumed' : 'paused'}`, accountId, {})
    await appendAccount(hub, tx, accountId)
  })
  if (change.status === 'disconnected') {
    const { account, isLast } = await inWorkspace(hub, actor.workspaceId, async tx => {
      const account = await connectedAccount(hub, tx, accountId)
      const others = await tx.db
        .selectFrom('account')
        .select('id')
        .where('endpoint_id', '=', account.endpointId)
        .where('id', '<>', accountId)
        .where('status', '<>', 'disconnected')
        .execute()
      return { account, isLast: others.length === 0 }
    })
    // Only our own address is taken away at the platform, and only with the last account that it serves; anybody else's stays.
    if (isLast && account.way === 'webhook' && (await inspectSubscription(hub, account))?.state === 'ours')
      await subscribeAccount(hub, account, 'none').catch(() => {})
    await disconnectAccount(hub, actor, accountId)
  }
  hub.bell.ring('poll')
  return await inWorkspace(hub, actor.workspaceId, async tx => (await accountViews(hub, tx, [accountId]))[0]!)
}

/** Problem: invalid_request for what is no proxy, address_not_allowed for one that may not be reached. */
async function assertProxy(hub: Hub, proxy: string): Promise<void> {
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search !== '')
    throw new HubProblem('invalid_request', 'A proxy is given as http://host:port or https://user:password@host:port.', {
      errors: [{ path: 'proxy', message: 'not the address of a proxy' }],
    })
  const reason = await hub.transport.refusalOf(url.origin)
  if (reason) throw new HubProblem('address_not_allowed', reason, { errors: [{ path: 'proxy', message: reason }] })
}

async function changeSettings(
  hub: Hub,
  tx: Transaction,
  account: PreparedAccount,
  accountId: string,
  config: Record<string, string>,
): Promise<void> {
  const settings = { ...account.view.config }
  const own = { ...account.accountSecrets }
  const shared = { ...account.endpointSecrets }
  for (const [name, value] of Object.entries(config)) {
    const field = account.channel.config.fields.find(candidate => candidate.name === name)
    if (!field) throw new HubProblem('invalid_request', undefined, { errors: [{ path: `config.${name}`, message: 'unknown setting' }] })
    if (value !== '' && field.pattern && !new RegExp(field.pattern, 'u').test(value))
      throw new HubProblem('invalid_request', undefined, { errors: [{ path: `config.${name}`, message: 'wrong form' }] })
    // An empty secret means "leave it as it is": secrets are never shown, so a form cannot send them back.
    if (field.of === 'endpoint') {
      if (value !== '') shared[name] = [value, ...(shared[name] ?? []).filter(old => old !== value)].slice(0, 3)
    } else if (field.kind === 'secret') {
      if (value !== '') own[name] = value
    } else settings[name] = value
  }
  await tx.db
    .updateTable('account')
    .set({ config: JSON.stringify(settings), secrets: hub.codec.sealJson(tx.workspaceId, own) })
    .where('id', '=', accountId)
    .execute()
  await tx.db
    .updateTable('endpoint')
    .set({ secrets: hub.codec.sealJson(tx.workspaceId, shared) })
    .where('id', '=', account.endpointId)
    .execute()
}

/** Changes between webhook and polling: the platform first, then our row, as one recorded operation [mechanics 19]. */
export async function changeWay(
  hub: Hub,
  actor: Actor,
  accountId: string,
  way: 'webhook' | 'poll',
  takeOver: boolean,
): Promise<AccountViewModel> {
  const account = await inWorkspace(hub, actor.workspaceId, tx => connectedAccount(hub, tx, accountId))
  if (!account.channel.config.ways.includes(way)) throw new HubProblem('not_supported_here', 'This channel has no such way in.')
  const before = await inspectSubscription(hub, account)
  const observing = isObserving(account)
  if (before?.state === 'someone_else' && !takeOver && !observing)
    throw new HubProblem('serves_another_system', `It posts to ${before.url ?? 'another address'} now.`, { subscription: before })
  if (!observing) await subscribeAccount(hub, account, way)
  const cursor = way === 'poll' && !observing ? await firstCursor(hub, account) : ''
  const view = await inWorkspace(hub, actor.workspaceId, async tx => {
    await tx.db.updateTable('account').set({ way }).where('id', '=', accountId).execute()
    if (way === 'poll' && !observing)
      await tx.db
        .insertInto('poll_lease')
        .values({ workspace_id: tx.workspaceId, account_id: accountId, cursor })
        .onConflict(conflict => conflict.doNothing())
        .execute()
    else await tx.db.deleteFrom('poll_lease').where('account_id', '=', accountId).execute()
    await recordOperation(tx, actor, 'account.way_changed', accountId, { from: account.way, to: way, before: before ?? null })
    await appendAccount(hub, tx, accountId)
    return (await accountViews(hub, tx, [accountId]))[0]!
  })
  hub.bell.ring('poll')
  return view
}

/** Sends a test message into the newest conversation that may be written to, or tells how to start one. */
export async function sendTestMessage(hub: Hub, actor: Actor, accountId: string): Promise<OperationResponse<'testMessage'>> {
  const { account, conversationId } = await inWorkspace(hub, actor.workspaceId, async tx => ({
    account: await connectedAccount(hub, tx, accountId),
    conversationId:
      (
        await tx.db
          .selectFrom('conversation')
          .select('id')
          .where('account_id', '=', accountId)
          .where('standing', '=', 'open')
          .orderBy('last_activity_at', 'desc')
          .limit(1)
          .executeTakeFirst()
      )?.id ?? null,
  }))
  const deepLink = account.channel.deepLink?.(account.view, 'test') ?? null
  if (conversationId === null) return { sent: false, conversationId: null, deepLink }
  const text = `${account.name}: ✓ Dragoman`
  await sendMessage(hub, actor, conversationId, {
    clientId: newId(),
    body: { content: { kind: 'text', text: { text } } },
    note: false,
    undoSeconds: 0,
  })
  return { sent: true, conversationId, deepLink }
}

const templatesKey = 'templates'
const templatesFreshMs = 10 * 60_000

/** Templates of an account; fetched from the platform when they are old or `refresh` asks for it. */
export async function listTemplates(
  hub: Hub,
  actor: Actor,
  accountId: string,
  refresh: boolean,
): Promise<{ templates: TemplateView[]; fetchedAt: number | null }> {
  const { account, kept } = await inWorkspace(hub, actor.workspaceId, async tx => {
    if (!maySee(actor, { accountId })) throw new HubProblem('not_found', 'There is no such account.')
    return {
      account: await connectedAccount(hub, tx, accountId),
      kept: await tx.db
        .selectFrom('platform_fact')
        .select(['value', 'fetched_at'])
        .where('account_id', '=', accountId)
        .where('key', '=', templatesKey)
        .executeTakeFirst(),
    }
  })
  const { templates } = account.channel.extras
  if (!templates) return { templates: [], fetchedAt: null }
  const isFresh = kept !== undefined && hub.now() - kept.fetched_at.getTime() < templatesFreshMs
  if (kept && isFresh && !refresh)
    return { templates: hub.codec.openJson(actor.workspaceId, kept.value), fetchedAt: kept.fetched_at.getTime() }
  const list: TemplateView[] = []
  let cursor: string | undefined
  for (let page = 0; page < 50; page++) {
    const result = await askPlatform(hub, account, templates, { cursor })
    if (!result.ok) {
      if (kept && !refresh) return { templates: hub.codec.openJson(actor.workspaceId, kept.value), fetchedAt: kept.fetched_at.getTime() }
      throw new HubProblem('platform_error', result.failure.detail, { platformCode: result.failure.code })
    }
    list.push(...(result.value.templates as TemplateView[]))
    cursor = result.value.next
    if (cursor === undefined) break
  }
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = { value: hub.codec.sealJson(tx.workspaceId, list), fetched_at: new Date(hub.now()) }
    await tx.db
      .insertInto('platform_fact')
      .values({ workspace_id: tx.workspaceId, account_id: accountId, key: templatesKey, ...row })
      .onConflict(conflict => conflict.columns(['workspace_id', 'account_id', 'key']).doUpdateSet(row))
      .execute()
  })
  return { templates: list, fetchedAt: hub.now() }
}
