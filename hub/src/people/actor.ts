/** Who does something: a member of a workspace, as use cases need to know him. */
import type { Seer } from '../event-log/may-see.ts'

export interface Actor extends Seer {
  workspaceId: string
  userId: string
  name: string
}
