/**
 * A letter as it came over the wire, made into JSON: what a mail channel's `parse` is given and what the journal keeps.
 * Always holds: never throws; texts, headers and lists are cut at fixed lengths and the cut is said; files are named by their place, never carried along.
 */
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime'

export interface LetterAddress {
  name?: string
  address: string
}

export interface LetterFile {
  /** Its place among the letter's files. */
  index: number
  name?: string
  mimeType: string
  sizeBytes: number
  contentId?: string
  /** Belongs to the text (a picture in it), or is to be shown with it. */
  inline: boolean
}

export interface LetterJson {
  letter: 1
  mailbox: string
  uidValidity: string
  uid: number
  /** When it came into the mailbox, ms. */
  receivedAt: number
  sizeBytes: number
  /** As they stand, unfolded, names in lower case. */
  headers: [string, string][]
  from?: LetterAddress
  replyTo?: LetterAddress[]
  to?: LetterAddress[]
  cc?: LetterAddress[]
  subject?: string
  messageId?: string
  inReplyTo?: string
  references?: string
  /** As the sender dates it, ms. */
  date?: number
  text?: string
  html?: string
  files: LetterFile[]
  /** Of a report on a letter [RFC 3464]: its machine-readable part, and the headers of what it speaks of. */
  report?: { status: string; original?: string }
  /** What was cut or could not be read, in English. */
  note?: string
}

export interface LetterPlace {
  mailbox: string
  uidValidity: string
  uid: number
  receivedAt: number
  sizeBytes: number
  /** True where only the beginning of the letter was fetched. */
  isBeginning?: boolean
}

const longestText = 300_000
const mostHeaders = 200
const longestHeader = 4_000
const mostFiles = 100
const mostAddresses = 100
const reportTypes = new Set(['message/delivery-status', 'message/global-delivery-status'])
const originalTypes = new Set(['text/rfc822-headers', 'message/rfc822', 'message/global', 'message/global-headers'])

/** The parsed letter: its JSON and the bytes of its files by index. */
export async function readLetter(source: Uint8Array, place: LetterPlace): Promise<{ json: LetterJson; files: Uint8Array[] }> {
  const notes: string[] = place.isBeginning ? ['too large: only its beginning was read'] : []
  let email: Email | undefined
  try {
    email = await PostalMime.parse(source, { forceRfc822Attachments: true, maxNestingDepth: 64 })
  } catch (error) {
    notes.push(`could not be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  const { isBeginning: _, ...where } = place
  if (!email) return { json: { letter: 1, ...where, headers: [], files: [], note: notes.join('; ') }, files: [] }
  const cut = (text: string | undefined, what: string) => {
    if (text === undefined || text.length <= longestText) return text
    notes.push(`${what} cut at ${longestText} characters`)
    return text.slice(0, longestText).toWellFormed()
  }
  const attachments = email.attachments.slice(0, mostFiles)
  if (email.attachments.length > mostFiles) notes.push(`only ${mostFiles} of ${email.attachments.length} files`)
  const status = attachments.find(one => reportTypes.has(one.mimeType))
  const original = status && attachments.find(one => originalTypes.has(one.mimeType))
  const date = email.date === undefined ? Number.NaN : Date.parse(email.date)
  const json: LetterJson = {
    letter: 1,
    ...where,
    headers: email.headers.slice(0, mostHeaders).map(({ key, value }) => [key, value.slice(0, longestHeader)]),
    from: one(email.from),
    replyTo: many(email.replyTo),
    to: many(email.to),
    cc: many(email.cc),
    subject: email.subject?.slice(0, longestHeader),
    messageId: email.messageId,
    inReplyTo: email.inReplyTo,
    references: email.references?.slice(-longestHeader),
    date: Number.isFinite(date) ? date : undefined,
    text: cut(email.text, 'text'),
    html: cut(email.html, 'html'),
    // A letter that was not read to its end has files that are not whole.
    files: place.isBeginning ? [] : attachments.map(fileOf).filter(file => !status || !isPartOfReport(file.mimeType)),
    report: status ? { status: textOf(status), original: original && headersOnly(textOf(original)) } : undefined,
    note: notes.join('; ') || undefined,
  }
  return { json: JSON.parse(JSON.stringify(json)) as LetterJson, files: attachments.map(bytesOf) }
}

function isPartOfReport(mimeType: string): boolean {
  return reportTypes.has(mimeType) || originalTypes.has(mimeType)
}

function fileOf(attachment: Attachment, index: number): LetterFile {
  return {
    index,
    name: attachment.filename ?? undefined,
    mimeType: attachment.mimeType,
    sizeBytes: bytesOf(attachment).length,
    contentId: attachment.contentId?.replace(/^<|>$/g, ''),
    inline: attachment.related === true || attachment.disposition === 'inline',
  }
}

function bytesOf({ content }: Attachment): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content as ArrayBuffer)
}

function textOf(attachment: Attachment): string {
  return new TextDecoder().decode(bytesOf(attachment).subarray(0, 64_000))
}

/** Up to the first empty line. */
function headersOnly(text: string): string {
  const normal = text.replace(/\r\n/g, '\n').replace(/^\n+/, '')
  const end = normal.indexOf('\n\n')
  return (end < 0 ? normal : normal.slice(0, end)).slice(0, 16_000)
}

function one(address: Address | undefined): LetterAddress | undefined {
  return address?.address ? { address: address.address, ...(address.name ? { name: address.name } : {}) } : undefined
}

function many(addresses: Address[] | undefined): LetterAddress[] | undefined {
  const found = (addresses ?? [])
    .flatMap(address => ('group' in address && address.group ? address.group : [address]))
    .slice(0, mostAddresses)
  const named = found.flatMap(address => one(address as Address) ?? [])
  return named.length > 0 ? named : undefined
}
