/**
 * What both messengers can do beside sending: typing, read marks, reactions, taking a conversation back, subscribing, fetching files.
 * Always holds: each is a pure pair of request and outcome; files are fetched from Meta's own hosts only, and without the token: their addresses
 * are signed.
 */
import { arrayAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, ChannelExtras, MediaStep, Result, Transmission } from '@dragoman/core'
import { authorization, deleteRequest, getRequest, messagesRequest, nodeUrl, postRequest, recipientOf, resultOf } from './calls.ts'
import type { MessagingDialect } from './dialect.ts'

const downloadTimeoutMs = 120_000

type SharedExtras = Required<Pick<ChannelExtras, 'typing' | 'markRead' | 'react' | 'takeControl' | 'subscription' | 'media'>>

/** The shared extras; `fieldsOf`: what an account is subscribed to. */
export function messagingExtras(dialect: MessagingDialect, fieldsOf: (account: AccountView) => readonly string[]): SharedExtras {
  const done = (transmission: Transmission): Result<void> => resultOf(dialect, transmission, () => undefined)
  const action = (account: AccountView, value: Record<string, unknown>) => messagesRequest(dialect, account, value)
  const subscribed = (account: AccountView) => nodeUrl(dialect, account, 'subscribed_apps')
  return {
    typing: {
      request: (input, account) => action(account, { recipient: recipientOf(input.to), sender_action: 'typing_on' }),
      outcome: done,
    },
    markRead: {
      request: (input, account) => action(account, { recipient: recipientOf(input.to), sender_action: 'mark_seen' }),
      outcome: done,
    },
    react: {
      request: (input, account) =>
        action(account, {
          recipient: recipientOf(input.to),
          sender_action: input.emoji === null ? 'unreact' : 'react',
          payload: { message_id: input.externalId, ...(input.emoji === null ? {} : { reaction: input.emoji }) },
        }),
      outcome: done,
    },
    takeControl: {
      request: (input, account) =>
        postRequest(nodeUrl(dialect, account, 'take_thread_control'), {
          recipient: recipientOf(input.to),
          metadata: 'Taken over at the desk',
        }),
      outcome: done,
    },
    subscription: {
      inspect: {
        request: (_input, account) => getRequest(subscribed(account)),
        outcome: transmission =>
          resultOf(dialect, transmission, body => {
            const apps = arrayAt(body, 'data')
            const hearsMessages = apps.some(app => arrayAt(app, 'subscribed_fields').some(field => nameOf(field) === 'messages'))
            // The list says which apps hear of the account, not at which address they listen: that is set in the app itself.
            return { state: hearsMessages ? ('unknown' as const) : ('none' as const) }
          }),
      },
      // The address and its proof are entered in the app's dashboard; here the account is put on the app's list.
      subscribe: {
        request: (_input, account) => ({
          via: 'http',
          method: 'POST',
          url: `${subscribed(account)}?subscribed_fields=${fieldsOf(account).join(',')}`,
          headers: authorization,
          body: { type: 'none' },
        }),
        outcome: done,
      },
      unsubscribe: { request: (_input, account) => deleteRequest(subscribed(account)), outcome: done },
    },
    media: { next: (ref, answers, account) => nextMediaStep(ref, answers, account, dialect.fileHosts) },
  }
}

function nameOf(field: unknown): string | undefined {
  return typeof field === 'string' ? field : textAt(field, 'name')
}

/** One step: the signed link itself. */
function nextMediaStep(
  ref: { id?: string; url?: string },
  answers: readonly Transmission[],
  account: AccountView,
  fileHosts: readonly string[],
): MediaStep {
  if (answers.length > 0 || !ref.url) return unavailable('The webhook named no file')
  if (!isAtPlatform(ref.url, account, fileHosts)) return unavailable('The address of the file is not at the platform')
  const request = {
    via: 'http' as const,
    method: 'GET' as const,
    url: ref.url,
    body: { type: 'none' as const },
    timeoutMs: downloadTimeoutMs,
  }
  return { kind: 'download', request }
}

function isAtPlatform(address: string, account: AccountView, fileHosts: readonly string[]): boolean {
  const { media } = account.origins
  if (media && address.startsWith(`${media}/`)) return true
  if (!URL.canParse(address)) return false
  const { protocol, hostname, username } = new URL(address)
  return protocol === 'https:' && username === '' && fileHosts.some(host => hostname === host || hostname.endsWith(`.${host}`))
}

function unavailable(detail: string): MediaStep {
  return { kind: 'failed', failure: { kind: 'permanent', reason: 'media_unavailable', code: 'media', detail } }
}
