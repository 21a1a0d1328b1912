/** Setup, members, invitations, settings of people and workspace. Always holds: a workspace keeps an owner; a manager cannot make or unmake owners. */

import { randomBytes, randomUUID } from 'node:crypto'
import type { Me, MemberView, OperationResponse, Role, WorkspaceView } from '@dragoman/api'
import { newId } from '../database/ids.ts'
import { asSystem, inWorkspace, type Transaction } from '../database/transaction.ts'
import { atLeast } from '../event-log/may-see.ts'
import { appendRightsChange } from '../event-log/rights.ts'
import type { Hub } from '../hub.ts'
import { found, HubProblem } from '../problem.ts'
import type { Actor } from './actor.ts'
import { hashPassword, openSession, type SignedIn, tokenHash } from './sessions.ts'
import { memberViews, meView, workspaceView } from './views.ts'

const invitationMs = 7 * 24 * 3_600_000

export interface NewPerson {
  name: string
  email: string
  password: string
  language: 'en' | 'ru'
}

/** Whether nobody owns this hub yet. */
export async function isSetupNeeded(hub: Hub): Promise<boolean> {
  const { rows } = await hub.pools.system.query<{ needed: boolean }>('select not exists (select 1 from member) as needed')
  return rows[0]!.needed
}

/** Creates the owner and the workspace. Problem: already_set_up. */
export async function setUp(
  hub: Hub,
  person: NewPerson,
  workspace: { name: string; countries: string[]; businessKind: string },
  userAgent: string,
): Promise<SignedIn> {
  const ids = { user: newId(), workspace: newId(), member: newId() }
  const passwordHash = await hashPassword(person.password)
  await asSystem(hub, async tx => {
    // Two browsers at once: one of them is the first.
    await tx.client.query('select pg_advisory_xact_lock($1)', [0x64726173])
    const { rows } = await tx.client.query('select 1 from member limit 1')
    if (rows.length > 0) throw new HubProblem('already_set_up')
    await insertUser(tx, ids.user, person, passwordHash)
    await tx.db
      .insertInto('workspace')
      .values({
        workspace_id: ids.workspace,
        name: workspace.name,
        languages: [person.language],
        countries: workspace.countries,
        business_kind: workspace.businessKind,
      })
      .execute()
    await tx.db.insertInto('log_head').values({ workspace_id: ids.workspace, epoch: randomUUID() }).execute()
    await tx.db.insertInto('member').values({ workspace_id: ids.workspace, id: ids.member, user_id: ids.user, role: 'owner' }).execute()
  })
  return await openSession(hub, ids.user, ids.workspace, ids.member, userAgent)
}

async function insertUser(tx: Pick<Transaction, 'db'>, id: string, person: NewPerson, passwordHash: string): Promise<void> {
  await tx.db
    .insertInto('app_user')
    .values({ id, email: person.email.trim(), name: person.name, password_hash: passwordHash, language: person.language })
    .execute()
}

export async function listMembers(hub: Hub, actor: Actor): Promise<MemberView[]> {
  return await inWorkspace(hub, actor.workspaceId, tx => memberViews(tx))
}

