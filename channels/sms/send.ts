/**
 * Sending one part: over SMPP piece by piece, each its own step that commits; over a gateway in one request, which joins the pieces itself.
 * Always holds: pure and total; pieces of one message carry one reference, made of the part's, so that a repeat joins to the same message.
 */
import { idAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, Failure, HttpRequest, OutboundPart, SendStep, ShortMessage, StepResult } from '@dragoman/core'
import { wayOf } from './config.ts'
import { type Answer, readGateway, readSmpp } from './failures.ts'
import { formatText, longestText, plainBody } from './format.ts'
import { gsmHex, type Segments, segmentsOf, ucs2Hex } from './gsm.ts'
import { destinationOf, numberOf, sourceOf } from './ids.ts'
import { gatewayOf, lineOf } from './servers.ts'

const minuteMs = 60_000
const commits = { commits: true, rateScope: 'account' as const }
/** SMPP 3.4, 5.2.19: UCS-2; 0 is the carrier's default alphabet, which is GSM 03.38. */
const ucs2Coding = 8
/** 5.2.12: a user data header stands before the text. */
const withHeader = 0x40
/** 5.2.17: 1 asks for a receipt of either end, 2 only for one of failure. */
const anyReceipt = 1
const failureReceipt = 2

export function next(part: OutboundPart, done: readonly StepResult[], account: AccountView): SendStep {
  try {
    const { content } = part.body
    if (content.kind !== 'text') return failed('unsupported', 'text_only', `A short message cannot hold ${content.kind}`)
    const text = plainBody(content.text)
    const number = numberOf(part.to)
    if (number === undefined) return failed('recipient_unknown', 'no_number', 'No phone number is known of this person')
    if (text.trim() === '') return failed('invalid', 'empty', 'There is nothing to send')
    if (formatText(content.text).length > longestText) return failed('too_large', 'too_many_pieces', `More than ${longestText} septets`)
    return wayOf(account.config) === 'http'
      ? nextAtGateway(part, text, number, done, account)
      : nextOnLine(part, text, number, done, account)
  } catch (error) {
    // Parts come from outside of this program too (imports, the API); one that has not the shape it claims must not stop a sender.
    return failed('invalid', 'malformed_part', error instanceof Error ? error.message : 'malformed part')
  }
}

function nextOnLine(part: OutboundPart, text: string, number: string, done: readonly StepResult[], account: AccountView): SendStep {
  const line = lineOf(account)
  if (!line) return failed('invalid', 'no_server', 'The account names no SMPP server')
  const segments = segmentsOf(text)
  const externalIds: string[] = []
  for (let index = 0; index < segments.pieces.length; index++) {
    const step = index === 0 ? 'send' : `send-${index + 1}`
    const result = done.findLast(earlier => earlier.step === step)
    if (!result) {
      const message = pieceOf(part, segments, index, number, account)
      return { kind: 'request', step, commits: true, request: { ...line, command: { kind: 'submit', message } } }
    }
    const answer = readSmpp(result.transmission, commits)
    if (!answer.ok) return over(index === 0 ? answer.failure : partly(answer.failure, index, segments.pieces.length))
    const id = textAt(answer.body, 'messageId')
    if (id === undefined)
      return over({ kind: 'uncertain', code: 'no_message_id', detail: 'The carrier took the message but did not name it' })
    externalIds.push(id)
  }
  return { kind: 'outcome', outcome: { kind: 'sent', externalIds } }
}

