/**
 * What a Viber account can do beside sending: look at itself, set its webhook, fetch files and people; a bot also broadcasts and posts in a channel.
 * Always holds: pure pairs of request and meaning. An account of Business Messages has its webhook set in the partner's portal: there `subscription`
 * only checks the key, and says that it does not know.
 */
import { arrayAt, compact, idAt, numericAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type {
  AccountHealth,
  AccountView,
  ChannelExtras,
  Exchange,
  Failure,
  HttpRequest,
  MediaStep,
  OutboundPart,
  Result,
  Subscription,
  Transmission,
} from '@dragoman/core'
import { receiverOf } from './address.ts'
import { readPartnerAnswer } from './business-failures.ts'
import { isBusiness } from './config.ts'
import { type Answer, failureOf, readAnswer } from './failures.ts'
import { planOf } from './plan.ts'
import { call, partnerCall, senderOf, wantedEvents } from './wire.ts'

/** Receivers of one broadcast. */
export const mostReceivers = 300

const unreadable: Failure = { kind: 'retryable', code: 'unreadable', detail: 'The answer has not the documented shape' }
const notForBusiness: Failure = {
  kind: 'permanent',
  reason: 'unsupported',
  code: 'not_for_business_messages',
  detail: 'Only a bot can do this',
}

/** An exchange that both kinds of account have, each by its own API. */
function exchange<Input, Value>(
  request: (input: Input, account: AccountView) => HttpRequest,
  ofBot: (body: Answer & { ok: true }, input: Input) => Value | undefined,
  ofBusiness: (account: AccountView) => Value | undefined,
): Exchange<Input, Value> {
  return {
    request: (input, account) => (isBusiness(account) ? partnerCall(account, 'GET', 'viber/2/logs?limit=1') : request(input, account)),
    outcome(transmission, input, account): Result<Value> {
      if (isBusiness(account)) {
        const answer = readPartnerAnswer(transmission, { commits: false })
        if (!answer.ok) return answer
        const value = ofBusiness(account)
        return value === undefined ? { ok: false, failure: notForBusiness } : { ok: true, value }
      }
      const answer = readAnswer(transmission, { commits: false })
      if (!answer.ok) return answer
      const value = ofBot(answer, input)
      return value === undefined ? { ok: false, failure: unreadable } : { ok: true, value }
    },
  }
}

const done = { done: true }
function command<Input>(request: (input: Input, account: AccountView) => HttpRequest): Exchange<Input, void> {
  const inner = exchange<Input, typeof done>(
    request,
    () => done,
    () => done,
  )
  return {
    request: inner.request,
    outcome(transmission, input, account): Result<void> {
      const result = inner.outcome(transmission, input, account)
      return result.ok ? { ok: true, value: undefined } : result
    },
  }
}

export const extras: ChannelExtras = {
  health: exchange<void, AccountHealth>(
    (_, account) => call(account, 'get_account_info', {}),
    ({ body }) => {
      const externalId = idAt(body, 'id')
      if (externalId === undefined) return undefined
      const warnings = textAt(body, 'webhook') === undefined ? [noWebhook] : undefined
      return compact({ externalId, name: textAt(body, 'name') ?? externalId, username: textAt(body, 'uri'), warnings })
    },
    account => {
      const sender = account.config.senderName || account.externalId
      return sender ? { externalId: sender, name: sender, warnings: [portalWebhook] } : undefined
    },
  ),

  subscription: {
    inspect: exchange<{ ourUrl: string }, Subscription>(
      (_, account) => call(account, 'get_account_info', {}),
      ({ body }, { ourUrl }) => {
        const url = stringAt(body, 'webhook') ?? ''
        const state = url === '' ? 'none' : url === ourUrl ? 'ours' : 'someone_else'
        return compact({ state, url: url || undefined } as const)
      },
      () => ({ state: 'unknown' }),
    ),
    subscribe: command(({ url }, account) =>
      call(account, 'set_webhook', { url, event_types: wantedEvents, send_name: true, send_photo: true }),
    ),
    unsubscribe: command((_, account) => call(account, 'set_webhook', { url: '' })),
  },

  media: { next: nextMediaStep },

  profile: exchange(
    ({ to }, account) => call(account, 'get_user_details', { id: receiverOf(to) }),
    ({ body }, { to }) => {
      const user = objectAt(body, 'user')
      if (!user) return undefined
      const avatar = textAt(user, 'avatar')
      return compact({
        externalIds: [`user:${idAt(user, 'id') ?? receiverOf(to)}`],
        name: textAt(user, 'name'),
        language: textAt(user, 'language'),
        avatar: avatar === undefined ? undefined : { url: avatar },
      })
    },
    () => undefined,
  ),

  broadcast: {
    max: mostReceivers,
    send: {
      request({ to, body, media, ref }, account) {
        const message = singleMessage({ body, media })
        // What needs two messages goes to nobody: the outcome says why.
        const broadcast_list = 'kind' in message ? [] : (to ?? []).map(receiverOf).filter(id => id !== '')
        return call(account, 'broadcast_message', {
          broadcast_list,
          sender: senderOf(account),
          tracking_data: ref,
          ...('kind' in message ? {} : message),
        })
      },
      outcome(transmission, { to, body, media }) {
        const message = singleMessage({ body, media })
        if ('kind' in message) return { ok: false, failure: message as Failure }
        const answer = readAnswer(transmission, { commits: true })
        if (!answer.ok) return answer
        const failed = new Map(arrayAt(answer.body, 'failed_list').map(entry => [idAt(entry, 'receiver'), entry]))
        const refused = (Array.isArray(to) ? to : []).flatMap(recipient => {
          const entry = failed.get(receiverOf(recipient))
          if (entry === undefined) return []
          const failure = failureOf(numericAt(entry, 'status') ?? 3, stringAt(entry, 'status_message') ?? '')
          return [{ threadId: recipient.threadId, failure }]
        })
        return { ok: true, value: compact({ externalId: idAt(answer.body, 'message_token'), refused }) }
      },
    },
  },

  publish: {
    request({ body, media }, account) {
      const message = singleMessage({ body, media })
      // A post has neither keyboard nor cards: without a type Viber refuses it, and the outcome says why.
      const value = 'kind' in message || !fitsPost(message) ? {} : message
      return call(account, 'post', { from: account.config.channelAdminId ?? '', sender: senderOf(account), ...value }, 'channelToken')
    },
    outcome(transmission, { body, media }, account) {
      const message = singleMessage({ body, media })
      if ('kind' in message) return { ok: false, failure: message as Failure }
      if (!fitsPost(message)) return { ok: false, failure: notForPosts }
      if (!account.config.channelAdminId) return { ok: false, failure: noChannel }
      const answer = readAnswer(transmission, { commits: true })
      if (!answer.ok) return answer
      const externalId = idAt(answer.body, 'message_token')
      return externalId === undefined
        ? { ok: false, failure: { kind: 'uncertain', code: 'no_token', detail: 'Viber took the post but gave it no token' } }
        : { ok: true, value: { externalId } }
    },
  },
}

const noWebhook = {
  en: 'No webhook is set at Viber: until it is, nothing comes in and nothing can be sent.',
  ru: 'У Viber не задан вебхук: пока его нет, сообщения не приходят и не уходят.',
}
const portalWebhook = {
  en: 'Set our webhook address in the partner’s portal for inbound messages, delivery and seen reports; the key was checked, that cannot be.',
  ru: 'Укажите наш адрес вебхука в кабинете партнёра для входящих и отчётов о доставке и прочтении; ключ проверен, а это проверить нельзя.',
}
const notForPosts: Failure = {
  kind: 'permanent',
  reason: 'unsupported',
  code: 'not_for_posts',
  detail: 'A post in a channel takes no keyboard and no cards',
}
const noChannel: Failure = {
  kind: 'permanent',
  reason: 'invalid',
  code: 'no_channel',
  detail: 'The settings name no channel to post in: its token and the id of a super admin',
}

function singleMessage(part: Pick<OutboundPart, 'body' | 'media'>) {
  try {
    const messages = planOf({ ref: '', idempotencyKey: '', to: { threadId: '', externalIds: [] }, ...part })
    if (!Array.isArray(messages)) return messages
    return messages.length === 1
      ? messages[0]!
      : ({
          kind: 'permanent',
          reason: 'unsupported',
          code: 'several_messages',
          detail: 'This would be several messages; here only one can go',
        } as const)
  } catch {
    return { kind: 'permanent', reason: 'invalid', code: 'malformed_part', detail: 'malformed part' } as const
  }
}

function fitsPost(message: Readonly<Record<string, unknown>>): boolean {
  return message.keyboard === undefined && message.type !== 'rich_media'
}

/** The address is in the message; it needs no token, and is good for about an hour. */
function nextMediaStep(ref: { id?: string; url?: string }, _done: readonly Transmission[], _account: AccountView): MediaStep {
  const url = ref.url ?? ''
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    const detail = 'Viber’s files are known by address, and this one has none'
    return { kind: 'failed', failure: { kind: 'permanent', reason: 'media_unavailable', code: 'no_address', detail } }
  }
  return { kind: 'download', request: { via: 'http', method: 'GET', url, body: { type: 'none' }, timeoutMs: 60_000 } }
}
