/** What was put off comes back, and reminders come, when their time is there. Always holds: any number of processes may do it at once; each thing happens once. */
import { fireReminders, type Hub, wakeSnoozed } from '@dragoman/hub'
import { type Loop, repeat } from './loops.ts'

/** Looks once a second, by index. */
export function startWaking(hub: Hub): Loop {
  return repeat(hub, 1_000, async () => {
    await wakeSnoozed(hub)
    await fireReminders(hub)
  })
}
