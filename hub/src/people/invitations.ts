/**
 * Invitations, by a link and by e-mail. Always holds: the link is shown once and stored as a hash (sealed only while a mail with it waits); a mail
 * leaves after the commit, by a job, and its failure is seen; an invitation gives nothing that who invites does not have.
 */
import { randomBytes } from 'node:crypto'
import type { InvitationView, OperationResponse, Role } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { asSystem, inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { found, HubProblem } from '../problem.ts'
import { type Actor, assertMayGive, rightsOf } from './actor.ts'
import { changeTeams, insertUser, type NewPerson } from './members.ts'
import { givenRole } from './roles.ts'
import { hashPassword, openSession, type SignedIn, tokenHash } from './sessions.ts'
import { memberViews, workspaceView } from './views.ts'

const invitationMs = 7 * 24 * 3_600_000
/** So long an expired one is still shown, to be sent again. */
const shownMs = 30 * 24 * 3_600_000

export interface Invitation {
  email?: string
  name?: string
  role?: Role
  roleId?: string
  teamIds?: readonly string[]
  languages?: readonly string[]
  skills?: readonly string[]
  capacity?: number | null
  send?: boolean
}
export interface MadeInvitation {
  id: string
  url: string
  expiresAt: number
  sending: boolean
}

/** Invitations that wait, and those that expired lately. */
export async function listInvitations(hub: Hub, actor: Actor): Promise<InvitationView[]> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const rows = await tx.db
      .selectFrom('invitation')
      .selectAll()
      .where('accepted_at', 'is', null)
      .where('expires_at', '>', new Date(hub.now() - shownMs))
      .orderBy('expires_at', 'desc')
      .execute()
    return rows.map(row => ({
      id: row.id,
      email: row.email,
      name: row.name,
      role: row.role as Role,
      roleId: row.role_id,
      teamIds: row.team_ids,
      expiresAt: row.expires_at.getTime(),
      expired: row.expires_at.getTime() < hub.now(),
      mail: { state: row.mail_state as InvitationView['mail']['state'], reason: row.mail_reason, at: row.mail_at?.getTime() ?? null },
    }))
  })
}

/** Makes an invitation; its link is shown this once. Problems: not_allowed, already_member, mail_not_configured. */
export async function invite(hub: Hub, actor: Actor, input: Invitation): Promise<MadeInvitation> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    if (input.email && (await isUser(tx, input.email))) throw new HubProblem('already_member')
    const given = await givenRole(tx, actor, input)
    if (input.teamIds?.length) await assertTeams(tx, input.teamIds)
    const made = await insertInvitation(hub, tx, actor, { ...input, ...given })
    await recordOperation(tx, actor, 'invitation.made', null, { email: input.email ?? null, role: given.title })
    tx.append({ event: { kind: 'workspace.changed', workspace: await workspaceView(hub, tx) }, scope: {} })
    return made
  })
}

/** Writes the row, and the job that sends it where asked. The caller has checked what may be given. */
export async function insertInvitation(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  input: Omit<Invitation, 'role' | 'roleId' | 'name'> & { name?: string; role: Role; roleId: string | null },
): Promise<MadeInvitation> {
  const id = newId()
  const token = randomBytes(24).toString('base64url')
  const expiresAt = hub.now() + invitationMs
  const send = input.send === true && input.email !== undefined
  if (input.send && !input.email) throw new HubProblem('invalid_request', 'There is no e-mail address to send it to.')
  await tx.db
    .insertInto('invitation')
    .values({
      workspace_id: tx.workspaceId,
      id,
      token_hash: tokenHash(token),
      email: input.email ?? null,
      name: input.name || null,
      role: input.role,
      role_id: input.roleId,
      team_ids: [...(input.teamIds ?? [])],
      languages: [...(input.languages ?? [])],
      skills: [...(input.skills ?? [])],
      capacity: input.capacity ?? null,
      created_by: actor.memberId,
      expires_at: new Date(expiresAt),
    })
    .execute()
  if (send) await queueMail(hub, tx, id, token)
  return { id, url: linkOf(hub, token), expiresAt, sending: send }
}

/** A new link for an invitation, valid for another week, sent by e-mail where there is one. Problems: not_found, not_allowed, mail_not_configured. */
export async function sendInvitation(hub: Hub, actor: Actor, invitationId: string): Promise<MadeInvitation> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { rows } = await tx.client.query<{ email: string | null; role: Role; rights: string[] | null }>(
      `select i.email, i.role, r.rights from invitation i left join role r on r.workspace_id = i.workspace_id and r.id = i.role_id
        where i.workspace_id = $1 and i.id = $2 and i.accepted_at is null for update of i`,
      [tx.workspaceId, invitationId],
    )
    const row = found(rows[0], 'invitation')
    assertMayGive(actor, row.role, rightsOf(row.role, row.rights))
    if (row.email && (await isUser(tx, row.email))) throw new HubProblem('already_member')
    const token = randomBytes(24).toString('base64url')
    const expiresAt = hub.now() + invitationMs
    await tx.db
      .updateTable('invitation')
      .set({ token_hash: tokenHash(token), expires_at: new Date(expiresAt) })
      .where('id', '=', invitationId)
      .execute()
    const send = row.email !== null && hub.mail !== undefined
    if (send) await queueMail(hub, tx, invitationId, token)
    await recordOperation(tx, actor, 'invitation.renewed', null, { email: row.email })
    return { id: invitationId, url: linkOf(hub, token), expiresAt, sending: send }
  })
}

