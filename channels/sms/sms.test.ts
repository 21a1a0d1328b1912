/** What is special about short messages: counting, pieces, the line's statuses, what is acknowledged and when. */
import { openBench } from '@dragoman/channel-kit/contract'
import { type AccountView, fit, type OutboundPart, type Transmission } from '@dragoman/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { originsOf } from './config.ts'
import { formatText, longestText } from './format.ts'
import { alphabetOf, gsmHex, roomOf, segmentsOf, textOfGsm, textOfUcs2, ucs2Hex } from './gsm.ts'
import { personOf, sourceOf } from './ids.ts'
import { sms } from './index.ts'
import { join, readCursor } from './joining.ts'
import { smsSimulator } from './simulator/index.ts'

const account: AccountView = {
  id: 'a',
  externalId: '15550100',
  config: { sender: '+15550100', host: 'smpp.carrier.example', systemId: 'shop' },
  origins: {},
  language: 'en',
}
const part: OutboundPart = {
  ref: 'p',
  idempotencyKey: 'p',
  body: { content: { kind: 'text', text: { text: 'Hello' } } },
  to: { threadId: 'phone:+15550123', externalIds: [] },
  media: {},
}

describe('counting', () => {
  test.each<[string, string, number, 'gsm7' | 'ucs2', number]>([
    ['160 of the default alphabet', 'a'.repeat(160), 1, 'gsm7', 0],
    ['161', 'a'.repeat(161), 2, 'gsm7', 145],
    ['306', 'a'.repeat(306), 2, 'gsm7', 0],
    ['307', 'a'.repeat(307), 3, 'gsm7', 152],
    ['the euro sign takes two', `${'a'.repeat(158)}€`, 1, 'gsm7', 0],
    ['and does not fit into one', `${'a'.repeat(159)}€`, 2, 'gsm7', 145],
    ['the escape is never cut from its letter', `${'a'.repeat(152)}€${'a'.repeat(20)}`, 2, 'gsm7', 131],
    ['70 of the other', 'ж'.repeat(70), 1, 'ucs2', 0],
    ['71', 'ж'.repeat(71), 2, 'ucs2', 63],
    ['134', 'ж'.repeat(134), 2, 'ucs2', 0],
    ['an emoji takes two', '😀'.repeat(35), 1, 'ucs2', 0],
    ['and is never cut', '😀'.repeat(36), 2, 'ucs2', 61],
    ['one letter of the other alphabet changes all', `${'a'.repeat(70)}ж`, 2, 'ucs2', 63],
    ['nothing', '', 1, 'gsm7', 160],
  ])('%s', (_, text, count, encoding, left) => {
    const found = segmentsOf(text)
    expect({ count: found.pieces.length, encoding: found.encoding, left: found.left }).toEqual({ count, encoding, left })
    expect(formatText({ text }).segments).toMatchObject({ count, encoding, left })
  })

  test('any text is put together again from its pieces, none of which is too large', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 900 }), raw => {
        const text = raw.toWellFormed().replaceAll('\u001b', '')
        const { pieces, encoding, perSegment } = segmentsOf(text)
        expect(pieces.join('')).toBe(text)
        const read = pieces.map(piece => {
          const bytes = Buffer.from(encoding === 'gsm7' ? gsmHex(piece) : ucs2Hex(piece), 'hex')
          expect(encoding === 'gsm7' ? bytes.length : bytes.length / 2).toBeLessThanOrEqual(perSegment)
          return encoding === 'gsm7' ? textOfGsm(bytes) : textOfUcs2(bytes)
        })
        expect(read.join('')).toBe(text)
      }),
      { numRuns: 300 },
    )
  })

  test('the whole default alphabet and its extension go there and back', () => {
    const all =
      '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€\f'
    expect(alphabetOf(all)).toBe('gsm7')
    expect(textOfGsm(Buffer.from(gsmHex(all), 'hex'))).toBe(all)
    expect(gsmHex('@€')).toBe('001b65')
    for (const stranger of 'çğ`жı') expect(alphabetOf(stranger)).toBe('ucs2')
  })

  test('one limit serves both alphabets: ten full pieces, and not one letter more', () => {
    for (const [letter, { joined }] of [
      ['a', roomOf.gsm7],
      ['ж', roomOf.ucs2],
    ] as const) {
      expect(formatText({ text: letter.repeat(10 * joined) }).length).toBe(longestText)
      expect(formatText({ text: letter.repeat(10 * joined + 1) }).length).toBeGreaterThan(longestText)
      const long = { content: { kind: 'text' as const, text: { text: letter.repeat(10 * joined + 1) } } }
      expect(fit(long, sms.capabilities({}), formatText)).toMatchObject({
        kind: 'parts',
        notes: [{ code: 'text_split', params: { parts: 2 } }],
      })
      expect(sms.send.next({ ...part, body: long }, [], account, 0)).toMatchObject({ outcome: { failure: { reason: 'too_large' } } })
    }
    const fitted = fit({ content: { kind: 'text', text: { text: 'ж'.repeat(80) } } }, sms.capabilities({}), formatText)
    expect(fitted).toMatchObject({ parts: [{ length: { segments: { count: 2, encoding: 'ucs2', left: 54 } } }] })
  })
})

