/** Who does something: a member of a workspace, as use cases need to know him. */
import { rights as allRights, builtInRights, type Right, type Role } from '@dragoman/api'
import { atLeast, type Seer } from '../event-log/may-see.ts'
import { HubProblem } from '../problem.ts'

export interface Actor extends Seer {
  workspaceId: string
  userId: string
  name: string
  /** What the role allows beyond answering. */
  rights: ReadonlySet<Right>
}

/** The rights of a role: those of a built-in one, or of the firm's own (as stored) in its place. An owner has every right. */
export function rightsOf(role: Role, own?: readonly string[] | null): ReadonlySet<Right> {
  if (role === 'owner' || !own) return new Set(builtInRights[role])
  return new Set(allRights.filter(right => own.includes(right)))
}

/** Nobody gives what he does not have. Problem: not_allowed, with the rights that are missing. */
export function assertMayGive(actor: Actor, rank: Role, rights: Iterable<Right>): void {
  if (!atLeast(actor.role, rank)) throw new HubProblem('not_allowed', 'You can give roles up to your own.')
  const missing = [...rights].filter(right => !actor.rights.has(right))
  if (missing.length > 0)
    throw new HubProblem('not_allowed', `You cannot give a right that you do not have yourself: ${missing.join(', ')}.`, { missing })
}

/** Problem: not_allowed, unless the actor has one of these rights. */
export function assertRight(actor: Actor, ...oneOf: readonly Right[]): void {
  if (!oneOf.some(right => actor.rights.has(right))) throw new HubProblem('not_allowed', `This needs the right “${oneOf.join('” or “')}”.`)
}
