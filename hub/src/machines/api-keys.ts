/**
 * API keys. Always holds: the key is random and stored only as its SHA-256; it can do no more than its scopes, and never more than who made it could;
 * whatever it writes has an author of its own, who can neither sign in nor be assigned.
 */
import { createHash, randomBytes } from 'node:crypto'
import { type ApiKeyView, type Area, rights as allRights, type Right, rightsOfArea, type Scope } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { hashPassword } from '../people/sessions.ts'
import { found } from '../problem.ts'

/** How a key begins: to be seen in a log or a repository by whoever searches for it. */
export const keyPrefix = 'dgm_'
const touchEveryMs = 5 * 60_000

export interface Machine {
  actor: Actor
  scopes: ReadonlySet<Scope>
  keyId: string
}

export async function listApiKeys(hub: Hub, actor: Actor): Promise<ApiKeyView[]> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const rows = await tx.db.selectFrom('api_key').selectAll().orderBy('created_at', 'desc').execute()
    return rows.map(toView)
  })
}

interface Row {
  id: string
  name: string
  starts_with: string
  scopes: string[]
  created_by: string
  created_at: Date
  last_used_at: Date | null
  expires_at: Date | null
  revoked_at: Date | null
}

function toView(row: Row): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    startsWith: row.starts_with,
    scopes: row.scopes,
    createdBy: row.created_by,
    createdAt: row.created_at.getTime(),
    lastUsedAt: row.last_used_at?.getTime() ?? null,
    expiresAt: row.expires_at?.getTime() ?? null,
    revokedAt: row.revoked_at?.getTime() ?? null,
  }
}

/** Makes a key; the secret is in this answer and nowhere else. */
export async function createApiKey(
  hub: Hub,
  actor: Actor,
  input: { name: string; scopes: readonly string[]; expiresAt?: number },
): Promise<{ key: ApiKeyView; secret: string }> {
  const secret = `${keyPrefix}${randomBytes(32).toString('base64url')}`
  const ids = { key: newId(), user: newId(), member: newId() }
  const needed = new Set(input.scopes.flatMap(scope => rightsOfArea[scope.split(':')[0] as Area]))
  const given = [...needed].filter(right => actor.rights.has(right))
  const passwordHash = await hashPassword(randomBytes(24).toString('hex'))
  const key = await inWorkspace(hub, actor.workspaceId, async tx => {
    await tx.db
      .insertInto('app_user')
      .values({ id: ids.user, email: `${ids.key}@machine.invalid`, name: input.name, password_hash: passwordHash })
      .execute()
    await tx.db
      .insertInto('member')
      .values({
        workspace_id: tx.workspaceId,
        id: ids.member,
        user_id: ids.user,
        role: 'agent',
        active: false,
        is_machine: true,
        account_ids: actor.accountIds === null ? null : [...actor.accountIds],
      })
      .execute()
    const row = await tx.db
      .insertInto('api_key')
      .values({
        workspace_id: tx.workspaceId,
        id: ids.key,
        name: input.name,
        token_hash: hashOf(secret),
        starts_with: secret.slice(0, keyPrefix.length + 6),
        member_id: ids.member,
        scopes: [...new Set(input.scopes)],
        rights: given,
        created_by: actor.memberId,
        expires_at: input.expiresAt === undefined ? null : new Date(input.expiresAt),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordOperation(tx, actor, 'api_key.created', null, { name: input.name, scopes: input.scopes })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'apiKeys' }, scope: { minRole: 'manager' } })
    return toView(row)
  })
  return { key, secret }
}

/** Revokes a key: the next request with it is refused. Problem: not_found. */
export async function revokeApiKey(hub: Hub, actor: Actor, apiKeyId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = await tx.db
      .updateTable('api_key')
      .set({ revoked_at: new Date(hub.now()) })
      .where('id', '=', apiKeyId)
      .where('revoked_at', 'is', null)
      .returning('name')
      .executeTakeFirst()
    await recordOperation(tx, actor, 'api_key.revoked', null, { name: found(row, 'API key').name })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'apiKeys' }, scope: { minRole: 'manager' } })
  })
}

/** Who stands behind a key, or undefined when it is not good (any more). */
export async function machineOf(hub: Hub, secret: string): Promise<Machine | undefined> {
  const { rows } = await hub.pools.system.query({
    name: 'api_key_actor',
    text: `select k.workspace_id, k.id, k.name, k.member_id, k.scopes, k.rights, k.last_used_at, m.account_ids, m.user_id from api_key k
      join member m on m.workspace_id = k.workspace_id and m.id = k.member_id
      where k.token_hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`,
    values: [hashOf(secret)],
  })
  const row = rows[0]
  if (!row) return undefined
  if (row.last_used_at === null || hub.now() - row.last_used_at.getTime() > touchEveryMs)
    void hub.pools.system
      .query('update api_key set last_used_at = now() where workspace_id = $1 and id = $2', [row.workspace_id, row.id])
      .catch(() => {})
  const own: readonly string[] = row.rights
  return {
    keyId: row.id,
    scopes: new Set(row.scopes as Scope[]),
    actor: {
      userId: row.user_id,
      workspaceId: row.workspace_id,
      memberId: row.member_id,
      // Rights and scopes decide what it may do; the rank only opens what every manager may see.
      role: 'manager',
      accountIds: row.account_ids,
      name: row.name,
      rights: new Set<Right>(allRights.filter(right => own.includes(right))),
    },
  }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
