/** Placeholders: what is filled, what stays, and what must not be said. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseLanguage, fillBody, fillText, placeholdersIn, unfilledIn, withoutEmptySentences } from './placeholders.ts'

const values = {
  'customer.first_name': 'Olga',
  'company.name': 'Kettles',
  'attribute.City': 'Riga',
  reply_time: 'we usually reply within 5 minutes',
  'hours.next_open': '',
}

describe('filling', () => {
  test.each([
    ['Hello, {{customer.first_name}}.', 'Hello, Olga.', []],
    ['Hello, {{ Customer.First_Name | there }}.', 'Hello, Olga.', []],
    ['Hello, {{customer.name|there}}.', 'Hello, there.', []],
    ['Case {{case.number}} of {{company.name}}', 'Case {{case.number}} of Kettles', ['case.number']],
    ['To {{attribute.City}} or {{attribute.city}}', 'To Riga or {{attribute.city}}', ['attribute.city']],
    ['Thank you. {{reply_time}}.', 'Thank you. We usually reply within 5 minutes.', []],
    ['Thank you: {{reply_time}}.', 'Thank you: we usually reply within 5 minutes.', []],
    ['A template’s {{1}} and {{order_id}} are not ours', 'A template’s {{1}} and {{order_id}} are not ours', []],
  ])('%s', (text, expected, missing) => {
    expect(fillText({ text }, values)).toEqual({ rich: { text: expected }, missing })
  })

  test('bold words stay bold, whatever stands before, in or after them', () => {
    const text = 'Hi {{customer.first_name}}, {{company.name}} thanks you'
    const bold = (words: string) => ({ kind: 'bold' as const, offset: text.indexOf(words), length: words.length })
    const { rich } = fillText({ text, entities: [bold('{{customer.first_name}}'), bold('{{company.name}} thanks'), bold('you')] }, values)
    expect(rich.entities?.map(entity => rich.text.slice(entity.offset, entity.offset + entity.length))).toEqual([
      'Olga',
      'Kettles thanks',
      'you',
    ])
  })

  test('captions and album items are filled too', () => {
    const media = { ref: { from: 'file' as const, fileId: 'f' } }
    const filled = fillBody(
      { content: { kind: 'album', items: [{ kind: 'image', media, caption: { text: '{{company.name}} {{case.number}}' } }] } },
      values,
    )
    expect(filled.missing).toEqual(['case.number'])
    expect(unfilledIn(filled.body)).toEqual(['case.number'])
    expect(JSON.stringify(filled.body)).toContain('Kettles {{case.number}}')
  })

  test('for any text, entities stay within it and nothing is filled twice', () => {
    const piece = fc.constantFrom('Hi ', '{{customer.first_name}}', '{{case.number}}', '{{company.name|x}}', '{{', '}}', '😀', '. ')
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 12 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 40 }),
        (pieces, offset, length) => {
          const text = pieces.join('')
          const end = Math.min(text.length, offset + length)
          const entities = end > offset ? [{ kind: 'bold' as const, offset, length: end - offset }] : []
          const { rich } = fillText({ text, entities }, values)
          for (const entity of rich.entities ?? []) expect(entity.offset + entity.length).toBeLessThanOrEqual(rich.text.length)
          expect(placeholdersIn(rich.text).map(found => found.name)).toEqual(
            placeholdersIn(text).flatMap(one => (one.name === 'case.number' ? [one.name] : [])),
          )
        },
      ),
    )
  })
})

describe('what is not known is not claimed', () => {
  test.each([
    ['Hello. {{reply_time}}. Bye.', 'Hello. Bye.'],
    ['We are closed. We are back {{hours.next_open}}.', 'We are closed.'],
    ['{{reply_time}}', ''],
    ['Первая строка\n{{hours.next_open}}\nтретья', 'Первая строка\nтретья'],
    ['No placeholder at 9.30. At all.', 'No placeholder at 9.30. At all.'],
  ])('%s', (text, expected) => {
    expect(withoutEmptySentences(text)).toBe(expected)
  })
})

describe('which language', () => {
  test.each([
    ['ru', ['en', 'ru'], ['en'], 'ru'],
    ['pt-BR', ['en', 'pt'], ['en'], 'pt'],
    ['pt', ['en', 'pt-br'], ['en'], 'pt-br'],
    ['de', ['ru', 'en'], ['ru', 'en'], 'ru'],
    [null, ['fr', 'en'], ['kk'], 'en'],
    ['de', ['fr'], ['kk'], 'fr'],
    ['de', [], ['kk'], undefined],
  ])('%s of %j, first %j', (wish, there, first, expected) => {
    expect(chooseLanguage(wish, there, first)).toBe(expected)
  })
})