/** Changes a member's role, sight or activity. Problems: not_found, not_allowed, last_owner. */
export async function updateMember(
  hub: Hub,
  actor: Actor,
  memberId: string,
  change: { role?: Role; active?: boolean; accountIds?: string[] | null },
): Promise<MemberView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    // One at a time: two owners who demote each other at once must leave one.
    await tx.client.query('select 1 from workspace where workspace_id = $1 for update', [tx.workspaceId])
    const before = found(
      await tx.db.selectFrom('member').select(['role', 'active', 'account_ids']).where('id', '=', memberId).executeTakeFirst(),
      'member',
    )
    const touchesOwner = before.role === 'owner' || change.role === 'owner'
    if (touchesOwner && actor.role !== 'owner') throw new HubProblem('not_allowed', 'Only an owner makes or changes owners.')
    const after = {
      role: change.role ?? (before.role as Role),
      active: change.active ?? before.active,
      account_ids: change.accountIds === undefined ? before.account_ids : change.accountIds,
    }
    if (before.role === 'owner' && before.active && (after.role !== 'owner' || !after.active)) {
      const { count } = await tx.db
        .selectFrom('member')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('role', '=', 'owner')
        .where('active', '=', true)
        .executeTakeFirstOrThrow()
      if (Number(count) < 2) throw new HubProblem('last_owner')
    }
    await tx.db.updateTable('member').set(after).where('id', '=', memberId).execute()
    const [view] = await memberViews(tx, [memberId])
    tx.append({ event: { kind: 'member.changed', member: view! }, scope: {} })
    if (change.accountIds !== undefined) await appendRightsChange(hub, tx, memberId, before.account_ids, after.account_ids)
    if (!after.active) await tx.client.query('delete from session where member_id = $1', [memberId])
    // Streams look their member up again.
    tx.afterCommit(() => hub.bell.ring('sessions'))
    return view!
  })
}

export async function listInvitations(hub: Hub, actor: Actor): Promise<OperationResponse<'invitations'>['invitations']> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const rows = await tx.db
      .selectFrom('invitation')
      .select(['id', 'email', 'role', 'expires_at'])
      .where('accepted_at', 'is', null)
      .where('expires_at', '>', new Date(hub.now()))
      .orderBy('expires_at', 'desc')
      .execute()
    return rows.map(row => ({ id: row.id, email: row.email, role: row.role as Role, expiresAt: row.expires_at.getTime() }))
  })
}

/** Makes an invitation; its link is shown this once. */
export async function invite(
  hub: Hub,
  actor: Actor,
  role: Role,
  email: string | undefined,
): Promise<{ id: string; url: string; expiresAt: number }> {
  if (!atLeast(actor.role, role)) throw new HubProblem('not_allowed', 'You can invite up to your own role.')
  const token = randomBytes(24).toString('base64url')
  const id = newId()
  const expiresAt = hub.now() + invitationMs
  await inWorkspace(hub, actor.workspaceId, async tx => {
    if (email) {
      const { rows } = await tx.client.query(
        'select 1 from member m join app_user u on u.id = m.user_id where m.workspace_id = $1 and lower(u.email) = lower($2)',
        [tx.workspaceId, email],
      )
      if (rows.length > 0) throw new HubProblem('already_member')
    }
    await tx.db
      .insertInto('invitation')
      .values({
        workspace_id: tx.workspaceId,
        id,
        token_hash: tokenHash(token),
        email: email ?? null,
        role,
        created_by: actor.memberId,
        expires_at: new Date(expiresAt),
      })
      .execute()
    tx.append({ event: { kind: 'workspace.changed', workspace: await workspaceView(hub, tx) }, scope: {} })
  })
  return { id, url: `${hub.publicUrl ?? hub.localUrl}/invite/${token}`, expiresAt }
}

export async function revokeInvitation(hub: Hub, actor: Actor, invitationId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const { numDeletedRows } = await tx.db
      .deleteFrom('invitation')
      .where('id', '=', invitationId)
      .where('accepted_at', 'is', null)
      .executeTakeFirstOrThrow()
    if (!numDeletedRows) throw new HubProblem('not_found', 'There is no such invitation.')
  })
}

async function openInvitation(hub: Hub, token: string) {
  return await asSystem(hub, async tx => {
    const row = await tx.db
      .selectFrom('invitation')
      .innerJoin('workspace', 'workspace.workspace_id', 'invitation.workspace_id')
      .select([
        'invitation.workspace_id',
        'invitation.id',
        'invitation.role',
        'invitation.email',
        'invitation.expires_at',
        'invitation.accepted_at',
        'workspace.name',
      ])
      .where('invitation.token_hash', '=', tokenHash(token))
      .executeTakeFirst()
    if (!row) throw new HubProblem('not_found', 'There is no such invitation.')
    if (row.accepted_at || row.expires_at.getTime() < hub.now()) throw new HubProblem('invitation_expired')
    return row
  })
}

