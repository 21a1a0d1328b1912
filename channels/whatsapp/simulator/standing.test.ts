/** The simulated Meta rates and limits a business: quality, the limit of people written to first, restrictions, decisions on templates and names. */
import { type Bench, openBench } from '@dragoman/channel-kit/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { whatsapp } from '../index.ts'
import { whatsappSimulator } from './index.ts'

const hour = 60 * 60_000
const reminder = {
  body: {
    content: {
      kind: 'template' as const,
      name: 'delivery_notice',
      language: 'ru',
      values: [
        { part: 'header' as const, index: 1, text: '118' },
        { part: 'body' as const, index: 1, text: 'Мира' },
        { part: 'body' as const, index: 2, text: 'в пятницу' },
        { part: 'button' as const, index: 2, name: 'url', text: '118' },
      ],
    },
  },
}
const text = (words: string) => ({ body: { content: { kind: 'text' as const, text: { text: words } } } })

let bench: Bench
beforeEach(async () => {
  bench = await openBench(whatsapp, whatsappSimulator)
})
afterEach(() => bench.close())

function control(id: string, values: Record<string, string>): void {
  const result = bench.served.simulator.control!(bench.account.externalId, id, values)
  if (!result.ok) throw new Error(result.reason)
}

const health = async () => {
  const result = await bench.ask(whatsapp.extras.health!, undefined)
  if (!result.ok) throw new Error(result.failure.detail)
  return result.value
}

describe('quality', () => {
  test('falls with a word, and the check shows where it stands', async () => {
    expect((await health()).notes?.map(note => note.en)).toEqual(['Quality is high.', expect.stringContaining('2,000 people in 24 hours')])
    control('quality', { level: 'RED' })
    const flagged = await bench.next('account.changed')
    expect(flagged.change).toMatchObject({ what: 'quality', level: 'FLAGGED', facts: { about: 'number', peoplePerDay: 2_000 } })
    const low = await health()
    expect(low.warnings?.[0]?.en).toMatch(/Quality is low/)
    expect(low.notes?.[0]?.ru).toBe('Качество низкое.')
    control('quality', { level: 'GREEN' })
    expect((await bench.next('account.changed', event => event !== flagged)).change).toMatchObject({ level: 'UNFLAGGED' })
    expect((await health()).warnings).toBeUndefined()
  })

  test('of one number is no news of another number of the business', async () => {
    const other = bench.served.simulator.newAccount('Second shop')
    const theirs = { ...bench.account, externalId: other.id, config: { ...other.config } }
    control('quality', { level: 'RED' })
    await bench.next('account.changed')
    const events = whatsapp.parse(bench.accepted.at(-1)!.body, theirs)
    expect(events).toMatchObject([{ kind: 'ignored', reason: 'other_account' }])
  })
})

