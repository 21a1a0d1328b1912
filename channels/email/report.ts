/**
 * Reports on letters of ours: bounces, delays, deliveries. RFC 3461, 3464, RFC 6522.
 * Always holds: a report speaks of a letter by the Message-ID in the headers that it brings back, and by the envelope id that we gave; one that names
 * neither is told as ignored, with its reason.
 */
import { type JsonObject, textAt } from '@dragoman/channel-kit'
import type { Failure, InboundEvent } from '@dragoman/core'
import { readReply, reasonOf } from './failures.ts'
import { letterId } from './ids.ts'

type Fields = Map<string, string>

/** The events of a report; undefined where the letter is none. */
export function reportEvents(letter: JsonObject, externalId: string, at: number): InboundEvent[] | undefined {
  const status = textAt(letter, 'report', 'status')
  if (status === undefined) return undefined
  const [about = new Map(), ...recipients] = groupsOf(status)
  const original = groupsOf(textAt(letter, 'report', 'original') ?? '')[0]
  const of = letterId(original?.get('message-id'))
  const ref = plainEnvelopeId(about.get('original-envelope-id'))
  // Some servers leave the empty line out between the letter's fields and the recipient's.
  const groups = recipients.length > 0 ? recipients : [about]
  const events = groups.flatMap((fields, index): InboundEvent[] => {
    const receipt = receiptOf(fields)
    if (!receipt || (of === undefined && ref === undefined)) return []
    return [
      {
        kind: 'delivery.updated',
        externalId: index === 0 ? externalId : `${externalId}#${index}`,
        at,
        ...(ref === undefined ? {} : { ref }),
        of: { externalIds: [of ?? `envelope:${ref}`] },
        ...receipt,
      },
    ]
  })
  if (events.length > 0) return events
  const reason = of === undefined && ref === undefined ? 'a report that names no letter' : 'a report that tells nothing new'
  return [{ kind: 'ignored', externalId, at, reason, type: 'report' }]
}

function receiptOf(fields: Fields): { receipt: 'sent' | 'delivered' | 'failed'; failure?: Failure } | undefined {
  const action = fields.get('action')?.toLowerCase().trim()
  const enhanced = /[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0]
  const diagnosis = (fields.get('diagnostic-code') ?? '').replace(/^\s*smtp\s*;\s*/i, '')
  const code = Number(/^\s*([245]\d\d)\b/.exec(diagnosis)?.[1] ?? (enhanced?.startsWith('4') ? 450 : 550))
  const reply = readReply(code, diagnosis)
  const name = enhanced ?? reply.enhanced ?? String(code)
  const detail = [fields.get('final-recipient')?.replace(/^\s*rfc822\s*;\s*/i, ''), reply.words].filter(Boolean).join(': ').slice(0, 400)
  switch (action) {
    case 'delivered':
      return { receipt: 'delivered' }
    // The next server reports no more: nothing is known beyond that it was taken.
    case 'relayed':
    case 'expanded':
      return { receipt: 'sent' }
    case 'delayed':
      return { receipt: 'sent', failure: { kind: 'retryable', code: name, detail } }
    case 'failed': {
      // 4.4.7 and the like: given up after days, so it is lasting whatever the class says.
      const reason = /^[45]\.4\.7$/.test(name) || name.startsWith('4.') ? 'expired' : reasonOf(code, name, reply.words)
      return { receipt: 'failed', failure: { kind: 'permanent', reason, code: name, detail } }
    }
    default:
      return undefined
  }
}

/** Groups of `Name: value` lines; empty lines between groups, a blank at the beginning continues a line. */
function groupsOf(text: string): Fields[] {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]+/g, ' ')
    .split(/\n\s*\n/)
    .map(group => new Map(group.split('\n').flatMap(line => fieldOf(line))))
    .filter(fields => fields.size > 0)
}

function fieldOf(line: string): [string, string][] {
  const colon = line.indexOf(':')
  return colon > 0 && /^[\w-]+$/.test(line.slice(0, colon)) ? [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]] : []
}

/** RFC 3461 4: `+2B` stands for `+`. */
function plainEnvelopeId(text: string | undefined): string | undefined {
  const plain = text?.trim().replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return plain ? plain.slice(0, 200) : undefined
}
