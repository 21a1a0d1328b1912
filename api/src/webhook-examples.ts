/** One whole example of what a webhook is sent, per type. Always holds: `data` has the shape of the views (the compiler and a test hold it). */
import type { WebhookType } from './routes/webhooks.ts'
import type { AccountViewModel, ConversationView, MessageView } from './schemas/views.ts'

export type WebhookExample = {
  type: string
  timestamp: string
  data: { message: MessageView } | { conversation: ConversationView } | { account: Omit<AccountViewModel, 'config'> } | { by: string }
}

const at = Date.UTC(2026, 10, 23, 9, 30)
const timestamp = new Date(at).toISOString()
const ids = {
  account: '01938f00-0000-7000-8000-00000000000a',
  endpoint: '01938f00-0000-7000-8000-00000000000b',
  contact: '01938f00-0000-7000-8000-00000000000c',
  identity: '01938f00-0000-7000-8000-00000000000d',
  conversation: '01938f00-0000-7000-8000-00000000000e',
  member: '01938f00-0000-7000-8000-00000000000f',
  case: '01938f00-0000-7000-8000-000000000010',
  received: '01938f00-0000-7000-8000-000000000011',
  sent: '01938f00-0000-7000-8000-000000000012',
  note: '01938f00-0000-7000-8000-000000000013',
  part: '01938f00-0000-7000-8000-000000000014',
}

const received: MessageView = {
  id: ids.received,
  conversationId: ids.conversation,
  clientId: null,
  direction: 'in',
  author: { kind: 'customer', id: ids.identity, name: 'Olga' },
  body: { content: { kind: 'text', text: { text: 'Where is my order 1024?', entities: [] } } },
  replyTo: null,
  order: { at, tie: 0, externalId: '7:311' },
  at,
  editedAt: null,
  revisions: [],
  deletedAt: null,
  hiddenAt: null,
  forwarded: false,
  groupId: null,
  referral: null,
  reactions: [],
  state: 'delivered',
  parts: [],
  files: {},
  system: null,
  mentions: [],
}

const part: MessageView['parts'][number] = {
  id: ids.part,
  index: 0,
  state: 'pending',
  notBefore: at,
  attempt: 0,
  failure: null,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
}

const sent: MessageView = {
  ...received,
  id: ids.sent,
  clientId: 'a-key-of-yours-0001',
  direction: 'out',
  author: { kind: 'member', id: ids.member, name: 'Anna' },
  body: { content: { kind: 'text', text: { text: 'It is on its way and will be there tomorrow.', entities: [] } } },
  order: { at, tie: 1, externalId: ids.sent },
  state: 'pending',
  parts: [part],
}

const conversation: ConversationView = {
  id: ids.conversation,
  accountId: ids.account,
  channel: 'a-messenger',
  threadId: '7',
  contact: {
    id: ids.contact,
    name: 'Olga',
    phone: '+79161234567',
    email: null,
    language: 'en',
    avatarFileId: null,
    blocked: false,
  },
  identityId: ids.identity,
  state: 'open',
  assigneeId: ids.member,
  teamId: null,
  queue: null,
  priority: 'normal',
  labelIds: [],
  snoozedUntil: null,
  wokenAt: null,
  summary: null,
  spam: false,
  caseId: ids.case,
  caseNumber: 12,
  standing: 'open',
  place: null,
  windows: [],
  inboundCount: 3,
  unansweredSince: null,
  dueAt: null,
  lastOutId: ids.sent,
  lastOutBy: ids.member,
  source: null,
  lastMessage: {
    id: ids.sent,
    kind: 'text',
    preview: 'It is on its way and will be there tomorrow.',
    direction: 'out',
    authorId: ids.member,
    authorName: 'Anna',
    at,
    state: 'sent',
  },
  lastActivityAt: at,
  createdAt: at - 86_400_000,
}

const account: Omit<AccountViewModel, 'config'> = {
  id: ids.account,
  channel: 'a-messenger',
  name: 'Shop',
  externalId: '7001',
  endpointId: ids.endpoint,
  way: 'webhook',
  simulated: false,
  status: 'paused',
  mode: 'live',
  capabilities: null,
  degraded: [],
  news: [],
  proxy: null,
  problem: { code: 'token_expired', detail: 'The platform does not take the token any more.', since: at },
  webhookUrl: 'https://desk.example.com/webhooks/a-messenger/01938f00-0000-7000-8000-00000000000b',
  lastInboundAt: at,
  lastWebhookProblem: null,
  createdAt: at - 86_400_000,
}

const first: ConversationView = {
  ...conversation,
  assigneeId: null,
  inboundCount: 1,
  unansweredSince: at,
  lastOutId: null,
  lastOutBy: null,
  createdAt: at,
  lastMessage: {
    id: ids.received,
    kind: 'text',
    preview: 'Where is my order 1024?',
    direction: 'in',
    authorId: ids.identity,
    authorName: 'Olga',
    at,
    state: 'delivered',
  },
}

const example = (type: string, data: WebhookExample['data']): WebhookExample => ({ type, timestamp, data })

export const webhookExamples: Readonly<Record<WebhookType | 'test.ping', WebhookExample>> = {
  'message.received': example('message.received', { message: received }),
  'message.sent': example('message.sent', { message: sent }),
  'message.updated': example('message.updated', {
    message: { ...sent, state: 'delivered', parts: [{ ...part, state: 'delivered', attempt: 1, sentAt: at + 400, deliveredAt: at + 900 }] },
  }),
  'note.created': example('note.created', {
    message: {
      ...sent,
      id: ids.note,
      direction: 'note',
      body: { content: { kind: 'text', text: { text: 'Called the courier.', entities: [] } } },
      order: { at, tie: 2, externalId: ids.note },
      state: 'sent',
      parts: [],
    },
  }),
  'conversation.created': example('conversation.created', { conversation: first }),
  'conversation.updated': example('conversation.updated', { conversation }),
  'conversation.closed': example('conversation.closed', {
    conversation: { ...conversation, state: 'closed', caseId: null, caseNumber: null },
  }),
  'account.updated': example('account.updated', { account }),
  'test.ping': example('test.ping', { by: 'Anna' }),
}
