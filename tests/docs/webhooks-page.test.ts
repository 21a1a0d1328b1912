/** The page about webhooks: its examples are what is sent. */
import { account, conversation, message, webhookExamples, webhookTypes } from '@dragoman/api'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { webhooksPage } from '../../scripts/docs/webhooks.ts'

const data = z.union([
  z.strictObject({ message: z.strictObject(message.shape) }),
  z.strictObject({ conversation: z.strictObject(conversation.shape) }),
  z.strictObject({ account: z.strictObject(account.omit({ config: true }).shape) }),
  z.strictObject({ by: z.string() }),
])

test('every type has an example of the shape that is sent, and a sentence', () => {
  const page = webhooksPage()
  for (const type of [...webhookTypes, 'test.ping'] as const) {
    const { type: said, data: given } = webhookExamples[type]
    expect(said).toBe(type)
    expect(data.safeParse(given).error?.message, type).toBeUndefined()
    expect(page).toMatch(new RegExp(`### ${type.replace('.', '\\.')}\n\n[A-Z].+\\.\n\n\`\`\`json`))
  }
})