async function queueMail(hub: Hub, tx: Transaction, id: string, token: string): Promise<void> {
  if (!hub.mail) throw new HubProblem('mail_not_configured')
  await tx.db
    .updateTable('invitation')
    .set({ mail_state: 'queued', mail_reason: null, mail_at: null, token: hub.codec.seal(tx.workspaceId, token) })
    .where('id', '=', id)
    .execute()
  await tx.client.query('select enqueue_job($1, $2::json, $3, null)', [
    'send_invitation',
    JSON.stringify({ workspaceId: tx.workspaceId, invitationId: id }),
    `invitation:${id}`,
  ])
}

/** The address of an invitation's page. */
export function linkOf(hub: Hub, token: string): string {
  return `${hub.publicUrl ?? hub.localUrl}/invite/${token}`
}

export async function revokeInvitation(hub: Hub, actor: Actor, invitationId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const removed = await tx.db
      .deleteFrom('invitation')
      .where('id', '=', invitationId)
      .where('accepted_at', 'is', null)
      .returning('email')
      .executeTakeFirst()
    if (!removed) throw new HubProblem('not_found', 'There is no such invitation.')
    await recordOperation(tx, actor, 'invitation.revoked', null, { email: removed.email })
  })
}

async function openInvitation(hub: Hub, token: string) {
  return await asSystem(hub, async tx => {
    const { rows } = await tx.client.query(
      `select i.*, w.name as workspace_name, r.name as role_name, u.name as invited_by from invitation i
        join workspace w on w.workspace_id = i.workspace_id
        left join role r on r.workspace_id = i.workspace_id and r.id = i.role_id
        left join member m on m.workspace_id = i.workspace_id and m.id = i.created_by left join app_user u on u.id = m.user_id
        where i.token_hash = $1`,
      [tokenHash(token)],
    )
    const row = rows[0]
    if (!row) throw new HubProblem('not_found', 'There is no such invitation.')
    if (row.accepted_at || row.expires_at.getTime() < hub.now()) throw new HubProblem('invitation_expired')
    return row
  })
}

/** What an invitation is for. Problems: not_found, invitation_expired. */
export async function readInvitation(hub: Hub, token: string): Promise<OperationResponse<'invitation'>> {
  const row = await openInvitation(hub, token)
  return {
    workspaceName: row.workspace_name,
    role: row.role,
    roleName: row.role_name,
    email: row.email,
    name: row.name,
    invitedBy: row.invited_by ?? '',
  }
}

/** Accepts an invitation: makes the user and the member, signs in. Problems: invitation_expired, already_member, not_allowed. */
export async function acceptInvitation(hub: Hub, token: string, person: NewPerson, userAgent: string): Promise<SignedIn> {
  const row = await openInvitation(hub, token)
  if (row.email && row.email.toLowerCase() !== person.email.trim().toLowerCase())
    throw new HubProblem('not_allowed', 'This invitation is for another e-mail address.')
  const ids = { user: newId(), member: newId() }
  const passwordHash = await hashPassword(person.password)
  await inWorkspace(hub, row.workspace_id, async tx => {
    if (await isUser(tx, person.email)) throw new HubProblem('already_member', 'There is an account with this e-mail already.')
    const used = await tx.db
      .updateTable('invitation')
      .set({ accepted_at: new Date(hub.now()), token: null })
      .where('id', '=', row.id)
      .where('accepted_at', 'is', null)
      .executeTakeFirst()
    if (!used.numUpdatedRows) throw new HubProblem('invitation_expired')
    await insertUser(tx, ids.user, person, passwordHash)
    await tx.db
      .insertInto('member')
      .values({
        workspace_id: tx.workspaceId,
        id: ids.member,
        user_id: ids.user,
        role: row.role,
        role_id: row.role_id,
        languages: row.languages,
        skills: row.skills,
        capacity: row.capacity,
      })
      .execute()
    const joiner = { memberId: ids.member }
    await recordOperation(tx, joiner, 'invitation.accepted', null, { member: person.name, memberId: ids.member })
    const teams = await tx.db
      .selectFrom('team')
      .select('id')
      .where('id', 'in', row.team_ids.length > 0 ? row.team_ids : [ids.user])
      .where('archived_at', 'is', null)
      .execute()
    if (teams.length > 0)
      await changeTeams(
        hub,
        tx,
        joiner,
        { id: ids.member, name: person.name },
        teams.map(team => team.id),
      )
    const [view] = await memberViews(tx, [ids.member])
    tx.append({ event: { kind: 'member.changed', member: view! }, scope: {} })
  })
  return await openSession(hub, ids.user, row.workspace_id, ids.member, userAgent)
}

async function isUser(tx: Transaction, email: string): Promise<boolean> {
  const { rowCount } = await tx.client.query('select 1 from app_user where lower(email) = lower($1)', [email.trim()])
  return Boolean(rowCount)
}

async function assertTeams(tx: Transaction, teamIds: readonly string[]): Promise<void> {
  const { rows } = await tx.client.query<{ found: number }>(
    'select count(*)::int as found from team where workspace_id = $1 and id = any($2::uuid[]) and archived_at is null',
    [tx.workspaceId, teamIds],
  )
  if (rows[0]!.found !== new Set(teamIds).size) throw new HubProblem('not_found', 'There is no such team.')
}
