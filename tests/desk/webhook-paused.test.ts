/** A webhook that the hub pauses by itself: whoever manages machines gets a mail, in his language; others do not. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { joinAgent } from '../support/agents.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { startTestHub, type TestHub, until } from '../support/test-hub.ts'

let hub: TestHub
let mail: MailServer
let shop: Receiver

beforeAll(async () => {
  ;[mail, shop] = await Promise.all([startMailServer(), startReceiver()])
  hub = await startTestHub({
    environment: { SMTP_URL: mail.url, MAIL_FROM: 'Desk <desk@example.com>', OUTGOING_ALLOW: shop.origin },
  })
})
afterAll(async () => {
  await hub?.close()
  await Promise.all([mail?.close(), shop?.close()])
})

test('those who manage machines get one mail each', async () => {
  await joinAgent(hub, 'Anna', { online: false })
  const { webhook } = await hub.owner.call('createWebhook', { body: { name: 'Shop', url: `${shop.origin}/hook` } })
  shop.answer = () => ({ status: 410 })
  await hub.owner.call('testWebhook', { params: { webhookId: webhook.id } })
  const letter = await until(() => mail.letters[0], 'the letter', 20_000)
  const { me } = await hub.owner.call('session')
  expect(letter.to).toBe(me.email)
  expect(letter.text).toContain('410 Gone')
  // The letter is there a moment before its job is noted as done.
  await until(async () => (await hub.database.query('select 1 from graphile_worker.jobs')).length === 0 || undefined, 'the end of all jobs')
  expect(mail.letters).toHaveLength(1)
})
