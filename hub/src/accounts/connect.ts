/**
 * Connecting accounts [mechanics 1, 19]. Always holds: a check changes nothing; a live system is never silenced unasked; taking over, changing the
 * way in, pausing are recorded operations; bodies that came before the account was connected are applied then.
 */

import { randomBytes } from 'node:crypto'
import type { AccountViewModel, OperationResponse } from '@dragoman/api'
import type { AccountHealth, AccountView, Channel, Exchange, Failure, NetworkRequest, Result, Subscription } from '@dragoman/core'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { workspaceView } from '../people/views.ts'
import { found, HubProblem } from '../problem.ts'
import { type AccountMode, type Purpose, performFor } from './gate.ts'
import { appendAccount } from './pause.ts'
import { endpointView } from './secrets.ts'
import { accountViews, webhookUrl } from './views.ts'

export interface ConnectInput {
  channel: string
  config: Record<string, string>
  way: 'webhook' | 'poll' | 'visitor'
  endpointId?: string
  name?: string
  /** `observe`: nothing is set at the platform, and nothing leaves. */
  mode?: AccountMode
}

interface Prepared {
  channel: Channel
  /** Absent while it is only being tried. */
  workspaceId?: string
  view: AccountView
  accountSecrets: Record<string, string>
  endpointSecrets: Record<string, string[]>
  endpointId: string
  endpointIsNew: boolean
  mode: AccountMode
  proxy?: string
  /** Secrets for the runner. */
  secrets: Record<string, string>
}

/** Sorts what was typed into settings, account secrets and endpoint secrets. Problem: invalid_request with a line for each field. */
async function prepare(
  hub: Hub,
  tx: Transaction,
  input: ConnectInput,
  origins: Readonly<Record<string, string>> | undefined,
): Promise<Prepared> {
  const channel = hub.channels.get(input.channel)
  if (!channel)
    throw new HubProblem('invalid_request', `There is no channel “${input.channel}”.`, {
      errors: [{ path: 'channel', message: 'unknown' }],
    })
  if (!channel.config.ways.includes(input.way))
    throw new HubProblem('invalid_request', 'This channel has no such way in.', { errors: [{ path: 'way', message: 'not offered' }] })
  if (input.mode === 'observe' && input.way === 'visitor')
    throw new HubProblem('invalid_request', 'Visitors write to the hub itself: there is nothing to observe.', {
      errors: [{ path: 'mode', message: 'not offered' }],
    })
  const existing =
    input.endpointId === undefined
      ? undefined
      : found(
          await tx.db
            .selectFrom('endpoint')
            .select(['id', 'secrets', 'channel'])
            .where('id', '=', input.endpointId)
            .where('channel', '=', input.channel)
            .executeTakeFirst(),
          'endpoint',
        )
  const endpointSecrets: Record<string, string[]> = existing
    ? { ...(endpointView(hub, tx.workspaceId, existing.id, existing.secrets).secrets as Record<string, string[]>) }
    : {}
  const config: Record<string, string> = {}
  const accountSecrets: Record<string, string> = {}
  const errors: { path: string; message: string }[] = []
  for (const field of channel.config.fields) {
    let value = (input.config[field.name] ?? '').trim()
    if (field.of === 'endpoint' && value === '' && endpointSecrets[field.name]?.length) continue
    if (value === '' && field.generated) value = randomBytes(24).toString('base64url')
    if (value === '' && field.defaultValue !== undefined) value = field.defaultValue
    if (value === '') {
      if (field.required) errors.push({ path: `config.${field.name}`, message: 'required' })
      continue
    }
    if (field.pattern && !new RegExp(field.pattern, 'u').test(value)) errors.push({ path: `config.${field.name}`, message: 'wrong form' })
    if (field.kind === 'choice' && !field.choices?.some(choice => choice.value === value))
      errors.push({ path: `config.${field.name}`, message: 'not one of the choices' })
    if (field.of === 'endpoint')
      endpointSecrets[field.name] = [value, ...(endpointSecrets[field.name] ?? []).filter(old => old !== value)].slice(0, 3)
    else if (field.kind === 'secret') accountSecrets[field.name] = value
    else config[field.name] = value
  }
  const unknown = Object.keys(input.config).filter(name => !channel.config.fields.some(field => field.name === name))
  for (const name of unknown) errors.push({ path: `config.${name}`, message: 'unknown setting' })
  if (errors.length > 0) throw new HubProblem('invalid_request', 'Some settings are missing or wrong.', { errors })
  const newest = Object.fromEntries(Object.entries(endpointSecrets).map(([name, values]) => [name, values[0]!]))
  return {
    channel,
    accountSecrets,
    endpointSecrets,
    endpointId: existing?.id ?? newId(),
    endpointIsNew: !existing,
    mode: input.mode ?? 'live',
    secrets: { ...newest, ...accountSecrets },
    view: { id: newId(), externalId: '', config, origins: origins ?? channel.origins, language: 'en' },
  }
}

