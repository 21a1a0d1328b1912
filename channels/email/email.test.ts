/** What is special about letters: reply codes, automatic letters, folding, reports, the cursor. */
import { openBench } from '@dragoman/channel-kit/contract'
import type { AccountView, OutboundPart, Transmission } from '@dragoman/core'
import { afterEach, describe, expect, test } from 'vitest'
import { originsOf } from './config.ts'
import { readReply, replyFailure } from './failures.ts'
import { formatText, htmlBody } from './format.ts'
import { piecesOfHtml } from './html.ts'
import { email } from './index.ts'
import { piecesOfText, sortPieces } from './pieces.ts'
import { emailSimulator } from './simulator/index.ts'

const account: AccountView = {
  id: 'a',
  externalId: 'help@shop.example',
  config: { address: 'help@shop.example', incomingHost: 'imap.shop.example', outgoingHost: 'smtp.shop.example' },
  origins: {},
  language: 'en',
}
const part: OutboundPart = {
  ref: 'p',
  idempotencyKey: 'p',
  body: { content: { kind: 'text', text: { text: 'Hello' } } },
  to: { threadId: 'email:anna@mail.example', externalIds: [] },
  media: {},
}
const after = (transmission: Transmission) => {
  const step = email.send.next(part, [{ step: 'send', transmission }], account, 0)
  return step.kind === 'outcome' && step.outcome.kind === 'failed' ? step.outcome.failure : step
}

describe('what a mail server answers', () => {
  test('the letter commits in its only step', () => {
    expect(email.send.next(part, [], account, 0)).toMatchObject({ kind: 'request', commits: true, request: { via: 'smtp' } })
  })

  test.each<[number, string, string, object]>([
    [421, '4.3.2 closing', 'MAIL FROM', { kind: 'retryable' }],
    [450, '4.2.1 mailbox busy', 'RCPT TO', { kind: 'retryable' }],
    [451, '4.7.1 greylisted', 'RCPT TO', { kind: 'retryable', afterMs: 300_000 }],
    [450, '4.7.28 rate limit', 'RCPT TO', { kind: 'rate_limited', scope: 'account' }],
    [454, '4.7.0 later', 'AUTH PLAIN', { kind: 'retryable' }],
    [535, '5.7.8 no', 'AUTH PLAIN', { kind: 'auth' }],
    [530, '5.7.0 sign in', 'MAIL FROM', { kind: 'auth' }],
    [550, '5.1.1 unknown', 'RCPT TO', { kind: 'permanent', reason: 'recipient_unknown' }],
    [550, '5.7.1 blocked by policy', 'DATA', { kind: 'permanent', reason: 'policy' }],
    [552, '5.3.4 too big', 'MAIL FROM', { kind: 'permanent', reason: 'too_large' }],
    [554, '5.6.0 bad content', 'DATA', { kind: 'permanent', reason: 'unsupported' }],
    [503, '5.5.1 sequence', 'DATA', { kind: 'permanent', reason: 'invalid' }],
  ])('%i %s on %s', (code, words, command, expected) => {
    expect(replyFailure(readReply(code, `${code} ${words}`), command)).toMatchObject(expected)
  })

  test('no connection is tried again, a lost answer is uncertain, an answer without words too', () => {
    expect(after({ kind: 'not_sent', cause: 'ECONNREFUSED' })).toMatchObject({ kind: 'retryable' })
    expect(after({ kind: 'no_answer', cause: 'time-out' })).toMatchObject({ kind: 'uncertain' })
    expect(after({ kind: 'answered', status: 250, headers: {}, body: '' })).toMatchObject({ kind: 'uncertain' })
  })
})

describe('text', () => {
  test('crossing entities are closed in the order in which they were opened', () => {
    const entities = [
      { kind: 'bold' as const, offset: 0, length: 6 },
      { kind: 'italic' as const, offset: 3, length: 6 },
    ]
    expect(htmlBody({ text: 'abcdefghi', entities })).toBe('<b>abc<i>def</i></b><i>ghi</i>')
    expect(htmlBody({ text: '<script>&"' })).toBe('&lt;script&gt;&amp;&quot;')
  })

  test('links to programs are no links', () => {
    const link = { text: 'press', entities: [{ kind: 'link' as const, offset: 0, length: 5, url: 'javascript:alert(1)' }] }
    expect(htmlBody(link)).toBe('press')
    expect(formatText(link).body).toBe('press')
    expect(sortPieces(piecesOfHtml('<a href="javascript:alert(1)">press</a>')).main).toEqual({ text: 'press' })
  })

  test('every word is in the text or folded', () => {
    const letter = 'Yes.\n\n-- \nAnna\n\nOn Mon, 23 Nov 2026, Shop\n<help@shop.example> wrote:\n> Tuesday?\n> Or Friday?'
    const { main, folded } = sortPieces(piecesOfText(letter))
    expect(main.text).toBe('Yes.')
    expect(folded.map(one => one.kind)).toEqual(['signature', 'quote'])
    const words = [main.text, ...folded.map(one => one.text)].join(' ').split(/\s+/)
    expect(words.toSorted()).toEqual(letter.split(/\s+/).toSorted())
  })

  test('a hostile letter takes no longer for being hostile', () => {
    // Time on the processor: what else runs on the machine is not the letter's doing.
    const started = process.threadCpuUsage()
    piecesOfHtml('<div>'.repeat(50_000) + '<'.repeat(50_000))
    piecesOfHtml(`<a ${'x="'.repeat(50_000)}`)
    piecesOfHtml('&'.repeat(200_000))
    piecesOfText('>'.repeat(1_000).concat('\n').repeat(200))
    piecesOfText(`On ${'a '.repeat(50_000)}\n`.repeat(3))
    const spent = process.threadCpuUsage(started)
    expect((spent.user + spent.system) / 1_000).toBeLessThan(4_000)
  })
})

