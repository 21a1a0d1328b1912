/**
 * Sending one part: the file is uploaded where that comes first, then the message is posted; a part for a public thread is posted as a comment.
 * Always holds: pure; only the post commits, so a retry repeats only what failed. Refused as too late, a person's words are posted once more with
 * the people's tag where that window is open: nothing was sent before, so asking again is safe. There is no idempotency key: an answer that never
 * came stays uncertain until an echo brings our reference, or a person settles it.
 */
import { arrayAt, textAt } from '@dragoman/channel-kit'
import type {
  AccountView,
  Failure,
  LearnedHandle,
  Media,
  MediaSource,
  OutboundPart,
  Outcome,
  SendStep,
  StepResult,
  Transmission,
} from '@dragoman/core'
import { fileIdOf } from '@dragoman/core'
import { graphFailure, readGraphError } from '../graph-error.ts'
import { authorization, commitFailure, idIn, messagesRequest, nodeUrl } from './calls.ts'
import { nextCommentStep } from './comments.ts'
import { type MessagingDialect, withPlatform } from './dialect.ts'
import { personIdOf, threadOf } from './identity.ts'
import { attachedMedia, attachmentType, type FilePointer, type MessagePlan, messageOf, type RequestTools } from './message-request.ts'

/** An upload lives 90 days; ten are left as a margin. */
const handleLifeMs = 80 * 24 * 60 * 60_000
/** 25 MB at a quarter of a MB a second; a video is looked at for up to 75 s. */
const uploadTimeoutMs = 180_000
/** Nobody says how long `metadata` may be; ours is 36 characters. */
const longestRef = 1_000

/** Parameters by which a send names a file that is no longer known. */
const lostFileCodes = new Set([2018074, 2018008])
const tooLateCodes = new Set([2018278, 2534022])

export type Tools = Omit<RequestTools, 'pointerOf' | 'linkOf'>

/** The next step of sending a part. */
export function nextSendStep(
  dialect: MessagingDialect,
  tools: Tools,
  part: OutboundPart,
  done: readonly StepResult[],
  account: AccountView,
  now: number,
): SendStep {
  try {
    return part.to.place ? nextCommentStep(dialect, part, done, account) : step(dialect, tools, part, done, account, now)
  } catch (error) {
    // A body that lacks what its kind promises (written by another version) must fail as a part, not take the sender down.
    const detail = `The message is malformed: ${error instanceof Error ? error.message : String(error)}`
    return { kind: 'outcome', outcome: { kind: 'failed', failure: { kind: 'permanent', reason: 'invalid', code: 'malformed', detail } } }
  }
}

function step(
  dialect: MessagingDialect,
  tools: Tools,
  part: OutboundPart,
  done: readonly StepResult[],
  account: AccountView,
  now: number,
): SendStep {
  const learned: LearnedHandle[] = []
  const handles = new Map<string, string>()
  for (const [fileId, source] of Object.entries(part.media)) if (source.handle) handles.set(fileId, source.handle)
  let sendStep = 'send'
  let asPerson = opensOnlyForPeople(dialect, part, account)

  for (const { step: name, transmission } of done) {
    if (name.startsWith('upload:')) {
      const failure = uploadFailure(dialect, transmission)
      if (failure) return { kind: 'outcome', outcome: { kind: 'failed', failure }, learned }
      const fileId = name.slice('upload:'.length)
      const handle = idIn(transmission, 'attachment_id')
      handles.set(fileId, handle)
      learned.push({ fileId, handle, expiresAt: now + handleLifeMs })
      continue
    }
    const subcode = refusedSubcode(transmission)
    if (name === 'send' && subcode !== undefined && lostFileCodes.has(subcode) && handles.size > 0 && learned.length === 0) {
      // Refused at once, with files that were uploaded long ago: those may be gone. Nothing was sent, so uploading anew and asking again is safe.
      handles.clear()
      sendStep = 'send again'
    } else if (
      !name.endsWith('as a person') &&
      subcode !== undefined &&
      tooLateCodes.has(subcode) &&
      !asPerson &&
      mayWriteAsPerson(dialect, part, account)
    ) {
      asPerson = true
      sendStep = 'send as a person'
    } else return { kind: 'outcome', outcome: outcomeOfSend(dialect, transmission) }
  }

  const { content } = part.body
  for (const media of attachedMedia(content)) {
    const fileId = fileIdOf(media)
    if (fileId === undefined || handles.has(fileId)) continue
    const source = part.media[fileId]
    if (!source) return refused('media_unavailable', 'no_file', `The file ${fileId} is not there`)
    if (!dialect.uploadsFirst && source.url) continue
    return {
      kind: 'request',
      step: `upload:${fileId}`,
      commits: false,
      learned,
      request: uploadRequest(dialect, fileId, source, attachmentType(content), account),
    }
  }

  const personId = personIdOf(part.to)
  if (!personId) return refused('recipient_unknown', 'no_address', `No id of this person at ${dialect.name} is known`)
  const made: MessagePlan = messageOf(part.body, {
    ...tools,
    pointerOf: media => pointerOf(media, handles, part.media),
    linkOf: media => linkOf(media, part.media),
  })
  if (!made.ok) return refused(made.reason, made.reason, made.detail)
  const metadata = dialect.metadata && part.ref && part.ref.length <= longestRef ? { metadata: part.ref } : {}
  const value = {
    recipient: { id: personId },
    ...typeOf(made, asPerson),
    message: { ...made.message, ...metadata },
    ...(part.replyTo ? { reply_to: { mid: part.replyTo } } : {}),
  }
  return { kind: 'request', step: sendStep, commits: true, learned, request: messagesRequest(dialect, account, value) }

  function refused(reason: Extract<Failure, { kind: 'permanent' }>['reason'], code: string, detail: string): SendStep {
    return { kind: 'outcome', outcome: { kind: 'failed', failure: { kind: 'permanent', reason, code, detail } }, learned }
  }
}

