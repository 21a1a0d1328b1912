/**
 * What a bot can do beside sending: prove its credentials, type, change and take back its messages, look a person up, fetch files.
 * Always holds: pure pairs of request and meaning; none of these makes a message, so none is ever uncertain.
 */
import { compact, textAt } from '@dragoman/channel-kit'
import type { AccountView, ChannelExtras, Exchange, Failure, HttpRequest, MediaStep, Recipient, Result, Transmission } from '@dragoman/core'
import { readToken, tokenRequest } from './access-token.ts'
import { readAnswer } from './failures.ts'
import { readMessageKey, readServiceUrl, readThread, userIdOf } from './ids.ts'
import { activityOf } from './send.ts'
import { call, frameOf } from './wire.ts'

const unreadable: Failure = { kind: 'retryable', code: 'unreadable', detail: 'The answer has not the documented shape' }

/** For calls whose success is all that they say. `forgive`: a code that means "it is so already". */
function command<Input>(request: (input: Input, account: AccountView) => HttpRequest, forgive?: string): Exchange<Input, void> {
  return {
    request,
    outcome(transmission): Result<void> {
      const answer = readAnswer(transmission, { commits: false })
      if (answer.ok || (forgive !== undefined && 'code' in answer.failure && answer.failure.code === forgive))
        return { ok: true, value: undefined }
      return { ok: false, failure: answer.failure }
    },
  }
}

export const extras: ChannelExtras = {
  /** The Connector has no "who am I": credentials that are given a token are good. */
  health: {
    request: (_, account) => tokenRequest(account),
    outcome(transmission, _, account) {
      const token = readToken(transmission)
      if (!token.ok) return token
      const externalId = (account.config.appId ?? account.externalId).toLowerCase()
      return {
        ok: true,
        value: {
          externalId,
          name: account.config.messenger === 'skype' ? 'Skype bot' : 'Teams bot',
          warnings: [
            {
              en: 'The address of the webhook is set by hand: Azure portal → your bot → Configuration → Messaging endpoint.',
              ru: 'Адрес вебхука задаётся вручную: портал Azure → ваш бот → Configuration → Messaging endpoint.',
            },
          ],
        },
      }
    },
  },

  profile: {
    request({ to }, account) {
      const { conversationId } = readThread(to.threadId)
      return call(account, to, 'GET', ['conversations', conversationId, 'members', userIdOf(to) ?? ''])
    },
    outcome(transmission) {
      const answer = readAnswer(transmission, { commits: false })
      if (!answer.ok) return { ok: false, failure: answer.failure }
      const id = textAt(answer.body, 'id')
      if (id === undefined) return { ok: false, failure: unreadable }
      const directoryId = textAt(answer.body, 'aadObjectId') ?? textAt(answer.body, 'objectId')
      return {
        ok: true,
        value: compact({
          externalIds: [`user:${id}`, ...(directoryId === undefined ? [] : [`aad:${directoryId}`])],
          name: textAt(answer.body, 'name'),
          username: textAt(answer.body, 'userPrincipalName'),
          email: textAt(answer.body, 'email'),
        }),
      }
    },
  },

  typing: command(({ to }, account) => call(account, to, 'POST', activities(to), { type: 'typing', ...frameOf(account, to) })),

  edit: command(({ to, externalId, body }, account) => {
    // What cannot be said goes out as an empty message, which the Connector refuses in its own words.
    const activity = activityOf({ body, to, media: {} }, account)
    const value = 'kind' in activity ? { type: 'message', ...frameOf(account, to) } : activity
    return call(account, to, 'PUT', placeOf(to, externalId), { ...value, id: readMessageKey(externalId)?.activityId })
  }),

  remove: command(({ to, externalId }, account) => call(account, to, 'DELETE', placeOf(to, externalId)), 'ActivityNotFoundInConversation'),

  media: { next: nextMediaStep },
}

function activities(to: Recipient): string[] {
  return ['conversations', readThread(to.threadId).conversationId, 'activities']
}

function placeOf(to: Recipient, externalId: string): string[] {
  return [...activities(to), readMessageKey(externalId)?.activityId ?? externalId]
}

/** Pictures lie at the Connector and want the bot's token; files lie in somebody's storage, whose address is a key in itself. */
function nextMediaStep(ref: { id?: string; url?: string }, _done: readonly Transmission[], account: AccountView): MediaStep {
  const url = URL.canParse(ref.url ?? '') ? new URL(ref.url!) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    const detail = 'The message names no address of the file'
    return { kind: 'failed', failure: { kind: 'permanent', reason: 'media_unavailable', code: 'no_address', detail } }
  }
  // Curly brackets would be taken for placeholders.
  const address = url.href.replaceAll('{', '%7B').replaceAll('}', '%7D')
  const isAtService = isBelowService(address, account)
  return {
    kind: 'download',
    request: {
      via: 'http',
      method: 'GET',
      url: address,
      ...(isAtService ? { headers: { authorization: 'Bearer {accessToken}' } } : {}),
      body: { type: 'none' },
      timeoutMs: 60_000,
    },
  }
}

function isBelowService(address: string, account: AccountView): boolean {
  return (
    /\/v3\/attachments\/[^/?#]+\/views\/[^/?#]+/.test(address) &&
    readServiceUrl(address.split('/v3/attachments/')[0]!, account) !== undefined
  )
}
