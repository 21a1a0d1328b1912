/** Settings of the workspace by name [api/src/settings.ts]. Always holds: whole documents with a version; who changes one must have its right and know the present version. */

import { defaultSetting, type SettingName, type SettingValue, settingForms } from '@dragoman/api'
import { beginAnswers } from '../answers/place.ts'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'

export interface Setting<Name extends SettingName> {
  name: Name
  value: SettingValue<Name>
  version: number
}

/** Reads a setting inside a transaction; what was stored by an older version is read through the present form. */
export async function settingIn<Name extends SettingName>(tx: Transaction, name: Name): Promise<Setting<Name>> {
  const row = await tx.db.selectFrom('setting').select(['value', 'version']).where('name', '=', name).executeTakeFirst()
  const stored = row && settingForms[name].schema.safeParse(row.value)
  return { name, value: (stored?.success ? stored.data : defaultSetting(name)) as SettingValue<Name>, version: row?.version ?? 0 }
}

export async function readSetting<Name extends SettingName>(hub: Hub, actor: Actor, name: Name): Promise<Setting<Name>> {
  return await inWorkspace(hub, actor.workspaceId, tx => settingIn(tx, name), { snapshot: true })
}

/** Changes a setting whole. Problems: not_allowed, invalid_request, stale_version (with `current`). */
export async function saveSetting(
  hub: Hub,
  actor: Actor,
  name: SettingName,
  version: number,
  value: unknown,
): Promise<Setting<SettingName>> {
  const { schema, right } = settingForms[name]
  if (!actor.rights.has(right)) throw new HubProblem('not_allowed', `This needs the right “${right}”.`)
  const parsed = schema.safeParse(value)
  if (!parsed.success) {
    const errors = parsed.error.issues.map(issue => ({ path: ['value', ...issue.path.map(String)].join('.'), message: issue.message }))
    throw new HubProblem('invalid_request', errors.map(error => `${error.path}: ${error.message}`).join('; '), { errors })
  }
  const address = name === 'live_card' ? (parsed.data as SettingValue<'live_card'>).url : ''
  const reason = address === '' ? undefined : await hub.transport.refusalOf(address)
  if (reason) throw new HubProblem('address_not_allowed', reason, { errors: [{ path: 'value.url', message: reason }] })
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    // One at a time per workspace, the first save too, when there is no row to lock yet.
    await tx.client.query('select 1 from workspace where workspace_id = $1 for update', [tx.workspaceId])
    const present = await settingIn(tx, name)
    if (present.version !== version)
      throw new HubProblem('stale_version', 'Someone has changed this setting meanwhile.', { current: present })
    const row = { value: JSON.stringify(parsed.data), version: version + 1, updated_by: actor.memberId, updated_at: new Date(hub.now()) }
    await tx.db
      .insertInto('setting')
      .values({ workspace_id: tx.workspaceId, name, ...row })
      .onConflict(conflict => conflict.columns(['workspace_id', 'name']).doUpdateSet(row))
      .execute()
    await recordOperation(tx, actor, 'setting.changed', null, { name, version: row.version })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: `setting:${name}` }, scope: {} })
    tx.afterCommit(() => hub.bell.ring(`settings:${tx.workspaceId}`, name))
    if (name === 'automatic_answers') await beginAnswers(tx)
    if (name === 'retention') await tx.client.query(`select enqueue_job('retain', '{}', 'retain', null)`)
    // Open streams are asked again whether they may go on.
    if (name === 'security') tx.afterCommit(() => hub.bell.ring('sessions'))
    return { name, value: parsed.data as SettingValue<SettingName>, version: row.version }
  })
}