async function ask<Input, Value>(
  hub: Hub,
  prepared: Pick<Prepared, 'channel' | 'workspaceId' | 'view' | 'secrets' | 'mode' | 'proxy'>,
  exchange: Exchange<Input, Value, NetworkRequest>,
  input: Input,
  purpose: Purpose = 'looks',
): Promise<Result<Value>> {
  const transmission = await performFor(hub, prepared, purpose, exchange.request(input, prepared.view), {
    secrets: prepared.secrets,
    origins: Object.values(prepared.view.origins),
    openFile: async () => {
      throw new Error('No files here')
    },
  })
  return exchange.outcome(transmission, input, prepared.view)
}

async function health(hub: Hub, prepared: Prepared): Promise<Result<AccountHealth>> {
  if (!prepared.channel.extras.health) return { ok: true, value: { externalId: prepared.view.id, name: prepared.channel.badge.name } }
  return await ask(hub, prepared, prepared.channel.extras.health, undefined)
}

async function inspect(hub: Hub, prepared: Prepared): Promise<Subscription | undefined> {
  const { subscription } = prepared.channel.extras
  if (!subscription) return undefined
  const result = await ask(hub, prepared, subscription.inspect, { ourUrl: webhookUrl(hub, prepared.channel.id, prepared.endpointId) })
  return result.ok ? result.value : { state: 'unknown', lastError: result.failure.detail }
}

/**
 * Where looking begins: the moment of connecting, where a platform starts with “from now on”; what comes before the first round is not missed then.
 * What waits there already is left to that round.
 */
export async function firstCursor(hub: Hub, prepared: Parameters<typeof ask>[1]): Promise<string> {
  const { poll } = prepared.channel.extras
  if (!poll) return ''
  const result = await ask(hub, prepared, poll, { cursor: '', waitMs: 0 })
  return result.ok && result.value.bodies.length === 0 ? result.value.cursor : ''
}

/** Tries credentials live and looks at what is set at the platform now. */
export async function checkAccount(hub: Hub, actor: Actor, input: ConnectInput): Promise<OperationResponse<'checkAccount'>> {
  const prepared = await inWorkspace(hub, actor.workspaceId, tx => prepare(hub, tx, input, undefined))
  const result = await health(hub, prepared)
  if (!result.ok) return { ok: false, warnings: [], notes: [], error: errorOf(prepared.channel, result.failure) }
  const view = { ...prepared, view: { ...prepared.view, externalId: result.value.externalId } }
  return {
    ok: true,
    name: result.value.name,
    username: result.value.username,
    externalId: result.value.externalId,
    warnings: (result.value.warnings ?? []).map(warning => ({ ...warning })),
    notes: (result.value.notes ?? []).map(note => ({ ...note })),
    subscription: await inspect(hub, view),
  }
}

function errorOf(channel: Channel, failure: Failure) {
  const advice = channel.advice(failure)
  return { code: failure.code, detail: failure.detail, advice: advice && { ...advice } }
}

/** Connects an account. Problems: invalid_request, connection_refused, already_connected, serves_another_system. */
export async function connectAccount(
  hub: Hub,
  actor: Actor,
  input: ConnectInput & { takeOver: boolean },
  simulated?: Readonly<Record<string, string>>,
): Promise<AccountViewModel> {
  const prepared = await inWorkspace(hub, actor.workspaceId, tx => prepare(hub, tx, input, simulated))
  const result = await health(hub, prepared)
  if (!result.ok)
    throw new HubProblem('connection_refused', result.failure.detail, {
      platformCode: result.failure.code,
      advice: prepared.channel.advice(result.failure),
    })
  prepared.view = { ...prepared.view, externalId: result.value.externalId }
  const { channel } = prepared
  const present = await inspect(hub, prepared)
  const takesTraffic = present?.state === 'someone_else'
  if (takesTraffic && !input.takeOver && prepared.mode === 'live')
    throw new HubProblem('serves_another_system', `It posts to ${present.url ?? 'another address'} now.`, { subscription: present })
  const cursor = input.way === 'poll' && prepared.mode === 'live' ? await firstCursor(hub, prepared) : ''
  // Stored first: what the platform posts the moment it is switched over finds its account.
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const twin = await tx.db
      .selectFrom('account')
      .select('id')
      .where('channel', '=', channel.id)
      .where('external_id', '=', prepared.view.externalId)
      .where('status', '<>', 'disconnected')
      .executeTakeFirst()
    if (twin) throw new HubProblem('already_connected', undefined, { accountId: twin.id })
    const sealedEndpoint = hub.codec.sealJson(tx.workspaceId, prepared.endpointSecrets)
    if (prepared.endpointIsNew)
      await tx.db
        .insertInto('endpoint')
        .values({ workspace_id: tx.workspaceId, id: prepared.endpointId, channel: channel.id, secrets: sealedEndpoint })
        .execute()
    else await tx.db.updateTable('endpoint').set({ secrets: sealedEndpoint }).where('id', '=', prepared.endpointId).execute()
    await tx.db
      .insertInto('account')
      .values({
        workspace_id: tx.workspaceId,
        id: prepared.view.id,
        endpoint_id: prepared.endpointId,
        channel: channel.id,
        external_id: prepared.view.externalId,
        name: input.name || result.value.name,
        config: JSON.stringify(result.value.username ? { ...prepared.view.config, username: result.value.username } : prepared.view.config),
        secrets: hub.codec.sealJson(tx.workspaceId, prepared.accountSecrets),
        way: input.way,
        mode: prepared.mode,
        origins: simulated ? JSON.stringify(simulated) : null,
      })
      .execute()
    await tx.db.insertInto('lane').values({ workspace_id: tx.workspaceId, account_id: prepared.view.id }).execute()
    if (input.way === 'poll' && prepared.mode === 'live')
      await tx.db.insertInto('poll_lease').values({ workspace_id: tx.workspaceId, account_id: prepared.view.id, cursor }).execute()
    await takeEarlyBodies(tx, prepared)
    await recordOperation(tx, actor, connectedAs(prepared.mode, takesTraffic), prepared.view.id, {
      way: input.way,
      before: present ?? null,
    })
    await appendAccount(hub, tx, prepared.view.id)
    tx.append({ event: { kind: 'workspace.changed', workspace: await workspaceView(hub, tx) }, scope: {} })
  })
  try {
    if (prepared.mode === 'live') await subscribe(hub, prepared, input.way)
  } catch (error) {
    await disconnect(hub, actor, prepared.view.id)
    throw error
  }
  // Once more: what came in the very moment of connecting was stored by whoever did not know the account yet.
  const view = await inWorkspace(hub, actor.workspaceId, async tx => {
    await takeEarlyBodies(tx, prepared)
    return (await accountViews(hub, tx, [prepared.view.id]))[0]!
  })
  hub.bell.ring('lane', `${actor.workspaceId}:${prepared.view.id}`)
  hub.bell.ring('poll')
  return view
}