describe('the line', () => {
  test('a short text commits in its only step', () => {
    expect(sms.send.next(part, [], account, 0)).toMatchObject({ kind: 'request', commits: true, request: { via: 'smpp' } })
  })

  test('a lost answer is uncertain, a refused session is not', () => {
    const after = (transmission: Transmission) => {
      const step = sms.send.next(part, [{ step: 'send', transmission }], account, 0)
      return step.kind === 'outcome' && step.outcome.kind === 'failed' ? step.outcome.failure.kind : step.kind
    }
    expect(after({ kind: 'no_answer', cause: 'time-out' })).toBe('uncertain')
    expect(after({ kind: 'not_sent', cause: 'ECONNREFUSED' })).toBe('retryable')
    expect(after({ kind: 'answered', status: 200, headers: {}, body: { commandStatus: 14, command: 'bind' } })).toBe('auth')
    expect(after({ kind: 'answered', status: 200, headers: {}, body: '' })).toBe('uncertain')
  })

  test('senders and people by their kind of address', () => {
    expect(sourceOf('Shop')).toEqual({ ton: 5, npi: 0, address: 'Shop' })
    expect(sourceOf('7000')).toEqual({ ton: 3, npi: 0, address: '7000' })
    expect(sourceOf('+15550100')).toEqual({ ton: 1, npi: 1, address: '15550100' })
    expect(personOf('15550123', 1)?.threadId).toBe('phone:+15550123')
    expect(personOf('0015550123456')?.threadId).toBe('phone:+15550123456')
    expect(personOf('7000', 3)?.threadId).toBe('sender:7000')
    expect(personOf('', 0)).toBeUndefined()
  })

  test('settings name the server', () => {
    expect(originsOf({ host: 'SMPP.carrier.example' })).toEqual({ smpp: 'smpps://smpp.carrier.example:3550' })
    expect(originsOf({ host: 'smpp.carrier.example', security: 'none', port: '2776' })).toEqual({
      smpp: 'smpp://smpp.carrier.example:2776',
    })
    expect(originsOf({ way: 'http', url: 'https://gateway.example/v1/' })).toEqual({ gateway: 'https://gateway.example/v1' })
    expect(originsOf({ way: 'http', url: 'http://gateway.example' })).toEqual({})
  })
})

describe('joining', () => {
  const piece = (place: number, receivedAt = 1_000, total = 3) => ({
    id: `s-${place}`,
    receivedAt,
    source: { ton: 1, npi: 1, address: '15550123' },
    destination: { ton: 1, npi: 1, address: '15550100' },
    esmClass: 0x40,
    dataCoding: 0,
    shortMessage: `0500030a0${total}0${place}${gsmHex(String(place))}`,
    optional: {},
  })

  test('pieces out of order, twice, and over several looks', () => {
    const first = join([], [piece(3), piece(1), piece(3)], 1_000)
    expect(first.bodies).toEqual([])
    const second = join(first.waiting, [piece(2)], 1_000)
    expect(second.waiting).toEqual([])
    const [event] = sms.parse(new TextEncoder().encode(JSON.stringify(second.bodies[0])), account)
    expect(event).toMatchObject({ kind: 'message.received', message: { content: { text: { text: '123' } } } })
  })

  test('what never becomes whole is given out with a note', () => {
    const late = join([piece(1)], [], 1_000 + 16 * 60_000)
    expect(late).toMatchObject({ bodies: [{ note: expect.stringContaining('missing') }], waiting: [] })
  })

  test('a cursor that is none begins anew', () => {
    for (const text of ['', 'x', '{', '{"waiting":7}', '[]']) expect(readCursor(text)).toEqual({ acknowledged: '', waiting: [] })
  })
})

