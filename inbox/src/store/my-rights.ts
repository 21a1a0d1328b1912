/** My own rights as they are now. Always holds: when somebody changes what I may do, the page follows at once; what I may no longer see is taken anew. */
import { call } from '../client.ts'
import { changeInbox, desk, onEvents } from './desk.ts'
import { restart } from './start.ts'

/** Follows my own changes; returns what ends it. */
export function followMyRights(): () => void {
  return onEvents(events => {
    const mine = desk().inbox?.me
    if (!mine || !events.some(event => event.kind === 'member.changed' && event.member.id === mine.memberId)) return
    call('session').then(
      ({ me, workspace }) => {
        const before = desk().inbox?.me.rights ?? []
        changeInbox(state => ({ ...state, me, workspace }))
        // Masked and whole details do not mix: all that is shown is asked for again.
        if (before.includes('contacts.details') !== me.rights.includes('contacts.details')) void restart()
      },
      () => undefined,
    )
  })
}
