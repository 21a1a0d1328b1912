/** A fact and its message that are written down in the same moment find each other all the same [mechanics 6]. */
import { afterAll, beforeAll, test } from 'vitest'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { until } from '../support/test-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => {
  await hub?.close()
})

test('a fact that missed its message by a moment finds it all the same', async () => {
  await hub.deliver([received('l1', { thread: 'late-fact', text: 'first' })])
  await hub.deliver([
    {
      kind: 'message.edited',
      externalId: 'l2:edit',
      at: Date.now() + 1_000,
      threadId: 'late-fact',
      identity: { externalIds: ['user:late-fact'], name: 'Ada' },
      of: 'l2',
      message: { content: { kind: 'text', text: { text: 'second' } } },
    },
  ])
  // As when the id is recorded while the edit is being written down as waiting: neither has seen the other.
  await hub.database.query(
    `insert into platform_message (workspace_id, account_id, external_id, message_id, index) select workspace_id, account_id, 'l2', message_id, 1 from platform_message where external_id = 'l1'`,
  )
  await until(async () => {
    const [message] = await hub.thread('late-fact')
    const { content } = message!.body
    return content.kind === 'text' && content.text.text === 'second'
  }, 'the edit')
})