/** Bodies that spoke of this account before it was ours to read. */
async function takeEarlyBodies(tx: Transaction, { channel, view, endpointId }: Prepared): Promise<void> {
  await tx.client.query(
    `update lane_item i set account_id = $3 from journal j where i.workspace_id = $1 and i.account_id is null and i.account_key = any($4::text[]) and j.workspace_id = i.workspace_id and j.id = i.journal_id and j.endpoint_id = $2`,
    [tx.workspaceId, endpointId, view.id, channel.keysOf?.(view) ?? [view.externalId]],
  )
}

function connectedAs(mode: AccountMode, takesTraffic: boolean): string {
  if (mode === 'observe') return 'account.observed'
  return takesTraffic ? 'account.taken_over' : 'account.connected'
}

/** How long a person at a form waits for a platform that asks for a pause. */
const longestPatienceMs = 5_000

/** Asks, and once more after the pause that was asked for: some platforms take only one such change a second. */
async function patiently<Value>(attempt: () => Promise<Result<Value>>): Promise<Result<Value>> {
  const result = await attempt()
  if (result.ok || result.failure.kind !== 'rate_limited' || result.failure.retryAfterMs > longestPatienceMs) return result
  const { retryAfterMs } = result.failure
  await new Promise(resolve => setTimeout(resolve, retryAfterMs))
  return await attempt()
}

async function subscribe(
  hub: Hub,
  prepared: Pick<Prepared, 'channel' | 'workspaceId' | 'view' | 'secrets' | 'endpointId' | 'mode'>,
  way: string,
): Promise<void> {
  const { subscription } = prepared.channel.extras
  if (!subscription) return
  const url = webhookUrl(hub, prepared.channel.id, prepared.endpointId)
  // What the platform is told to repeat with every webhook: the endpoint's secret that we made.
  const secret =
    prepared.secrets[prepared.channel.config.fields.find(field => field.of === 'endpoint' && field.generated)?.name ?? ''] ?? ''
  const attempt = () =>
    way === 'webhook'
      ? ask(hub, prepared, subscription.subscribe, { url, secret }, 'acts')
      : ask(hub, prepared, subscription.unsubscribe, { url }, 'acts')
  const result = await patiently(attempt)
  if (!result.ok)
    throw new HubProblem('connection_refused', result.failure.detail, {
      platformCode: result.failure.code,
      advice: prepared.channel.advice(result.failure),
    })
}

async function disconnect(hub: Hub, actor: Actor, accountId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    await tx.db.updateTable('account').set({ status: 'disconnected' }).where('id', '=', accountId).execute()
    await tx.db.deleteFrom('poll_lease').where('account_id', '=', accountId).execute()
    await recordOperation(tx, actor, 'account.disconnected', accountId, {})
    await appendAccount(hub, tx, accountId)
  })
}

export {
  ask as askPlatform,
  disconnect as disconnectAccount,
  inspect as inspectSubscription,
  type Prepared as PreparedAccount,
  patiently as askPatiently,
  subscribe as subscribeAccount,
}
