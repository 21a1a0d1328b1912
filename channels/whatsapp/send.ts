/**
 * Sending one part: each file that WhatsApp does not have yet is uploaded, then the message is posted.
 * Always holds: pure; only the last step commits, so a retry repeats only what failed; WhatsApp has no idempotency key, therefore an answer
 * that never came stays uncertain until the status with our `biz_opaque_callback_data` settles it.
 */

import { arrayAt, idAt, textAt } from '@dragoman/channel-kit'
import { graphFailure, readGraphError } from '@dragoman/channel-meta-graph'
import type { AccountView, Failure, LearnedHandle, Media, OutboundPart, SendStep, StepResult, Transmission } from '@dragoman/core'
import { fileIdOf, mediaOf } from '@dragoman/core'
import { graphUrl, phoneNumberIdOf } from './config.ts'
import { whatsAppFailure } from './failures.ts'
import { addresseeOf, externalIdsOf } from './identity.ts'
import { payloadOf } from './message-request.ts'
import type { MediaPointer, MessageRequest } from './wire.ts'

export const authorization = { authorization: 'Bearer {token}' } as const

/** An upload lives 30 days; a day is left as a margin. */
const handleLifeMs = 29 * 24 * 60 * 60_000
/** 100 MB at 1 MB/s. */
const uploadTimeoutMs = 120_000
/** The platform's limit for `biz_opaque_callback_data`, in characters. */
const longestRef = 512

/** The next step of sending a part. */
export function next(part: OutboundPart, done: readonly StepResult[], account: AccountView, now: number): SendStep {
  try {
    return step(part, done, account, now)
  } catch (error) {
    // A body that lacks what its kind promises (written by another version) must fail as a part, not take the sender down.
    const detail = `The message is malformed: ${error instanceof Error ? error.message : String(error)}`
    return { kind: 'outcome', outcome: { kind: 'failed', failure: { kind: 'permanent', reason: 'invalid', code: 'malformed', detail } } }
  }
}

function step(part: OutboundPart, done: readonly StepResult[], account: AccountView, now: number): SendStep {
  const learned: LearnedHandle[] = []
  const handles = new Map<string, string>()
  for (const [fileId, source] of Object.entries(part.media)) if (source.handle) handles.set(fileId, source.handle)
  let sendStep = 'send'

  for (const { step: name, transmission } of done) {
    if (!name.startsWith('upload:')) {
      const isRetryWorthwhile = name === 'send' && handles.size > 0 && learned.length === 0 && isRefusedReference(transmission)
      if (!isRetryWorthwhile) return { kind: 'outcome', outcome: outcomeOfSend(transmission) }
      // Refused at once, with files that were uploaded long ago: those may be gone. Nothing was sent, so uploading anew and asking again is safe.
      handles.clear()
      sendStep = 'send again'
      continue
    }
    const fileId = name.slice('upload:'.length)
    const failure = uploadFailure(transmission)
    if (failure) return { kind: 'outcome', outcome: { kind: 'failed', failure }, learned }
    const handle = idOfUpload(transmission)
    handles.set(fileId, handle)
    learned.push({ fileId, handle, expiresAt: now + handleLifeMs })
  }

  for (const media of mediaOf(part.body.content)) {
    const fileId = fileIdOf(media)
    if (fileId === undefined || handles.has(fileId)) continue
    const source = part.media[fileId]
    if (!source)
      return refused({ kind: 'permanent', reason: 'media_unavailable', code: 'no_file', detail: `The file ${fileId} is not there` })
    return { kind: 'request', step: `upload:${fileId}`, commits: false, learned, request: uploadRequest(fileId, source, account) }
  }

  const addressee = addresseeOf(part.to)
  if (!addressee) {
    const detail = 'Neither a phone number nor a business-scoped id of this person is known'
    return refused({ kind: 'permanent', reason: 'recipient_unknown', code: 'no_address', detail })
  }
  const made = payloadOf(part.body, media => pointerOf(media, handles))
  if (!made.ok) return refused({ kind: 'permanent', reason: made.reason, code: made.reason, detail: made.detail })
  const value: MessageRequest = {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...addressee,
    ...(part.replyTo ? { context: { message_id: part.replyTo } } : {}),
    ...(part.ref && part.ref.length <= longestRef ? { biz_opaque_callback_data: part.ref } : {}),
    ...made.payload,
  }
  return { kind: 'request', step: sendStep, commits: true, learned, request: messagesRequest(account, value) }

  function refused(failure: Failure): SendStep {
    return { kind: 'outcome', outcome: { kind: 'failed', failure }, learned }
  }
}

