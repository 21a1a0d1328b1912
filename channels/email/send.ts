/**
 * Sending one part: one letter, one request, which commits.
 * Always holds: pure and total; the Message-ID is made of the part's reference, so a repeat is the same letter; what no person wrote says so
 * (Auto-Submitted), so that two machines never talk to each other. RFC 5322, RFC 3834, RFC 3461.
 */
import {
  type AccountView,
  type Content,
  type Failure,
  fileIdOf,
  type Letter,
  type Media,
  mediaOf,
  type OutboundPart,
  type RichText,
  type SendStep,
  type SmtpRequest,
  type StepResult,
} from '@dragoman/core'
import { largestFiles, longestText, mostFiles } from './capabilities.ts'
import { readSmtp } from './failures.ts'
import { escapeHtml, htmlBody, plainBody } from './format.ts'
import { addressOf, letterId, ourLetterId } from './ids.ts'
import { loginAt, ourAddress } from './servers.ts'

const longestSubject = 200

export function next(part: OutboundPart, done: readonly StepResult[], account: AccountView): SendStep {
  try {
    return nextStep(part, done, account)
  } catch (error) {
    // Parts come from outside of this program too (imports, the API); one that has not the shape it claims must not stop a sender.
    return invalid('malformed_part', error instanceof Error ? error.message : 'malformed part')
  }
}

function nextStep(part: OutboundPart, done: readonly StepResult[], account: AccountView): SendStep {
  const letter = letterOf(part, account)
  if ('kind' in letter) return { kind: 'outcome', outcome: { kind: 'failed', failure: letter } }
  const result = done.findLast(earlier => earlier.step === 'send')
  if (!result) {
    const request: SmtpRequest = { via: 'smtp', ...loginAt(account, 'smtp'), letter }
    return { kind: 'request', step: 'send', commits: true, request }
  }
  const answer = readSmtp(result.transmission)
  if (!answer.ok) return { kind: 'outcome', outcome: { kind: 'failed', failure: answer.failure } }
  return { kind: 'outcome', outcome: { kind: 'sent', externalIds: [letter.messageId] } }
}

function letterOf(part: OutboundPart, account: AccountView): Letter | Failure {
  const address = addressOf(part.to)
  if (!address) return permanent('recipient_unknown', 'no_address', 'No e-mail address is known of this person')
  const ours = ourAddress(account)
  const words = wordsOf(part.body.content)
  if (!words) return permanent('unsupported', 'no_letter', `A letter cannot hold ${part.body.content.kind}`)
  const media = mediaOf(part.body.content)
  const attachments = media.flatMap(medium => attachmentOf(medium, part))
  if (attachments.length < media.length) return permanent('media_unavailable', 'no_file', 'A file of this letter is not here')
  if (words.text.trim() === '' && attachments.length === 0) return permanent('invalid', 'empty', 'There is nothing to send')
  if (attachments.length > mostFiles) return permanent('invalid', 'too_many_files', `A letter may have ${mostFiles} files`)
  if (words.text.length > longestText) return permanent('too_large', 'text_too_long', `A letter may have ${longestText} characters`)
  const total = attachments.reduce((sum, { fileId }) => sum + (part.media[fileId]?.sizeBytes ?? 0), 0)
  if (total > largestFiles)
    return permanent('too_large', 'letter_too_large', `The files of a letter may have ${largestFiles} bytes together`)
  const answered = letterId(part.replyTo) ?? letterId(part.answers?.externalId)
  const before = answered !== undefined && answered === letterId(part.answers?.externalId) ? letterId(part.answers?.replyTo) : undefined
  const signature = account.config.signature?.trim()
  const text = signature ? { ...words, text: words.text.trimEnd() } : words
  return {
    envelope: { from: ours, to: [address] },
    from: { address: ours, ...(account.config.senderName ? { name: account.config.senderName } : {}) },
    to: [{ address }],
    subject: subjectOf(part, account),
    messageId: ourLetterId(part, ours),
    ...(answered === undefined ? {} : { inReplyTo: answered, references: [...new Set([before, answered])].filter(id => id !== undefined) }),
    ...(part.automatic ? { headers: automaticHeaders(answered !== undefined) } : {}),
    text: `${plainBody(text)}${signature ? `\n\n-- \n${signature}` : ''}\n`,
    html: `<!DOCTYPE html><html><body>${htmlBody(text)}${
      signature ? `<br><br><div class="moz-signature">-- <br>${escapeHtml(signature).replaceAll('\n', '<br>')}</div>` : ''
    }</body></html>`,
    attachments,
    reports: { envelopeId: part.ref, notify: ['success', 'failure', 'delay'] },
  }
}

/** Words of a content that a letter can carry; undefined for what `fit` should have turned into something else. */
function wordsOf(content: Content): RichText | undefined {
  switch (content.kind) {
    case 'text':
      return content.text
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
      return content.caption ?? { text: '' }
    case 'sticker':
      return { text: content.emoji ?? '' }
    case 'album': {
      const captions = content.items.flatMap(item => (item.caption?.text ? [item.caption] : []))
      return captions.length === 1 ? captions[0] : { text: captions.map(caption => caption.text).join('\n\n') }
    }
    default:
      return undefined
  }
}

function attachmentOf(media: Media, part: OutboundPart): Letter['attachments'] {
  const fileId = fileIdOf(media)
  const source = fileId === undefined ? undefined : part.media[fileId]
  if (fileId === undefined || !source) return []
  return [{ fileId, name: oneLine(media.name ?? source.name).slice(0, 200) || 'file', mimeType: source.mimeType }]
}

/** The given one; the customer's own with one `Re:`; else the account's. */
function subjectOf(part: OutboundPart, account: AccountView): string {
  const given = oneLine(part.body.subject ?? '')
  if (given !== '') return given.slice(0, longestSubject)
  const theirs = oneLine(part.answers?.subject ?? '').replace(/^((re|aw|sv|antw|отв|re\[\d+\])\s*:\s*)+/i, '')
  if (theirs !== '') return `Re: ${theirs}`.slice(0, longestSubject)
  const ours = oneLine(account.config.subject ?? '')
  if (ours !== '') return ours.slice(0, longestSubject)
  const who = oneLine(account.config.senderName ?? '') || ourAddress(account)
  return account.language.startsWith('ru') ? `Сообщение: ${who}` : `Message from ${who}`
}

function automaticHeaders(isAnswer: boolean): [string, string][] {
  return [
    ['Auto-Submitted', isAnswer ? 'auto-replied' : 'auto-generated'],
    ['X-Auto-Response-Suppress', 'All'],
  ]
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .toWellFormed()
}

function permanent(reason: Extract<Failure, { kind: 'permanent' }>['reason'], code: string, detail: string): Failure {
  return { kind: 'permanent', reason, code, detail }
}

function invalid(code: string, detail: string): SendStep {
  return { kind: 'outcome', outcome: { kind: 'failed', failure: permanent('invalid', code, detail) } }
}