describe('the limit of people written to first', () => {
  test('is told when it changes, in figures', async () => {
    control('tier', { tier: 'TIER_UNLIMITED' })
    expect((await bench.next('account.changed')).change).toMatchObject({
      what: 'limits',
      facts: { tier: 'TIER_UNLIMITED', peoplePerDay: -1 },
    })
    expect((await health()).notes?.at(-1)?.en).toMatch(/Any number/)
    control('tier', { tier: 'TIER_250' })
    expect((await health()).warnings?.[0]?.en).toMatch(/Only 250 people/)
  })

  test('counts different people in a moving day, and not those who wrote themselves', async () => {
    const anna = await bench.newCustomer('Anna')
    const boris = await bench.newCustomer('Boris')
    const vera = await bench.newCustomer('Vera')
    control('tier', { tier: 'TIER_250' })
    bench.pass(25 * hour)
    await reach(249)
    await bench.send(anna, reminder, { ref: 'part-last' })
    await bench.next('delivery.updated', event => event.receipt === 'sent' && event.ref === 'part-last')
    await bench.send(boris, reminder, { ref: 'part-over' })
    const refused = await bench.next('delivery.updated', event => event.receipt === 'failed')
    expect(refused).toMatchObject({ ref: 'part-over', failure: { kind: 'rate_limited', code: '131048', scope: 'account' } })
    await vera.act({ act: 'write', text: 'Hello' })
    await bench.next('message.received')
    expect((await bench.send(vera, text('An answer is no beginning'))).outcome.kind).toBe('sent')
    await bench.send(anna, reminder, { ref: 'part-again' })
    await bench.next('delivery.updated', event => event.receipt === 'sent' && event.ref === 'part-again')
    bench.pass(24 * hour)
    await bench.send(boris, reminder, { ref: 'part-later' })
    await bench.next('delivery.updated', event => event.receipt === 'sent' && event.ref === 'part-later')
  })

  /** So many others are written to. */
  async function reach(count: number): Promise<void> {
    const { simulator } = bench.served
    for (let index = 0; index < count; index++) {
      const view = simulator.newCustomer(bench.account.externalId, { name: `Nina ${index}`, language: 'ru' })
      const recipient = { threadId: '', externalIds: [], phone: view.customerPhone! }
      await bench.send({ id: view.customerId, recipient, phone: () => view, act: async () => {} }, reminder)
    }
  }
})

describe('what Meta decides', () => {
  test('a restriction forbids beginnings, not answers, and says until when', async () => {
    const anna = await bench.newCustomer('Anna')
    const boris = await bench.newCustomer('Boris')
    control('restriction', { days: '3' })
    const told = await bench.next('account.changed')
    expect(told.change).toMatchObject({ what: 'permissions', facts: { restrictions: 'RESTRICTED_BIZ_INITIATED_MESSAGING' } })
    expect(Math.abs(Number(told.change.facts?.restrictedUntil) - bench.now() - 72 * hour)).toBeLessThan(60_000)
    expect((await health()).warnings?.[0]?.en).toMatch(/Meta limits sending/)
    expect((await bench.send(anna, text('An answer'))).outcome.kind).toBe('sent')
    bench.pass(25 * hour)
    expect((await bench.send(boris, reminder)).outcome).toMatchObject({ failure: { kind: 'permanent', reason: 'policy', code: '368' } })
    control('restriction', { days: '0' })
    expect((await bench.send(boris, reminder)).outcome.kind).toBe('sent')
  })

  test('a template is paused, rated and put into another category; a name is refused', async () => {
    const anna = await bench.newCustomer('Anna')
    const template = 'delivery_notice/ru'
    control('template_quality', { template, level: 'RED' })
    expect((await bench.next('account.changed')).change).toMatchObject({ what: 'quality', level: 'RED', facts: { was: 'GREEN' } })
    control('template_status', { template, event: 'PAUSED' })
    expect((await bench.next('account.changed')).change).toMatchObject({
      what: 'template',
      status: 'paused',
      facts: { title: 'FIRST_PAUSE' },
    })
    expect((await bench.send(anna, reminder)).outcome).toMatchObject({ failure: { reason: 'template', code: '132015' } })
    control('template_status', { template, event: 'APPROVED' })
    await bench.next('account.changed')
    control('template_category', { template, category: 'MARKETING' })
    expect((await bench.next('account.changed')).change).toMatchObject({
      status: 'recategorized',
      facts: { was: 'UTILITY', category: 'MARKETING' },
    })
    await bench.send(anna, reminder)
    expect(await bench.next('delivery.updated', event => event.receipt === 'sent')).toMatchObject({ price: { category: 'marketing' } })
    control('display_name', { decision: 'REJECTED' })
    expect((await bench.next('account.changed')).change).toMatchObject({
      what: 'permissions',
      facts: { about: 'name', decision: 'REJECTED' },
    })
    expect((await health()).warnings?.[0]?.en).toMatch(/display name is not approved/)
  })
})
