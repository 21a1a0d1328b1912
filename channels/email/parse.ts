/**
 * Letters to events. One letter is one message: its own words as text, its files beside them, what it quotes folded.
 * Always holds: pure and total; a letter is known by its Message-ID, so the same letter read twice is the same event; the time is that at which our
 * mail server took it, not what the sender's clock says.
 */
import { type JsonObject, numberAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, AlbumItem, Content, IdentityFacts, InboundEvent, InboundMessage, Media, RichText } from '@dragoman/core'
import { isAutomatic } from './automatic.ts'
import { piecesOfHtml } from './html.ts'
import { letterId, personId } from './ids.ts'
import { type Attachment, attachmentsOf, headerOf, type Person, peopleAt, personAt, readLetterBody } from './letter.ts'
import { piecesOfText, type Sorted, sortPieces } from './pieces.ts'
import { reportEvents } from './report.ts'
import { ourAddress } from './servers.ts'

const longestSubject = 900

export function parse(body: Uint8Array, account: AccountView): InboundEvent[] {
  const { letter, note } = readLetterBody(body)
  if (!letter) return [{ kind: 'ignored', externalId: 'unreadable', at: 0, reason: 'not a letter', type: 'unknown' }]
  const place = `${textAt(letter, 'uidValidity') ?? '0'}:${numberAt(letter, 'uid') ?? 0}`
  const externalId = letterId(textAt(letter, 'messageId')) ?? `uid:${place}`
  const at = numberAt(letter, 'receivedAt') ?? numberAt(letter, 'date') ?? 0
  const parseNote = [note, textAt(letter, 'note'), isMarkedAsSpam(letter) ? 'marked as spam by the mail server' : undefined]
    .filter(Boolean)
    .join('; ')
  const base = { externalId, at, ...(parseNote ? { parseNote } : {}) }

  const reported = reportEvents(letter, externalId, at)
  if (reported) return reported
  const from = personAt(letter, 'from')
  if (!from) return [{ kind: 'ignored', ...base, reason: 'a letter without a sender', type: 'letter' }]
  const message = messageOf(letter, place)
  const ours = ourAddress(account)
  if (from.address === ours) {
    const [to] = peopleAt(letter, 'to').filter(person => person.address !== ours)
    if (!to) return [{ kind: 'ignored', ...base, reason: 'a letter of our own to ourselves', type: 'letter' }]
    return [{ kind: 'message.echoed', ...base, threadId: personId(to.address), identity: identityOf(to), message }]
  }
  // A form on a web site writes in its own name and says whom to answer.
  const [answerTo] = peopleAt(letter, 'replyTo').filter(person => person.address !== ours)
  const person = answerTo ? { ...answerTo, name: answerTo.name ?? (answerTo.address === from.address ? from.name : undefined) } : from
  const automatic = isAutomatic(letter, person.address)
  return [
    {
      kind: 'message.received',
      ...base,
      threadId: personId(person.address),
      identity: identityOf(person),
      message: automatic ? { ...message, automatic } : message,
    },
  ]
}

function identityOf({ address, name }: Partial<Person> & { address: string }): IdentityFacts {
  return { externalIds: [personId(address)], email: address, username: address, ...(name ? { name } : {}) }
}

function messageOf(letter: JsonObject, place: string): InboundMessage {
  const subject = textAt(letter, 'subject')?.replace(/\s+/g, ' ').trim().slice(0, longestSubject).toWellFormed()
  const sorted = sortedWords(letter)
  const files = attachmentsOf(letter)
  const aside = files.filter(
    file => file.contentId !== undefined && file.mimeType.startsWith('image/') && sorted.foldedPictures.includes(file.contentId),
  )
  const folded = [
    ...sorted.folded,
    // A logo below a signature is no picture that somebody sends; the letter in the mailbox has it.
    ...aside.map(file => ({ kind: 'signature' as const, text: `[${file.name ?? file.contentId}]` })),
  ]
  const own = files.filter(file => !aside.includes(file))
  const main = sorted.main.text === '' && own.length === 0 ? { text: subject ?? '' } : sorted.main
  const replyTo = letterId(textAt(letter, 'inReplyTo')) ?? letterId(lastOf(textAt(letter, 'references')))
  return {
    content: contentOf(main, own, place),
    ...(subject ? { subject } : {}),
    ...(folded.length > 0 ? { folded } : {}),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(isForward(subject) ? { forwarded: true } : {}),
  }
}

/** The HTML where there is some: it says what is bold, what is quoted and where links lead; plain text is often made of it by a machine. */
function sortedWords(letter: JsonObject): Sorted {
  const html = textAt(letter, 'html')
  const fromHtml = html === undefined ? undefined : sortPieces(piecesOfHtml(html))
  if (fromHtml && (fromHtml.main.text !== '' || fromHtml.folded.length > 0)) return fromHtml
  const fromText = sortPieces(piecesOfText(textAt(letter, 'text') ?? ''))
  return { ...fromText, foldedPictures: fromHtml?.foldedPictures ?? [] }
}

function contentOf(words: RichText, files: readonly Attachment[], place: string): Content {
  const caption = words.text === '' ? {} : { caption: words }
  const items = files.map((file): AlbumItem => ({ kind: kindOf(file.mimeType), media: mediaOf(file, place) }))
  const [first, ...others] = items
  if (!first) return { kind: 'text', text: words }
  return others.length === 0 ? { ...first, ...caption } : { kind: 'album', items: [{ ...first, ...caption }, ...others] }
}

function kindOf(mimeType: string): AlbumItem['kind'] {
  const [family] = mimeType.split('/')
  // Drawings in XML can hold programs: they are files, not pictures.
  if (family === 'image') return mimeType.startsWith('image/svg') ? 'file' : 'image'
  return family === 'video' || family === 'audio' ? family : 'file'
}

function mediaOf({ index, name, mimeType, sizeBytes }: Attachment, place: string): Media {
  return {
    ref: { from: 'platform', id: `${place}:${index}` },
    mimeType,
    ...(name ? { name } : mimeType === 'message/rfc822' ? { name: 'letter.eml' } : {}),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  }
}

function lastOf(references: string | undefined): string | undefined {
  return references?.match(/<[^<>\s]+>/g)?.at(-1)
}

function isForward(subject: string | undefined): boolean {
  return /^\s*(fwd?|wg|пересл)\s*:/i.test(subject ?? '')
}

function isMarkedAsSpam(letter: JsonObject): boolean {
  return /^\s*yes/i.test(headerOf(letter, 'x-spam-flag') ?? headerOf(letter, 'x-spam-status') ?? '')
}