function pieceOf(part: OutboundPart, { encoding, pieces }: Segments, index: number, number: string, account: AccountView): ShortMessage {
  const words = encoding === 'gsm7' ? gsmHex(pieces[index]!) : ucs2Hex(pieces[index]!)
  const isJoined = pieces.length > 1
  // 3GPP TS 23.040 9.2.3.24.1: length 5, element 0 of length 3, reference, how many, which.
  const header = isJoined ? `050003${byte(referenceOf(part.ref))}${byte(pieces.length)}${byte(index + 1)}` : ''
  return {
    source: sourceOf(account.config.sender ?? ''),
    destination: destinationOf(number),
    esmClass: isJoined ? withHeader : 0,
    dataCoding: encoding === 'gsm7' ? 0 : ucs2Coding,
    // Of a message in pieces the last tells that all is there; the others need to speak only when they are lost.
    registeredDelivery: index === pieces.length - 1 ? anyReceipt : failureReceipt,
    validityPeriod: relativeTime(lifeOf(part, account)),
    shortMessage: header + words,
  }
}

function nextAtGateway(part: OutboundPart, text: string, number: string, done: readonly StepResult[], account: AccountView): SendStep {
  const gateway = gatewayOf(account)
  if (!gateway) return failed('invalid', 'no_server', 'The account names no gateway')
  const result = done.findLast(earlier => earlier.step === 'send')
  if (!result) {
    const life = lifeOf(part, account)
    const request: HttpRequest = {
      via: 'http',
      method: 'POST',
      url: `${gateway}/messages`,
      headers: { authorization: 'Bearer {password}' },
      body: {
        type: 'json',
        value: {
          from: account.config.sender ?? '',
          to: number,
          text,
          clientId: part.idempotencyKey,
          receipt: true,
          ...(life === undefined ? {} : { validitySeconds: Math.round(life / 1_000) }),
        },
      },
    }
    return { kind: 'request', step: 'send', commits: true, request }
  }
  const answer: Answer = readGateway(result.transmission, commits)
  if (!answer.ok) return over(answer.failure)
  const id = idAt(answer.body, 'id')
  if (id === undefined)
    return over({ kind: 'uncertain', code: 'no_message_id', detail: 'The gateway took the message but did not name it' })
  return { kind: 'outcome', outcome: { kind: 'sent', externalIds: [id] } }
}

/**
 * Some pieces are there already and show nothing alone. What may pass later is sent whole again, under the same reference, so that the phone joins what it
 * has with what comes; what is refused for good needs a person, who is told that something has left.
 */
function partly(failure: Failure, sent: number, count: number): Failure {
  if (failure.kind !== 'permanent') return failure
  return {
    kind: 'permanent',
    reason: 'other',
    code: 'partly_sent',
    detail: `${sent} of ${count} pieces were taken, then: ${failure.detail}`,
  }
}

/** How long the carrier shall try, ms. */
function lifeOf(part: OutboundPart, account: AccountView): number | undefined {
  if (part.timeToLiveMs !== undefined && part.timeToLiveMs > 0) return Math.max(5 * minuteMs, part.timeToLiveMs)
  const hours = Number(account.config.validityHours)
  return hours > 0 ? hours * 60 * minuteMs : undefined
}

/** SMPP 3.4, 7.1.1.2: `YYMMDDhhmmss000R`, from now on; empty for the carrier's own. */
function relativeTime(ms: number | undefined): string {
  if (ms === undefined) return ''
  const minutes = Math.min(Math.round(ms / minuteMs), 27 * 24 * 60)
  const two = (value: number) => String(value).padStart(2, '0')
  return `0000${two(Math.floor(minutes / 1_440))}${two(Math.floor(minutes / 60) % 24)}${two(minutes % 60)}00000R`
}

/** One byte of a text, the same each time. */
function referenceOf(ref: string): number {
  let sum = 7
  for (const character of ref) sum = (sum * 31 + character.codePointAt(0)!) % 65_521
  return sum % 256
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0')
}

function failed(reason: Extract<Failure, { kind: 'permanent' }>['reason'], code: string, detail: string): SendStep {
  return over({ kind: 'permanent', reason, code, detail })
}

function over(failure: Failure): SendStep {
  return { kind: 'outcome', outcome: { kind: 'failed', failure } }
}
