/** The Connector's requests as data. https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference */
import type { AccountView, HttpRequest, Recipient } from '@dragoman/core'
import { readThread, serviceUrlOf, userIdOf } from './ids.ts'

export interface WireAttachment {
  contentType: string
  contentUrl?: string
  name?: string
  content?: unknown
}

export interface WireAction {
  type: string
  title: string
  value: unknown
}

export interface WireActivity {
  type: 'message' | 'typing'
  id?: string
  from?: { id: string }
  recipient?: { id: string }
  conversation?: { id: string }
  replyToId?: string
  text?: string
  textFormat?: 'plain' | 'xml'
  attachmentLayout?: 'carousel'
  attachments?: WireAttachment[]
  suggestedActions?: { to: string[]; actions: WireAction[] }
}

export const adaptiveCardType = 'application/vnd.microsoft.card.adaptive'
export const heroCardType = 'application/vnd.microsoft.card.hero'
export const downloadInfoType = 'application/vnd.microsoft.teams.file.download.info'
export const readReceiptName = 'application/vnd.microsoft.readReceipt'

/** How the Connector names a bot in Teams and Skype. */
export function botIdOf(account: AccountView): string {
  return `28:${account.config.appId ?? account.externalId}`
}

/** A call of the Connector, below the service address of this recipient. */
export function call(
  account: AccountView,
  to: Recipient,
  method: HttpRequest['method'],
  segments: readonly string[],
  value?: unknown,
): HttpRequest {
  const { channelId } = readThread(to.threadId)
  return {
    via: 'http',
    method,
    url: `${serviceUrlOf(to, channelId, account)}v3/${segments.map(segmentOf).join('/')}`,
    headers: { authorization: 'Bearer {accessToken}' },
    body: value === undefined ? { type: 'none' } : { type: 'json', value },
  }
}

/** From whom, to whom, where: what an activity says of its conversation. */
export function frameOf(account: AccountView, to: Recipient): Pick<WireActivity, 'from' | 'recipient' | 'conversation'> {
  const { channelId, conversationId } = readThread(to.threadId)
  const userId = userIdOf(to)
  return {
    ...(channelId === 'msteams' || channelId === 'skype' ? { from: { id: botIdOf(account) } } : {}),
    ...(userId === undefined ? {} : { recipient: { id: userId } }),
    ...(conversationId === '' ? {} : { conversation: { id: conversationId } }),
  }
}

/** Conversation ids hold `:`, `@`, `;` and `=`; curly brackets would be taken for placeholders. */
function segmentOf(segment: string): string {
  const encoded = encodeURIComponent(segment.toWellFormed())
  // A lone dot or two would be resolved away by the URL parser.
  return /^\.{1,2}$/.test(encoded) ? encoded.replaceAll('.', '%252E') : encoded
}