function typeOf(made: Extract<MessagePlan, { ok: true }>, asPerson: boolean): Record<string, string> {
  if (made.utility) return { messaging_type: 'UTILITY' }
  return asPerson ? { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' } : { messaging_type: 'RESPONSE' }
}

/** Whether the people's window is the only one left open, as far as the sender knows. */
function opensOnlyForPeople(dialect: MessagingDialect, part: OutboundPart, account: AccountView): boolean {
  if (part.automatic || part.windows === undefined) return false
  const { windows } = part
  const others = dialect.windows(account).filter(({ window }) => window !== dialect.peopleWindow)
  return windows.includes(dialect.peopleWindow) && !others.some(({ window }) => windows.includes(window))
}

function mayWriteAsPerson(dialect: MessagingDialect, part: OutboundPart, account: AccountView): boolean {
  if (part.automatic || part.body.content.kind === 'template') return false
  if (!dialect.windows(account).some(({ window }) => window === dialect.peopleWindow)) return false
  return part.windows === undefined || part.windows.includes(dialect.peopleWindow)
}

function refusedSubcode(transmission: Transmission): number | undefined {
  return transmission.kind === 'answered' ? readGraphError(transmission.body)?.subcode : undefined
}

function uploadRequest(
  dialect: MessagingDialect,
  fileId: string,
  source: MediaSource,
  type: string,
  account: AccountView,
): Extract<SendStep, { kind: 'request' }>['request'] {
  return {
    via: 'http',
    method: 'POST',
    url: withPlatform(dialect, account, nodeUrl(dialect, account, 'message_attachments')),
    headers: authorization,
    timeoutMs: uploadTimeoutMs,
    body: {
      type: 'multipart',
      fields: [
        { name: 'message', value: JSON.stringify({ attachment: { type, payload: { is_reusable: true } } }) },
        { name: 'filedata', fileId, fileName: asciiName(source.name), mimeType: source.mimeType },
      ],
    },
  }
}

/** Names beyond ASCII are refused by the upload; the ending stays, for it tells what the file is. */
function asciiName(name: string): string {
  if (/^[\x20-\x7e]+$/.test(name)) return name
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? ''
  const base = name
    .slice(0, name.length - ending.length)
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
  return `${base || 'file'}${ending}`
}

function pointerOf(media: Media, handles: ReadonlyMap<string, string>, sources: OutboundPart['media']): FilePointer | undefined {
  if (media.ref.from === 'file') {
    const handle = handles.get(media.ref.fileId)
    if (handle) return { attachment_id: handle }
    const url = sources[media.ref.fileId]?.url
    return url ? { url } : undefined
  }
  if (media.ref.from === 'platform' && media.ref.id) return { attachment_id: media.ref.id }
  return media.ref.url ? { url: media.ref.url } : undefined
}

function linkOf(media: Media, sources: OutboundPart['media']): string | undefined {
  return media.ref.from === 'file' ? sources[media.ref.fileId]?.url : media.ref.url
}

function uploadFailure(dialect: MessagingDialect, transmission: Transmission): Failure | undefined {
  const failure = graphFailure(transmission, { commits: false, serverErrorsAreRefusals: true }, dialect.failures)
  if (failure) {
    // An upload is refused for what the file is: parameter errors here speak of nothing else.
    const isAboutFile = failure.kind === 'permanent' && failure.reason === 'invalid'
    return isAboutFile
      ? { ...failure, reason: transmission.kind === 'answered' && transmission.status === 413 ? 'too_large' : 'media_unavailable' }
      : failure
  }
  if (!idIn(transmission, 'attachment_id'))
    return { kind: 'retryable', code: 'no_attachment_id', detail: 'The upload was answered without an id' }
  return undefined
}

function outcomeOfSend(dialect: MessagingDialect, transmission: Transmission): Outcome {
  const failure = commitFailure(dialect, transmission)
  if (failure) return { kind: 'failed', failure }
  const body = transmission.kind === 'answered' ? transmission.body : undefined
  const several = arrayAt(body, 'message_ids').filter((id): id is string => typeof id === 'string' && id !== '')
  const single = textAt(body, 'message_id')
  const externalIds = several.length > 0 ? several : single ? [single] : []
  if (externalIds.length === 0) {
    const detail = `${dialect.name} answered without the id of the message`
    return { kind: 'failed', failure: { kind: 'uncertain', code: 'no_message_id', detail } }
  }
  const recipient = textAt(body, 'recipient_id')
  return recipient ? { kind: 'sent', externalIds, recipientIds: [threadOf(recipient)] } : { kind: 'sent', externalIds }
}
