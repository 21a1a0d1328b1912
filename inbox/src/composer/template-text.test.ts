/** The text of a template with its slots filled. */
import type { TemplateView } from '@dragoman/api'
import { expect, it } from 'vitest'
import { fillPart, missingSlots, previewOf } from './template-text.ts'

const template: TemplateView = {
  name: 'order_ready',
  language: 'en',
  category: 'utility',
  status: 'approved',
  body: 'Hello {{1}}, order {{2}} is ready.',
  footer: 'The shop',
  buttons: [],
  slots: [
    { part: 'body', index: 1, kind: 'text' },
    { part: 'body', index: 2, kind: 'text' },
  ],
}

it('fills what is given and marks what is not', () => {
  expect(fillPart(template.body, 'body', { 'body:1': 'Ann' })).toEqual([
    { text: 'Hello ', missing: false },
    { text: 'Ann', missing: false },
    { text: ', order ', missing: false },
    { text: '{{2}}', missing: true },
    { text: ' is ready.', missing: false },
  ])
  expect(missingSlots(template, { 'body:1': 'Ann' })).toHaveLength(1)
  expect(previewOf(template, { 'body:1': 'Ann', 'body:2': '7' })).toBe('Hello Ann, order 7 is ready.\n\nThe shop')
})
