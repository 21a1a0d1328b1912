/** What became of a sending, against a model: whatever order and how often receipts come in, the end is the same [mechanics 5]. In memory, many thousand runs. */
import type { DeliveryReceipt, PartState } from '@dragoman/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { raise } from '../../hub/src/ingest/receipts.ts'
import type { PartRow } from '../../hub/src/ingest/rows.ts'
import type { WorkingSet } from '../../hub/src/ingest/working-set.ts'
import { propertyRuns } from './runs.ts'

const kinds: DeliveryReceipt[] = ['sent', 'delivered', 'read', 'played', 'failed']
const receipts = fc.array(fc.record({ kind: fc.constantFrom(...kinds), at: fc.integer({ min: 1, max: 1_000 }) }), {
  minLength: 1,
  maxLength: 8,
})
type Receipt = { kind: DeliveryReceipt; at: number }

function after(state: PartState, list: readonly Receipt[]): Pick<PartRow, 'state' | 'deliveredAt' | 'readAt'> {
  const part: PartRow = {
    id: 'part',
    messageId: 'message',
    conversationId: 'conversation',
    state,
    failure: null,
    sentAt: state === 'sent' ? 0 : null,
    deliveredAt: null,
    readAt: null,
    changed: false,
  }
  const set = { parts: new Map([[part.id, part]]), messages: new Map(), conversations: new Map() } as unknown as WorkingSet
  for (const { kind, at } of list) raise(set, part, kind, at)
  return { state: part.state, deliveredAt: part.deliveredAt, readAt: part.readAt }
}

/** The model: the highest that was told; a failure counts where nothing says that it arrived. */
function modelOf(state: PartState, list: readonly Receipt[]): Pick<PartRow, 'state' | 'deliveredAt' | 'readAt'> {
  const earliest = (...wanted: DeliveryReceipt[]) => {
    const times = list.filter(one => wanted.includes(one.kind)).map(one => one.at)
    return times.length > 0 ? Math.min(...times) : null
  }
  const readAt = earliest('read', 'played')
  const deliveredAt = earliest('delivered', 'read', 'played')
  const has = (kind: DeliveryReceipt) => list.some(one => one.kind === kind)
  if (state === 'cancelled') return { state, deliveredAt, readAt }
  const end = readAt !== null ? 'read' : deliveredAt !== null ? 'delivered' : has('failed') ? 'failed' : has('sent') ? 'sent' : state
  return { state: end, deliveredAt, readAt }
}

describe('receipts of one sending', () => {
  test('end as the model says, in any order, however often', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<PartState>('sending', 'uncertain', 'sent', 'cancelled'),
        receipts,
        fc.array(fc.nat({ max: 7 }), { maxLength: 4 }),
        (state, list, again) => {
          const repeated = [...list, ...again.map(index => list[index % list.length]!)]
          expect(after(state, repeated)).toEqual(modelOf(state, list))
        },
      ),
      propertyRuns(10_000),
    )
  })
})