describe('settings', () => {
  test('name the two servers', () => {
    expect(originsOf({ incomingHost: 'IMAP.shop.example', outgoingHost: 'smtp.shop.example', outgoingSecurity: 'starttls' })).toEqual({
      imap: 'imaps://imap.shop.example:993',
      smtp: 'smtp://smtp.shop.example:587',
    })
    expect(originsOf({ incomingHost: 'a b', outgoingHost: 'x@y' })).toEqual({})
  })
})

describe('with a mail provider', () => {
  const open: Awaited<ReturnType<typeof openBench>>[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map(bench => bench.close()))
  })
  const start = async () => {
    const bench = await openBench(email, emailSimulator)
    open.push(bench)
    return { bench, customer: await bench.newCustomer('Anna') }
  }
  const text = (words: string) => ({ body: { content: { kind: 'text' as const, text: { text: words } } } })

  test('the same letter read twice is the same event', async () => {
    const { bench, customer } = await start()
    const { poll } = email.extras
    const begin = await bench.ask(poll!, { cursor: '', waitMs: 0 })
    await customer.act({ act: 'write', text: 'Once' })
    const cursor = begin.ok ? begin.value.cursor : ''
    const [first, second] = [await bench.ask(poll!, { cursor, waitMs: 0 }), await bench.ask(poll!, { cursor, waitMs: 0 })]
    expect(first).toEqual(second)
    // A mailbox that was made anew: its numbers mean nothing, the letters are the same.
    const anew = await bench.ask(poll!, { cursor: '1:5000', waitMs: 0 })
    const ids = (result: typeof anew) =>
      result.ok
        ? result.value.bodies.flatMap(body => email.parse(new TextEncoder().encode(body), bench.account)).map(event => event.externalId)
        : []
    expect(ids(anew)).toEqual(expect.arrayContaining(ids(first)))
  })

  test('an answer quotes ours, and only the new words are the message', async () => {
    const { bench, customer } = await start()
    await bench.send(customer, text('Which day suits you?'))
    const ours = customer.phone().messages.at(-1)!
    await customer.act({ act: 'write', text: 'Tuesday', replyTo: ours.id })
    const event = await bench.next('message.received')
    expect(event.message.content).toMatchObject({ text: { text: 'Tuesday' } })
    expect(event.message.folded?.[0]?.text).toContain('Which day suits you?')
    expect(event.message.replyTo).toBe(ours.id)
  })

  test('our part’s reference comes back in the report of delivery', async () => {
    const { bench, customer } = await start()
    await bench.send(customer, text('Delivered?'), { ref: 'part-42' })
    const event = await bench.next('delivery.updated')
    expect(event).toMatchObject({ receipt: 'delivered', ref: 'part-42', of: { externalIds: ['<part-42@shop.example>'] } })
  })

  test('a letter that comes back later has failed; one that is late has not', async () => {
    const { bench, customer } = await start()
    await bench.send(customer, text('Late?'), { ref: 'part-43' })
    await bench.next('delivery.updated', event => event.receipt === 'delivered')
    const about = { of: { externalIds: ['<part-43@shop.example>'] } }
    bench.served.simulator.control!(bench.account.externalId, 'report', { what: 'delayed' })
    expect(await bench.next('delivery.updated')).toMatchObject({ ...about, receipt: 'sent', failure: { kind: 'retryable', code: '4.4.1' } })
    bench.served.simulator.control!(bench.account.externalId, 'report', { what: 'unknown' })
    expect(await bench.next('delivery.updated')).toMatchObject({
      ...about,
      receipt: 'failed',
      failure: { reason: 'recipient_unknown', code: '5.1.1' },
    })
  })

  test('the same part sent again is shown once', async () => {
    const { bench, customer } = await start()
    const before = customer.phone().messages.length
    for (let count = 0; count < 2; count++) await bench.send(customer, text('Again'), { ref: 'part-7' })
    expect(customer.phone().messages).toHaveLength(before + 1)
  })

  test('a customer may write our password: the letter stays as it is', async () => {
    const { bench, customer } = await start()
    const words = `Is ${bench.secrets.password} yours?`
    await customer.act({ act: 'write', text: words })
    expect((await bench.next('message.received')).message.content).toMatchObject({ text: { text: words } })
  })

  test('a mailbox that does not exist is told at once', async () => {
    const { bench, customer } = await start()
    const nobody = { ...customer, recipient: email.addressOfEmail!('nobody@mail.example') }
    expect((await bench.send(nobody, text('Hello'))).outcome).toMatchObject({
      kind: 'failed',
      failure: { kind: 'permanent', reason: 'recipient_unknown', code: '5.1.1' },
    })
  })

  test('a wrong password is told by either server', async () => {
    const { bench } = await start()
    for (const shots of [1, 2]) {
      bench.served.simulator.faults.expiredToken = shots
      expect(await bench.ask(email.extras.health!, undefined)).toMatchObject({ ok: false, failure: { kind: 'auth' } })
      bench.served.simulator.faults.expiredToken = 0
    }
  })

  test('credentials go to the account’s own servers only', async () => {
    const { bench, customer } = await start()
    bench.account.origins = { ...bench.account.origins, smtp: 'smtp://127.0.0.1:9' }
    const elsewhere = email.send.next(
      { ...part, to: customer.recipient },
      [],
      { ...bench.account, origins: { smtp: 'smtp://127.0.0.1:25' } },
      0,
    )
    expect(elsewhere).toMatchObject({ request: { server: 'smtp://127.0.0.1:25' } })
    expect((await bench.send(customer, text('Lost'))).outcome).toMatchObject({ kind: 'failed', failure: { kind: 'retryable' } })
  })
})
