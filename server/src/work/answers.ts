/**
 * Automatic answers in the background: the log is read on when it grows, what is due is sent. Always holds: woken by the bell and swept each second; any
 * number of processes may do it side by side.
 */
import { type Hub, type NodeLease, sendDueAnswers, watchForAnswers, workspacesToWatch } from '@dragoman/hub'
import { type Loop, repeat } from './loops.ts'

/** Rings in a burst of messages make one look. */
const gatherMs = 40

export function startAnswering(hub: Hub, lease: NodeLease): Loop {
  const heard = new Map<string, () => void>()
  let waking: NodeJS.Timeout | undefined
  const wake = () => {
    waking ??= setTimeout(() => {
      waking = undefined
      loop.now()
    }, gatherMs)
  }
  const loop = repeat(hub, 1_000, async () => {
    if (!lease.isHeld()) return
    const watched = await workspacesToWatch(hub)
    listenTo(watched.map(one => one.workspaceId))
    for (const { workspaceId, behind } of watched) if (behind) await watchForAnswers(hub, workspaceId)
    while ((await sendDueAnswers(hub)) > 0);
  })
  /** Only where something is said by itself does a new message wake us. */
  function listenTo(workspaceIds: readonly string[]): void {
    for (const id of workspaceIds) if (!heard.has(id)) heard.set(id, hub.bell.listen(`events:${id}`, wake))
    for (const [id, stop] of heard) {
      if (workspaceIds.includes(id)) continue
      stop()
      heard.delete(id)
    }
  }

  return {
    stop: async () => {
      listenTo([])
      clearTimeout(waking)
      await loop.stop()
    },
  }
}
