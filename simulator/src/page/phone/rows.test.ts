/** How a thread falls into rows: days, runs of one side, pictures that belong together. */
import type { PhoneMessage } from '@dragoman/channel-kit/simulator/types'
import { describe, expect, it } from 'vitest'
import { rowsOf } from './rows.ts'

const noon = new Date(2026, 10, 20, 12).getTime()
const message = (id: string, from: PhoneMessage['from'], minutes: number, more: Partial<PhoneMessage> = {}): PhoneMessage => ({
  id,
  from,
  at: noon + minutes * 60_000,
  body: { content: { kind: 'text', text: { text: id } } },
  reactions: [],
  ...more,
})
const picture = { body: { content: { kind: 'image' as const, media: { ref: { from: 'link' as const, url: '/a' } } } } }

describe('rows of a thread', () => {
  it('are empty for an empty thread', () => {
    expect(rowsOf([])).toEqual([])
  })

  it('begin with the day and mark the ends of a run', () => {
    const rows = rowsOf([
      message('a', 'customer', 0),
      message('b', 'customer', 1),
      message('c', 'business', 2),
      message('d', 'business', 20),
    ])
    expect(
      rows.map(row => (row.kind === 'day' ? 'day' : `${row.messages[0].id}${row.first ? ' first' : ''}${row.last ? ' last' : ''}`)),
    ).toEqual(['day', 'a first', 'b last', 'c first last', 'd first last'])
  })

  it('name every new day and end the run there', () => {
    const rows = rowsOf([message('a', 'customer', 12 * 60 - 1), message('b', 'customer', 12 * 60 + 1)])
    expect(rows.map(row => row.kind)).toEqual(['day', 'message', 'day', 'message'])
    expect(rows[1]).toMatchObject({ last: true })
  })

  it('gather pictures of one album, but not across sides or deleted ones', () => {
    const rows = rowsOf([
      message('a', 'business', 0, { ...picture, groupId: 'g' }),
      message('b', 'business', 0, { ...picture, groupId: 'g' }),
      message('c', 'business', 0, { ...picture, groupId: 'g', deleted: true }),
      message('d', 'customer', 0, { ...picture, groupId: 'g' }),
    ])
    expect(rows.flatMap(row => (row.kind === 'message' ? [row.messages.map(one => one.id).join('+')] : []))).toEqual(['a+b', 'c', 'd'])
  })
})
