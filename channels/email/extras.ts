/**
 * What can be done beside sending: both sign-ins tried, the mailbox looked into, files of letters fetched.
 * Always holds: pure; none of these changes anything in the mailbox.
 */
import { arrayAt, numberAt, objectAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, ChannelExtras, Failure, ImapRequest, MediaStep, Result, SmtpRequest, Transmission } from '@dragoman/core'
import { readImap, readSmtp } from './failures.ts'
import { loginAt, mailboxOf, ourAddress } from './servers.ts'

/** IDLE is begun anew before servers end it after half an hour; the hub's own rhythm is shorter. */
const longestWaitMs = 25 * 60_000

function look(account: AccountView, command: ImapRequest['command']): ImapRequest {
  return { via: 'imap', ...loginAt(account, 'imap'), mailbox: mailboxOf(account), command }
}

export const extras: ChannelExtras = {
  health: {
    request(_, account) {
      const outgoing: SmtpRequest = { via: 'smtp', ...loginAt(account, 'smtp'), timeoutMs: 20_000 }
      return { via: 'all', requests: [look(account, { kind: 'check' }), outgoing] }
    },
    outcome(transmission, _, account) {
      const [incoming, outgoing] =
        transmission.kind === 'answered' ? [answerAt(transmission, 0), answerAt(transmission, 1)] : [transmission, transmission]
      const looked = readImap(incoming)
      if (!looked.ok) return { ok: false, failure: named(missing(looked.failure), 'Incoming mail (IMAP)') }
      const signedIn = readSmtp(outgoing)
      if (!signedIn.ok) return { ok: false, failure: named(settled(signedIn.failure), 'Outgoing mail (SMTP)') }
      const address = ourAddress(account)
      return { ok: true, value: { externalId: address, name: account.config.senderName || address, username: address } }
    },
  },

  poll: {
    request({ cursor, waitMs }, account) {
      return look(account, { kind: 'fetch', cursor, waitMs: Math.min(longestWaitMs, Math.max(0, Number(waitMs) || 0)) })
    },
    outcome(transmission, { cursor }): Result<{ bodies: string[]; cursor: string }> {
      const answer = readImap(transmission)
      if (!answer.ok) return { ok: false, failure: settled(missing(answer.failure)) }
      if (!Array.isArray(objectAt(answer.body)?.letters)) return { ok: false, failure: unreadable }
      const bodies = arrayAt(answer.body, 'letters').map(letter => JSON.stringify(letter) ?? 'null')
      return { ok: true, value: { bodies, cursor: textAt(answer.body, 'cursor') ?? cursor } }
    },
  },

  media: { next: nextMediaStep },
}

const unreadable: Failure = { kind: 'retryable', code: 'unreadable', detail: 'The answer is no list of letters' }

/** What came of one of several requests. */
function answerAt({ body }: Extract<Transmission, { kind: 'answered' }>, index: number): Transmission {
  const answer = objectAt(body, index)
  const status = numberAt(answer, 'status')
  if (answer?.kind === 'answered' && status !== undefined) return { kind: 'answered', status, headers: {}, body: answer.body }
  return { kind: 'not_sent', cause: textAt(answer, 'cause') ?? 'No answer came' }
}

/** A folder that is not there is a slip in the settings, not a lost file. */
function missing(failure: Failure): Failure {
  return failure.code === 'not_there' ? { kind: 'permanent', reason: 'invalid', code: 'no_folder', detail: failure.detail } : failure
}

/** Looking commits nothing: what is in doubt can be asked again. */
function settled(failure: Failure): Failure {
  return failure.kind === 'uncertain' ? { kind: 'retryable', code: failure.code, detail: failure.detail } : failure
}

function named(failure: Failure, server: string): Failure {
  return { ...failure, detail: `${server}: ${failure.detail}` }
}

/** One step: the file itself, out of the letter where it lies. */
function nextMediaStep(ref: { id?: string; url?: string }, _done: readonly Transmission[], account: AccountView): MediaStep {
  const place = /^(\d{1,20}):(\d{1,10}):(\d{1,4})$/.exec(ref.id ?? '')
  if (!place)
    return {
      kind: 'failed',
      failure: { kind: 'permanent', reason: 'media_unavailable', code: 'no_file_id', detail: 'Files of letters are known by their place' },
    }
  const command = { kind: 'attachment' as const, uidValidity: place[1]!, uid: Number(place[2]), index: Number(place[3]) }
  return { kind: 'download', request: look(account, command) }
}
