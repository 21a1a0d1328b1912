/**
 * The welcome: Viber takes one message in the answer to `conversation_started`, before the person has written or subscribed, free of charge.
 * Always holds: without a welcome in the settings there is none; the language is the person's, else the first one written.
 */
import { parseJson, stringAt } from '@dragoman/channel-kit'
import type { AccountView, InboundEvent, WebhookAnswer } from '@dragoman/core'
import { isBusiness } from './config.ts'
import { senderOf } from './wire.ts'

export function respond(events: readonly InboundEvent[], account: AccountView): WebhookAnswer | undefined {
  const started = events.find(event => event.kind === 'contact.subscribed' && event.externalId.startsWith('conversation_started:'))
  if (!started?.threadId || isBusiness(account)) return undefined
  const text = welcomeIn(account.config.welcome ?? '', started.identity?.language, account.language)
  if (text === '') return undefined
  return {
    // No receiver here: it is an answer.
    body: JSON.stringify({ sender: senderOf(account), type: 'text', text }),
    contentType: 'application/json',
    message: { threadId: started.threadId, body: { content: { kind: 'text', text: { text } } } },
  }
}

function welcomeIn(setting: string, language: string | undefined, main: string): string {
  const texts = parseJson(setting)
  if (typeof texts !== 'object' || texts === null) return typeof texts === 'string' ? texts : setting.trim()
  const short = (language ?? '').split('-')[0] ?? ''
  const first = Object.values(texts).find((text): text is string => typeof text === 'string' && text !== '')
  return stringAt(texts, language ?? '') || stringAt(texts, short) || stringAt(texts, main) || first || ''
}
