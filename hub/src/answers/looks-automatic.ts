/**
 * Whether whoever writes looks like a machine: a letter that says so itself, the same words three times within a minute, or something within two
 * seconds after each of our own automatic answers. Two machines that answer each other never stop; a person who is taken for one only gets no automatic answer.
 */
import { type MessageBody, plainText } from '@dragoman/core'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'

const sameWithinMs = 60_000
const sameTimes = 3
const repliesWithinMs = 2_000
const lookedAt = 30
const dayMs = 86_400_000

interface Row {
  direction: 'in' | 'out'
  author_kind: string
  body: Buffer
  /** Ours: when it left, else when it was written. The customer's: when it came. */
  at: Date
}

export async function looksAutomatic(hub: Hub, tx: Transaction, conversationId: string, nowMs: number): Promise<boolean> {
  const { rows } = await tx.client.query<Row>({
    name: 'answers_last_messages',
    text: `select m.direction, m.author_kind, m.body, case when m.direction = 'in' then m.created_at
          else coalesce((select min(p.sent_at) from part p where p.workspace_id = m.workspace_id and p.message_id = m.id), m.at) end as at
        from message m where m.workspace_id = $1 and m.conversation_id = $2 and m.direction in ('in', 'out') and m.order_at > $3
        order by m.order_at desc, m.order_tie desc, m.order_external desc limit ${lookedAt}`,
    values: [tx.workspaceId, conversationId, new Date(nowMs - dayMs)],
  })
  const inbound = rows.filter(row => row.direction === 'in')
  const bodyOf = (row: Row) => hub.codec.openJson<MessageBody>(tx.workspaceId, row.body)
  // It says so itself: an absence note, a list.
  if (inbound[0] && bodyOf(inbound[0]).automatic) return true
  const texts = inbound.filter(row => nowMs - row.at.getTime() < sameWithinMs).map(row => plainText(bodyOf(row).content).trim())
  if (texts.some(text => text !== '' && texts.filter(other => other === text).length >= sameTimes)) return true
  const ours = rows.filter(row => row.direction === 'out' && row.author_kind === 'system').map(row => row.at.getTime())
  return ours.length > 0 && ours.every(at => inbound.some(row => row.at.getTime() >= at && row.at.getTime() <= at + repliesWithinMs))
}
