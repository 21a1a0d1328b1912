/**
 * Who sees what [mechanics 9]: one rule, asked by the stream (as a function) and by snapshots (as SQL). Always holds: the two say the same; a test
 * holds them against each other.
 */
import type { Role } from '@dragoman/api'
import { type Expression, type SqlBool, sql } from 'kysely'
import type { EventScope } from './append.ts'

/** The member as far as seeing goes. */
export interface Seer {
  memberId: string
  role: Role
  /** Only conversations of these accounts; null: of all. */
  accountIds: readonly string[] | null
}

/** The hub itself, where it acts for nobody. */
export const seesAll: Seer = { memberId: '', role: 'owner', accountIds: null }

const rank: Record<Role, number> = { agent: 1, manager: 2, owner: 3 }

/** Whether a role is at least another. */
export function atLeast(role: Role, wanted: Role): boolean {
  return rank[role] >= rank[wanted]
}

/** Whether a member may see something of this scope. */
export function maySee(seer: Seer, scope: EventScope): boolean {
  if (scope.memberId !== undefined && scope.memberId !== seer.memberId) return false
  if (scope.minRole !== undefined && !atLeast(seer.role, scope.minRole)) return false
  if (scope.accountId !== undefined && seer.accountIds !== null && !seer.accountIds.includes(scope.accountId)) return false
  return true
}

/** The same for rows of conversations: a condition on their account column. */
export function maySeeAccount(seer: Seer, accountColumn: Expression<string>): Expression<SqlBool> {
  if (seer.accountIds === null) return sql<SqlBool>`true`
  return sql<SqlBool>`${accountColumn} = any(${sql.val([...seer.accountIds])}::uuid[])`
}
