/**
 * The customer's side: letters that are written on the phone and land in the shop's mailbox, letters of the shop that come to the phone, and the reports
 * about them [RFC 3464]. Always holds: a reply quotes what it answers, as mail programs do; a report is sent only where it was asked for.
 */
import type { ActionResult, CustomerAction, PhoneMessage, Upload } from '@dragoman/channel-kit/simulator'
import type { Content, Media } from '@dragoman/core'
import { decodeWords, type ReadLetter, readMime } from './mime-read.ts'
import { encodeWord, mailbox, mailDate, multipart, part, writeMime } from './mime-write.ts'
import { type Customer, putLetter, type Shop, type World } from './state.ts'

export function actAsCustomer(world: World, customer: Customer, action: CustomerAction): ActionResult {
  switch (action.act) {
    case 'write':
      return write(world, customer, action.text, [], action.replyTo)
    case 'send': {
      const { content } = action
      const words = content.kind === 'text' ? content.text.text : 'caption' in content ? (content.caption?.text ?? '') : ''
      if (content.kind !== 'text' && action.uploads.length === 0) return { ok: false, reason: 'A letter holds words and files.' }
      return write(world, customer, words, action.uploads, action.replyTo)
    }
    case 'block':
    case 'unblock':
      customer.isBlocked = action.act === 'block'
      world.environment.changed()
      return { ok: true }
    case 'read':
      // Nobody is told of it.
      return { ok: true }
    case 'press':
    case 'press_key':
    case 'choose_entrance':
      return { ok: false, reason: 'There is nothing to press in a letter.' }
    case 'edit':
    case 'delete':
      return { ok: false, reason: 'A letter that is sent cannot be changed or taken back.' }
    default:
      return { ok: false, reason: 'Mail programs have no such thing.' }
  }
}

function write(world: World, customer: Customer, text: string, uploads: readonly Upload[], replyTo: string | undefined): ActionResult {
  const { environment, state } = world
  const shop = state.shops[customer.shop]
  if (!shop) return { ok: false, reason: 'The shop’s mailbox is gone.' }
  const answered = replyTo === undefined ? undefined : customer.messages.find(message => message.id === replyTo)
  const id = `<${++state.count}.${environment.now()}@${customer.address.split('@')[1]}>`
  const subject = answered ? `Re: ${(answered.subject ?? '').replace(/^Re: /i, '')}` : firstWords(text)
  const at = environment.now()
  const headers: [string, string][] = [
    ['Return-Path', `<${customer.address}>`],
    ['Date', mailDate(at)],
    ['From', mailbox(customer.name, customer.address)],
    ['To', mailbox(shop.name, shop.address)],
    ['Subject', encodeWord(subject)],
    ['Message-ID', id],
    ...(answered
      ? ([
          ['In-Reply-To', answered.id],
          ['References', answered.id],
        ] as [string, string][])
      : []),
  ]
  const quote = answered ? wordsOf(answered) : undefined
  const whole =
    quote === undefined
      ? text
      : `${text}\n\nOn ${mailDate(answered!.at)}, ${shop.name} <${shop.address}> wrote:\n> ${quote.replaceAll('\n', '\n> ')}\n`
  const html =
    quote === undefined
      ? `<div dir="ltr">${escaped(text)}</div>`
      : `<div dir="ltr">${escaped(text)}</div><br><div class="gmail_quote"><div class="gmail_attr">${escaped(shop.name)} wrote:<br></div><blockquote class="gmail_quote">${escaped(quote)}</blockquote></div>`
  putLetter(world, shop, writeMime({ headers, text: whole, html, files: [...uploads] }, `part-${state.count}`))
  customer.messages.push({
    id,
    from: 'customer',
    at,
    subject,
    body: { content: contentOf(world, text, uploads) },
    status: 'sent',
    reactions: [],
    ...(replyTo ? { replyTo } : {}),
  })
  environment.changed()
  return { ok: true, messageId: id }
}

/** A letter of the shop, taken by the outgoing server. */
export function receiveLetter(
  world: World,
  shop: Shop,
  envelope: { to: string[]; envelopeId?: string; notify: string[] },
  raw: Buffer,
): void {
  const { environment, state } = world
  const letter = readMime(raw)
  state.count++
  const id = letter.headers.get('message-id') ?? `<${state.count}@simulator.example>`
  for (const customerId of envelope.to) {
    const customer = state.customers[customerId]
    if (!customer) continue
    const replyTo = letter.headers.get('in-reply-to')
    // The same letter twice is shown once, as good mail programs do.
    if (!customer.messages.some(message => message.id === id))
      customer.messages.push({
        id,
        from: 'business',
        at: environment.now(),
        subject: decodeWords(letter.headers.get('subject') ?? ''),
        body: { content: contentOf(world, (letter.text ?? '').replace(/\n$/, ''), letter.files) },
        status: 'delivered',
        reactions: [],
        ...(replyTo === undefined ? {} : { replyTo }),
      })
    if (envelope.notify.includes('SUCCESS'))
      report(world, shop, customer, letter, envelope.envelopeId, 'delivered', '2.0.0', '250 2.0.0 OK')
  }
  environment.changed()
}

