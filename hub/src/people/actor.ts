/** Who does something: a member of a workspace, as use cases need to know him. */
import { builtInRights, type Right, type Role } from '@dragoman/api'
import type { Seer } from '../event-log/may-see.ts'

export interface Actor extends Seer {
  workspaceId: string
  userId: string
  name: string
  /** What the role allows beyond answering. */
  rights: ReadonlySet<Right>
}

/** The rights of a built-in role. */
export function rightsOf(role: Role): ReadonlySet<Right> {
  return new Set(builtInRights[role])
}
