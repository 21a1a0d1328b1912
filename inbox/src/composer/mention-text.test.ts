/** Whom a note names. */
import { expect, test } from 'vitest'
import { mentionsIn, typedMention } from './mention-text.ts'

const members = [
  { id: '1', name: 'Anna' },
  { id: '2', name: 'Anna Maria' },
  { id: '3', name: 'Борис Иванов' },
]

test('names are found whatever their case, the longer one first', () => {
  expect(mentionsIn('@anna maria, look', members)).toEqual(['2'])
  expect(mentionsIn('@Anna and @Anna Maria', members).sort()).toEqual(['1', '2'])
  expect(mentionsIn('Спросите @Борис Иванов и @борис иванов', members)).toEqual(['3'])
  expect(mentionsIn('anna@example.com', [])).toEqual([])
})

test('what is typed after a sign is a search; an address is none', () => {
  expect(typedMention('Look, @bo', 9)).toEqual({ from: 6, query: 'bo' })
  expect(typedMention('@', 1)).toEqual({ from: 0, query: '' })
  expect(typedMention('anna@example', 12)).toBeUndefined()
  expect(typedMention('@Борис Ив', 9)).toEqual({ from: 0, query: 'Борис Ив' })
  expect(typedMention('@Anna is here now', 17)).toBeUndefined()
})
