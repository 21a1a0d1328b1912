/** Messages as the thread shows them: days between, runs of one side, pictures that came together. Always holds: every message is in exactly one row. */
import type { PhoneMessage } from '@dragoman/channel-kit/simulator/types'

export interface Row {
  kind: 'message'
  /** More than one where they are shown as an album; the first one bears actions. */
  messages: [PhoneMessage, ...PhoneMessage[]]
  /** First and last of a run of the same side. */
  first: boolean
  last: boolean
}
export type ThreadRow = Row | { kind: 'day'; at: number }

const runMs = 5 * 60_000

/** The rows of a thread. */
export function rowsOf(messages: readonly PhoneMessage[]): ThreadRow[] {
  const grouped: [PhoneMessage, ...PhoneMessage[]][] = []
  for (const message of messages) {
    const before = grouped.at(-1)
    if (
      before &&
      message.groupId !== undefined &&
      before[0].groupId === message.groupId &&
      before[0].from === message.from &&
      isPicture(message) &&
      before.every(isPicture)
    )
      before.push(message)
    else grouped.push([message])
  }
  const rows: ThreadRow[] = []
  let day = ''
  for (const [index, group] of grouped.entries()) {
    const [message] = group
    const today = new Date(message.at).toDateString()
    const isNewDay = today !== day
    if (isNewDay) rows.push({ kind: 'day', at: message.at })
    day = today
    const before = grouped[index - 1]
    const after = grouped[index + 1]
    rows.push({
      kind: 'message',
      messages: group,
      first: isNewDay || !before || !isSameRun(before[0], message),
      last: !after || !isSameRun(message, after[0]) || new Date(after[0].at).toDateString() !== today,
    })
  }
  return rows
}

function isSameRun(earlier: PhoneMessage, later: PhoneMessage): boolean {
  return earlier.from === later.from && later.at - earlier.at < runMs
}

function isPicture(message: PhoneMessage): boolean {
  return (
    !message.deleted &&
    (message.body.content.kind === 'image' || message.body.content.kind === 'video') &&
    message.body.keyboard === undefined
  )
}