describe('with a carrier', () => {
  const open: Awaited<ReturnType<typeof openBench>>[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map(bench => bench.close()))
  })
  const start = async () => {
    const bench = await openBench(sms, smsSimulator)
    open.push(bench)
    return { bench, customer: await bench.newCustomer('Anna') }
  }
  const text = (words: string) => ({ body: { content: { kind: 'text' as const, text: { text: words } } } })
  const outbox = (bench: Awaited<ReturnType<typeof openBench>>) =>
    Object.values((bench.served.simulator.save() as { clients: Record<string, { outbox: unknown[] }> }).clients)[0]!.outbox.length

  test('what is not known to be stored stays with the carrier', async () => {
    const { bench, customer } = await start()
    const { poll } = sms.extras
    const settled = await bench.ask(poll!, { cursor: '', waitMs: 0 })
    const cursor = settled.ok ? settled.value.cursor : ''
    await bench.ask(poll!, { cursor, waitMs: 0 })
    await customer.act({ act: 'write', text: 'Keep me' })
    const first = await bench.ask(poll!, { cursor, waitMs: 500 })
    expect(first.ok && first.value.bodies).toHaveLength(1)
    expect(outbox(bench)).toBe(1)
    // The hub could not store it: the same look again brings the same.
    const again = await bench.ask(poll!, { cursor, waitMs: 0 })
    expect(again.ok && first.ok && again.value.bodies).toEqual(first.ok && first.value.bodies)
    expect(outbox(bench)).toBe(1)
    const after = await bench.ask(poll!, { cursor: first.ok ? first.value.cursor : '', waitMs: 0 })
    expect(after).toMatchObject({ ok: true, value: { bodies: [] } })
    expect(outbox(bench)).toBe(0)
  })

  test('a long text arrives whole, there and back', async () => {
    const { bench, customer } = await start()
    const long = `${'Привет 😀 '.repeat(30)}конец`
    const { outcome } = await bench.send(customer, text(long))
    expect(outcome.kind === 'sent' && outcome.externalIds.length).toBe(segmentsOf(long).pieces.length)
    expect(customer.phone().messages.at(-1)!.body.content).toMatchObject({ text: { text: long } })
    await bench.next('delivery.updated', event => event.receipt === 'delivered')
    const answer = `${'€ and more '.repeat(40)}end`
    await customer.act({ act: 'write', text: answer })
    expect((await bench.next('message.received')).message.content).toMatchObject({ text: { text: answer } })
  })

  test('throttling in the middle: sent again, it is one message', async () => {
    const { bench, customer } = await start()
    const before = customer.phone().messages.length
    const long = text('0123456789'.repeat(20))
    bench.served.simulator.faults.rateLimit = 1
    expect((await bench.send(customer, long, { ref: 'one' })).outcome).toMatchObject({ failure: { kind: 'rate_limited' } })
    expect((await bench.send(customer, long, { ref: 'one' })).outcome).toMatchObject({ kind: 'sent' })
    expect(customer.phone().messages).toHaveLength(before + 1)
  })

  test('what the network reports in the end', async () => {
    const { bench, customer } = await start()
    const before = customer.phone().messages.length
    for (const [reports, reason] of [
      ['EXPIRED', 'expired'],
      ['UNDELIV', 'recipient_unknown'],
    ] as const) {
      bench.served.simulator.control!(bench.account.externalId, 'network', { reports })
      const { outcome } = await bench.send(customer, text(`It will be ${reports}`))
      const failed = await bench.next('delivery.updated')
      expect(failed).toMatchObject({ receipt: 'failed', failure: { kind: 'permanent', reason } })
      expect(outcome).toMatchObject({ kind: 'sent', externalIds: 'externalIds' in failed.of ? failed.of.externalIds : [] })
    }
    expect(customer.phone().messages).toHaveLength(before)
  })

  test('STOP and START', async () => {
    const { bench, customer } = await start()
    await customer.act({ act: 'write', text: 'STOP' })
    expect(await bench.next('contact.opted_out')).toMatchObject({ scope: 'all', threadId: customer.recipient.threadId })
    await customer.act({ act: 'write', text: 'Start' })
    await bench.next('contact.subscribed')
  })

  test('a session that ends is opened anew', async () => {
    const { bench, customer } = await start()
    await customer.act({ act: 'write', text: 'Before' })
    const before = await bench.next('message.received')
    await bench.served.simulator.close!()
    await new Promise(resolve => setTimeout(resolve, 50))
    expect((await bench.ask(sms.extras.poll!, { cursor: '', waitMs: 0 })).ok).toBe(false)
    await bench.served.simulator.open!()
    // Nobody had told the carrier that it is here, so it comes again, as the same message.
    const again = await bench.ask(sms.extras.poll!, { cursor: '', waitMs: 300 })
    const events = again.ok ? again.value.bodies.flatMap(body => sms.parse(new TextEncoder().encode(body), bench.account)) : []
    expect(events.at(-1)).toMatchObject({ externalId: before.externalId })
    const known = bench.events.map(event => event.externalId)
    for (const event of events) expect(known).toContain(event.externalId)
    expect((await bench.send(customer, text('After'))).outcome).toMatchObject({ kind: 'sent' })
  })

  test('nobody but the account’s own carrier is told the password', async () => {
    const { bench, customer } = await start()
    bench.account.origins = { ...bench.account.origins, smpp: 'smpp://127.0.0.1:9' }
    expect((await bench.send(customer, text('Lost'))).outcome).toMatchObject({ failure: { kind: 'retryable' } })
  })
})
