/**
 * Sending one part: for each file of ours, where to upload and the upload; then the message, which alone commits. A file that MAX still works on
 * ("attachment.not.ready") is tried twice more at once, then later: what was uploaded is kept, so that it is not uploaded again.
 * Always holds: pure and total; a request is asked for again only after an answer that says "not done". https://dev.max.ru/docs-api/methods/POST/uploads
 */
import { at, objectAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, Failure, HttpRequest, LearnedHandle, OutboundPart, SendStep, StepResult, Transmission } from '@dragoman/core'
import { notReady, readAnswer } from './failures.ts'
import { placeOf } from './ids.ts'
import { messageOf, type Plan, type PlannedFile, planOf } from './plan.ts'
import { call } from './wire.ts'

/** An upload of 250 MB takes its time. */
const uploadTimeoutMs = 300_000
/** Tries at once while a file is not ready; the sender's own patience comes after. */
const triesAtOnce = 3

export function next(part: OutboundPart, done: readonly StepResult[], account: AccountView): SendStep {
  try {
    return nextStep(part, done, account)
  } catch (error) {
    // Parts come from outside of this program too; one that has not the shape it claims must not stop a sender.
    const detail = error instanceof Error ? error.message : 'malformed part'
    return failed({ kind: 'permanent', reason: 'invalid', code: 'malformed_part', detail })
  }
}

function nextStep(part: OutboundPart, done: readonly StepResult[], account: AccountView): SendStep {
  const plan = planOf(part)
  if ('kind' in plan) return failed(plan)
  const result = (step: string) => done.findLast(earlier => earlier.step === step)?.transmission
  // A token that MAX no longer takes is replaced by a new upload, once.
  const isStale = done.some(step => step.step.startsWith('send') && isLostFile(step.transmission)) && usesHandles(plan)
  const prefix = isStale ? 'again-' : ''
  const tokens = new Map<PlannedFile, string>()
  const learned: LearnedHandle[] = []
  for (const [index, file] of filesOf(plan).entries()) {
    if (file.token !== undefined && !isStale) {
      tokens.set(file, file.token)
      continue
    }
    const uploaded = uploadStep(file, `${prefix}upload-${index + 1}`, result, account)
    if ('kind' in uploaded) return uploaded
    tokens.set(file, uploaded.token)
    learned.push({ fileId: file.fileId, handle: `${file.kind}:${uploaded.token}` })
  }
  for (let attempt = 1; ; attempt++) {
    const step = `${prefix}send${attempt === 1 ? '' : `-${attempt}`}`
    const transmission = result(step)
    if (!transmission) {
      const message = messageOf(plan, tokens, part.replyTo)
      return { kind: 'request', step, commits: true, request: call(account, 'POST', `messages?${placeOf(part.to)}`, message) }
    }
    const answer = readAnswer(transmission, { commits: true })
    if (answer.ok) return sent(answer.body, learned)
    if (answer.failure.code === notReady && attempt < triesAtOnce) continue
    return { ...failed(answer.failure), ...(learned.length > 0 ? { learned } : {}) }
  }
}

function sent(body: unknown, learned: LearnedHandle[]): SendStep {
  const mid = textAt(body, 'message', 'body', 'mid')
  if (mid === undefined) return failed({ kind: 'uncertain', code: 'no_message', detail: 'MAX accepted the message but did not name it' })
  const time = at(body, 'message', 'timestamp')
  const when = typeof time === 'number' && time > 0 ? { at: time } : {}
  return { kind: 'outcome', outcome: { kind: 'sent', externalIds: [mid], ...when }, ...(learned.length > 0 ? { learned } : {}) }
}

/** Where to upload, and the upload; for videos and sound the token comes with the former, for pictures and files with the latter. */
function uploadStep(
  file: PlannedFile,
  name: string,
  result: (step: string) => Transmission | undefined,
  account: AccountView,
): SendStep | { token: string } {
  const place = result(`${name}-place`)
  if (!place) return { kind: 'request', step: `${name}-place`, commits: false, request: call(account, 'POST', `uploads?type=${file.kind}`) }
  const named = readAnswer(place, { commits: false })
  if (!named.ok) return failed(named.failure)
  const url = textAt(named.body, 'url')
  if (url === undefined || !/^https?:\/\//.test(url)) return failed(noToken('MAX named no address for the upload'))
  const upload = result(name)
  if (!upload) return { kind: 'request', step: name, commits: false, request: uploadRequest(file, url) }
  // Videos and sound are answered in XML: only the status counts.
  if (upload.kind !== 'answered' || upload.status !== 200) {
    const refused = readAnswer(upload, { commits: false })
    return failed(refused.ok ? noToken('The upload was not taken') : refused.failure)
  }
  const token = textAt(upload.body, 'token') ?? photoTokenIn(upload.body) ?? textAt(named.body, 'token')
  return token === undefined ? failed(noToken('The upload gave no token')) : { token }
}

/** No token goes along: the address itself permits one upload. */
function uploadRequest(file: PlannedFile, url: string): HttpRequest {
  const field = { name: 'data', fileId: file.fileId, fileName: file.fileName, mimeType: file.mimeType }
  return {
    via: 'http',
    method: 'POST',
    url: url.replace(/[{}]/g, encodeURIComponent),
    body: { type: 'multipart', fields: [field] },
    timeoutMs: uploadTimeoutMs,
  }
}

/** `{ photos: { <size>: { token } } }`. */
function photoTokenIn(body: unknown): string | undefined {
  return Object.values(objectAt(body, 'photos') ?? {})
    .map(photo => textAt(photo, 'token'))
    .find(token => token !== undefined)
}

function filesOf(plan: Plan): PlannedFile[] {
  return plan.attachments.flatMap(attachment => ('file' in attachment ? [attachment.file] : []))
}

function usesHandles(plan: Plan): boolean {
  return filesOf(plan).some(file => file.token !== undefined)
}

function isLostFile(transmission: Transmission): boolean {
  const answer = readAnswer(transmission, { commits: true })
  return !answer.ok && answer.failure.kind === 'permanent' && answer.failure.reason === 'media_unavailable'
}

function noToken(detail: string): Failure {
  return { kind: 'retryable', code: 'no_upload', detail }
}

function failed(failure: Failure): Extract<SendStep, { kind: 'outcome' }> {
  return { kind: 'outcome', outcome: { kind: 'failed', failure } }
}