/** What an invitation is for. */
export async function readInvitation(hub: Hub, token: string): Promise<OperationResponse<'invitation'>> {
  const row = await openInvitation(hub, token)
  return { workspaceName: row.name, role: row.role as Role, email: row.email }
}

/** Accepts an invitation: makes the user and the member, signs in. Problems: invitation_expired, already_member. */
export async function acceptInvitation(hub: Hub, token: string, person: NewPerson, userAgent: string): Promise<SignedIn> {
  const row = await openInvitation(hub, token)
  if (row.email && row.email.toLowerCase() !== person.email.trim().toLowerCase())
    throw new HubProblem('not_allowed', 'This invitation is for another e-mail address.')
  const ids = { user: newId(), member: newId() }
  const passwordHash = await hashPassword(person.password)
  await inWorkspace(hub, row.workspace_id, async tx => {
    const taken = await tx.client.query('select 1 from app_user where lower(email) = lower($1)', [person.email.trim()])
    if (taken.rowCount) throw new HubProblem('already_member', 'There is an account with this e-mail already.')
    const used = await tx.db
      .updateTable('invitation')
      .set({ accepted_at: new Date(hub.now()) })
      .where('id', '=', row.id)
      .where('accepted_at', 'is', null)
      .executeTakeFirst()
    if (!used.numUpdatedRows) throw new HubProblem('invitation_expired')
    await insertUser(tx, ids.user, person, passwordHash)
    await tx.db.insertInto('member').values({ workspace_id: tx.workspaceId, id: ids.member, user_id: ids.user, role: row.role }).execute()
    const [view] = await memberViews(tx, [ids.member])
    tx.append({ event: { kind: 'member.changed', member: view! }, scope: {} })
  })
  return await openSession(hub, ids.user, row.workspace_id, ids.member, userAgent)
}

/** Changes my own settings. */
export async function updateMe(
  hub: Hub,
  actor: Actor,
  change: Partial<Pick<Me, 'name' | 'language' | 'theme' | 'density' | 'sendKey' | 'undoSeconds'>>,
): Promise<Me> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const values = {
      name: change.name,
      language: change.language,
      theme: change.theme,
      density: change.density,
      send_key: change.sendKey,
      undo_seconds: change.undoSeconds,
    }
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
    if (Object.keys(given).length > 0) await tx.db.updateTable('app_user').set(given).where('id', '=', actor.userId).execute()
    if (change.name !== undefined)
      tx.append({ event: { kind: 'member.changed', member: (await memberViews(tx, [actor.memberId]))[0]! }, scope: {} })
    return await meView(tx, actor)
  })
}

/** Changes the workspace. */
export async function updateWorkspace(
  hub: Hub,
  actor: Actor,
  change: {
    name?: string
    languages?: string[]
    countries?: string[]
    businessKind?: string
    checklistDismissed?: boolean
    widgetSeen?: boolean
  },
): Promise<WorkspaceView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = await tx.db.selectFrom('workspace').select('checklist').forUpdate().executeTakeFirstOrThrow()
    const checklist = {
      ...(row.checklist as object),
      ...(change.checklistDismissed === undefined ? {} : { dismissed: change.checklistDismissed }),
      ...(change.widgetSeen === undefined ? {} : { widgetSeen: change.widgetSeen }),
    }
    await tx.db
      .updateTable('workspace')
      .set({
        checklist: JSON.stringify(checklist),
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.languages === undefined ? {} : { languages: change.languages }),
        ...(change.countries === undefined ? {} : { countries: change.countries }),
        ...(change.businessKind === undefined ? {} : { business_kind: change.businessKind }),
      })
      .execute()
    const view = await workspaceView(hub, tx)
    tx.append({ event: { kind: 'workspace.changed', workspace: view }, scope: {} })
    return view
  })
}