const lateReports: Record<string, ['failed' | 'delayed', string, string]> = {
  unknown: ['failed', '5.1.1', '550 5.1.1 User unknown'],
  full: ['failed', '5.2.2', '552 5.2.2 Mailbox full'],
  delayed: ['delayed', '4.4.1', '421 4.4.1 No answer from host'],
}

/** The shop's last letter comes back, or is late, after it had been taken. */
export function reportOnLast(world: World, shopId: string, what: string): ActionResult {
  const shop = world.state.shops[shopId]
  const said = Object.hasOwn(lateReports, what) ? lateReports[what] : undefined
  const sent = Object.values(world.state.customers)
    .filter(customer => customer.shop === shopId)
    .flatMap(customer => customer.messages.filter(message => message.from === 'business').map(message => ({ customer, message })))
    .toSorted((a, b) => a.message.at - b.message.at)
    .at(-1)
  if (!shop || !said) return { ok: false, reason: 'There is no such report.' }
  if (!sent) return { ok: false, reason: 'The shop has sent no letter yet.' }
  const headers = new Map([['message-id', sent.message.id]])
  report(world, shop, sent.customer, { headers }, undefined, ...said)
  return { ok: true }
}

/** A report lands in the shop's mailbox. */
export function report(
  world: World,
  shop: Shop,
  customer: Pick<Customer, 'address'>,
  letter: Pick<ReadLetter, 'headers'>,
  envelopeId: string | undefined,
  action: 'delivered' | 'delayed' | 'failed',
  status: string,
  diagnosis: string,
): void {
  world.state.count++
  const headers = [
    'Return-Path: <>',
    `Date: ${mailDate(world.environment.now())}`,
    'From: Mail Delivery System <mailer-daemon@simulator.example>',
    `To: <${shop.address}>`,
    `Subject: Delivery Status Notification (${action})`,
    `Message-ID: <report-${world.state.count}@simulator.example>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
  ]
  const about = [...(envelopeId === undefined ? [] : [`Original-Envelope-Id: ${envelopeId}`]), 'Reporting-MTA: dns; smtp.simulator.example']
  const fields = [
    `Final-Recipient: rfc822; ${customer.address}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${diagnosis}`,
  ]
  const original = ['message-id', 'subject', 'to'].flatMap(name =>
    letter.headers.has(name) ? [`${name}: ${letter.headers.get(name)}`] : [],
  )
  const parts = [
    part('text/plain; charset=utf-8', `This is the mail system. Your letter to ${customer.address}: ${action}.`),
    `Content-Type: message/delivery-status\r\n\r\n${about.join('\r\n')}\r\n\r\n${fields.join('\r\n')}\r\n`,
    `Content-Type: text/rfc822-headers\r\n\r\n${original.join('\r\n')}\r\n`,
  ]
  putLetter(
    world,
    shop,
    multipart(`${headers.join('\r\n')}\r\n`, 'report; report-type=delivery-status', parts, `report-${world.state.count}`),
  )
}

function contentOf(world: World, text: string, files: readonly Upload[]): Content {
  const items = files.map(file => ({ kind: kindOf(file.mimeType), media: linkTo(world, file) }))
  const [first, ...others] = items
  if (!first) return { kind: 'text', text: { text } }
  const caption = text.trim() === '' ? {} : { caption: { text } }
  return others.length === 0 ? { ...first, ...caption } : { kind: 'album', items: [{ ...first, ...caption }, ...others] }
}

function kindOf(mimeType: string): 'image' | 'video' | 'audio' | 'file' {
  const [family] = mimeType.split('/')
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'file'
}

function linkTo(world: World, file: Upload): Media {
  const { url } = world.environment.keep(file.bytes, file.mimeType, file.name)
  return { ref: { from: 'link', url }, mimeType: file.mimeType, name: file.name, sizeBytes: file.bytes.length }
}

function wordsOf(message: PhoneMessage): string {
  const { content } = message.body
  return content.kind === 'text' ? content.text.text : 'caption' in content ? (content.caption?.text ?? '') : ''
}

function firstWords(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 40) || 'No subject'
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>')
}
