/** The simulated provider with clients that are not ours to bend: what ordinary mail programs see. */
import { serveSimulator } from '@dragoman/channel-kit/simulator'
import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { emailSimulator } from './index.ts'

let served: Awaited<ReturnType<typeof serveSimulator>>
let shop: { id: string; config: Record<string, string> }
beforeEach(async () => {
  served = await serveSimulator(emailSimulator)
  shop = served.simulator.newAccount('Shop')
})
afterEach(() => served.close())

const portOf = (name: 'smtp' | 'imap') => Number(new URL(served.simulator.origins!()[name]!).port)
const outgoing = (pass = shop.config.password) =>
  createTransport({ host: '127.0.0.1', port: portOf('smtp'), secure: false, ignoreTLS: true, auth: { user: shop.id, pass } })

describe('the outgoing server', () => {
  test('takes a letter and shows it on the phone', async () => {
    const customer = served.simulator.newCustomer(shop.id, { name: 'Anna', language: 'en' })
    await served.simulator.act(customer.customerId, { act: 'write', text: 'Hello' })
    const imap = await incoming()
    const letter = await imap.fetchOne('1', { envelope: true, source: true })
    const address = (letter ? letter.source?.toString() : undefined)?.match(/From: .*<(.+)>/)?.[1]
    await imap.logout()
    await outgoing().sendMail({
      from: shop.id,
      to: address,
      subject: 'Grüße – привет',
      text: 'Zeile 1\n.Punkt am Anfang\n=gleich 😀',
      attachments: [{ filename: 'Über uns.txt', content: 'Anhang' }],
    })
    const [, shown] = served.simulator.phones()[0]!.messages
    expect(shown!.body).toMatchObject({
      subject: 'Grüße – привет',
      content: { kind: 'file', caption: { text: 'Zeile 1\n.Punkt am Anfang\n=gleich 😀' }, media: { name: 'Über uns.txt', sizeBytes: 6 } },
    })
  })

  test('refuses a wrong password, a strange sender, an unknown mailbox and what is too large', async () => {
    const customer = { from: shop.id, to: 'nobody@mail.example', text: 'x' }
    await expect(outgoing('wrong').sendMail(customer)).rejects.toMatchObject({ responseCode: 535 })
    await expect(outgoing().sendMail({ ...customer, from: 'other@shop.example' })).rejects.toMatchObject({ responseCode: 553 })
    await expect(outgoing().sendMail(customer)).rejects.toMatchObject({ responseCode: 550 })
    await expect(
      outgoing().sendMail({ ...customer, envelope: { from: shop.id, to: 'nobody@mail.example', size: 30 * 1024 * 1024 } as never }),
    ).rejects.toMatchObject({ code: 'EMESSAGE' })
  })
})

describe('the incoming server', () => {
  test('tells of a new letter in IDLE', async () => {
    const customer = served.simulator.newCustomer(shop.id, { name: 'Boris', language: 'en' })
    const imap = await incoming()
    const told = new Promise<number>(resolve => imap.on('exists', ({ count }) => resolve(count)))
    void imap.idle()
    await new Promise(resolve => setTimeout(resolve, 50))
    await served.simulator.act(customer.customerId, { act: 'write', text: 'Are you there?' })
    expect(await told).toBe(1)
    const uids = await imap.search({ uid: '1:*' }, { uid: true })
    expect(uids).toEqual([1])
    const part = await imap.fetchOne('1', { uid: true, size: true, internalDate: true, source: { start: 0, maxLength: 20 } }, { uid: true })
    expect(part ? part.source?.length : undefined).toBe(20)
    expect(part ? part.size : 0).toBeGreaterThan(200)
    await imap.logout()
  })

  test('refuses a wrong password', async () => {
    await expect(incoming('wrong')).rejects.toMatchObject({ authenticationFailed: true })
  })
})

describe('state', () => {
  test('letters and ports are there after a restart', async () => {
    const customer = served.simulator.newCustomer(shop.id, { name: 'Carla', language: 'en' })
    await served.simulator.act(customer.customerId, { act: 'write', text: 'Hello' })
    const ports = [portOf('smtp'), portOf('imap')]
    const saved = JSON.parse(JSON.stringify(served.simulator.save())) as unknown
    await served.close()
    served = await serveSimulator(emailSimulator, { saved })
    expect([portOf('smtp'), portOf('imap')]).toEqual(ports)
    expect(served.simulator.phones()[0]!.messages).toHaveLength(1)
    expect(await served.simulator.act(customer.customerId, { act: 'react', messageId: '1', emoji: '👍' })).toMatchObject({ ok: false })
  })
})

async function incoming(pass = shop.config.password): Promise<ImapFlow> {
  const imap = new ImapFlow({
    host: '127.0.0.1',
    port: portOf('imap'),
    secure: false,
    doSTARTTLS: false,
    auth: { user: shop.id, pass: pass! },
    logger: false,
    disableAutoIdle: true,
  } as ConstructorParameters<typeof ImapFlow>[0])
  imap.on('error', () => {})
  await imap.connect()
  await imap.mailboxOpen('INBOX')
  return imap
}