/** Whether a send was refused for a parameter, as an id of a file that is no longer known is. */
function isRefusedReference(transmission: Transmission): boolean {
  const code = transmission.kind === 'answered' ? readGraphError(transmission.body)?.code : undefined
  return code === 100 || code === 131009 || code === 131052 || code === 131053
}

/** A POST to the number's `messages`, which also takes reactions and read marks. */
export function messagesRequest(account: AccountView, value: unknown) {
  return {
    via: 'http',
    method: 'POST',
    url: graphUrl(account, `${encodeURIComponent(phoneNumberIdOf(account))}/messages`),
    headers: authorization,
    body: { type: 'json', value },
  } as const
}

function uploadRequest(fileId: string, source: { name: string; mimeType: string }, account: AccountView) {
  return {
    via: 'http',
    method: 'POST',
    url: graphUrl(account, `${encodeURIComponent(phoneNumberIdOf(account))}/media`),
    headers: authorization,
    timeoutMs: uploadTimeoutMs,
    body: {
      type: 'multipart',
      fields: [
        { name: 'messaging_product', value: 'whatsapp' },
        { name: 'type', value: source.mimeType },
        { name: 'file', fileId, fileName: source.name, mimeType: source.mimeType },
      ],
    },
  } satisfies Extract<SendStep, { kind: 'request' }>['request']
}

function pointerOf(media: Media, handles: ReadonlyMap<string, string>): MediaPointer | undefined {
  switch (media.ref.from) {
    case 'file': {
      const id = handles.get(media.ref.fileId)
      return id ? { id } : undefined
    }
    case 'link':
      return { link: media.ref.url }
    case 'platform':
      return media.ref.id ? { id: media.ref.id } : undefined
  }
}

function uploadFailure(transmission: Transmission): Failure | undefined {
  const failure = graphFailure(transmission, { commits: false, serverErrorsAreRefusals: true }, whatsAppFailure)
  if (failure) {
    // An upload is refused for what the file is: parameter errors here speak of nothing else.
    const isAboutFile = failure.kind === 'permanent' && failure.reason === 'invalid'
    return isAboutFile
      ? { ...failure, reason: transmission.kind === 'answered' && transmission.status === 413 ? 'too_large' : 'media_unavailable' }
      : failure
  }
  if (!idOfUpload(transmission)) return { kind: 'retryable', code: 'no_media_id', detail: 'The upload was answered without an id' }
  return undefined
}

function idOfUpload(transmission: Transmission): string {
  return transmission.kind === 'answered' ? (idAt(transmission.body, 'id') ?? '') : ''
}

function outcomeOfSend(transmission: Transmission): Extract<SendStep, { kind: 'outcome' }>['outcome'] {
  const failure = graphFailure(transmission, { commits: true, rateScope: 'account' }, whatsAppFailure)
  if (failure) return { kind: 'failed', failure }
  const body = transmission.kind === 'answered' ? transmission.body : undefined
  const externalIds = arrayAt(body, 'messages').flatMap(message => textAt(message, 'id') ?? [])
  if (externalIds.length === 0) {
    return {
      kind: 'failed',
      failure: { kind: 'uncertain', code: 'no_message_id', detail: 'WhatsApp answered without the id of the message' },
    }
  }
  const recipientIds = arrayAt(body, 'contacts').flatMap(contact =>
    externalIdsOf({ phone: idAt(contact, 'wa_id'), bsuid: textAt(contact, 'user_id') }),
  )
  return recipientIds.length ? { kind: 'sent', externalIds, recipientIds } : { kind: 'sent', externalIds }
}
