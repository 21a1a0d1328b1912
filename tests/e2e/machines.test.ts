/** Machines in a real browser: a webhook is made, tried, looked at and sent again; a key is made and revoked; the live card is good, old, and not there. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { eventually, openDesk, writeFrom } from '../support/desk.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let shop: Receiver
let browser: TestBrowser

beforeAll(async () => {
  shop = await startReceiver()
  ;[hub, browser] = await Promise.all([startTestHub({ environment: { OUTGOING_ALLOW: shop.origin } }), startBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
  await shop?.close()
})

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' })

describe('webhooks', () => {
  test('an inside address is refused in words; a good one is made, tried, looked at, sent again, and its pause is told', async () => {
    const desk = await openDesk(browser, hub, { path: '/settings/webhooks' })
    const { page } = desk
    await button(page, 'New webhook').click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Shop')
    await page.getByRole('textbox', { name: 'Address' }).fill('http://127.0.0.1:9/inside')
    await button(page, 'Make the webhook').click()
    await page.getByRole('alert').getByText('This address cannot be reached from here').waitFor()
    await page.getByRole('textbox', { name: 'Address' }).fill(`${shop.origin}/hook`)
    await button(page, 'Make the webhook').click()
    const secret = await page.getByRole('textbox', { name: 'Secret of the webhook' }).inputValue()

    shop.answer = () => ({ status: 200, body: 'thank you' })
    await button(page, 'Send a test').click()
    const delivery = page.getByRole('button', { name: /test\.ping.*Arrived/ })
    await delivery.click()
    await page.getByText('thank you').waitFor()
    shop.verify(shop.received[0]!, secret)
    await button(page, 'Send again').click()
    await eventually(() => shop.received.length === 2, 'the repeat')
    expect(shop.received[1]!.headers['webhook-id']).toBe(shop.received[0]!.headers['webhook-id'])
    await page.getByText('Try 2').waitFor()

    // Everything of the last hour: counted before it is sent.
    await button(page, 'Send a time span again').click()
    await page.getByLabel('Only what did not arrive').uncheck()
    await page.getByText('1 delivery', { exact: true }).waitFor()
    await button(page, 'Send 1 again').click()
    await eventually(() => shop.received.length === 3, 'the repeat of the span')

    shop.answer = () => ({ status: 410 })
    await button(page, 'Send a test').click()
    await page.getByText('The webhook “Shop” is paused: its address says that it is gone.').waitFor()
    await page.getByRole('link', { name: /1 webhook is paused.*Settings/ }).waitFor()
    shop.answer = () => ({ status: 200 })
    await button(page, 'Resume').click()
    await page
      .getByRole('link', { name: /1 webhook is paused/ })
      .first()
      .waitFor({ state: 'hidden' })

    // Somebody else changes it while one types: what was typed stays, and one chooses.
    await page.locator('summary', { hasText: 'Settings' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('My name for it')
    const [webhook] = (await hub.owner.call('webhooks')).webhooks
    await hub.owner.call('updateWebhook', { params: { webhookId: webhook!.id }, body: { version: webhook!.version, name: 'Theirs' } })
    await button(page, 'Save').click()
    await page.getByRole('alert').getByRole('button').last().click()
    await eventually(async () => (await hub.owner.call('webhooks')).webhooks[0]?.name === 'My name for it', 'my name')
    await desk.close()
  })
})

describe('API keys', () => {
  test('one is made with its scopes, shown once, works, and is revoked', async () => {
    const desk = await openDesk(browser, hub, { path: '/settings/api-keys' })
    const { page } = desk
    await button(page, 'New key').click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Till')
    await page.getByRole('checkbox', { name: 'Conversations: Read' }).check()
    await button(page, 'Make the key').click()
    const secret = await page.getByRole('textbox', { name: 'Key “Till”' }).inputValue()
    const ask = () => fetch(`${hub.url}/v1/conversations`, { headers: { authorization: `Bearer ${secret}` } })
    expect((await ask()).status).toBe(200)
    await page.reload()
    await button(page, 'Revoke Till').waitFor()
    expect(await page.getByText(secret).count()).toBe(0)
    await button(page, 'Revoke Till').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('“Till” is revoked').waitFor()
    expect((await ask()).status).toBe(401)
    await desk.close()
  })
})

describe('the live card', () => {
  const json = (body: unknown) => () => ({ status: 200, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  const good = {
    sections: [
      { title: 'Orders', fields: [{ label: '1024', value: 'On its way', link: 'https://shop.example.com/1024' }], tags: ['gold'] },
    ],
  }

  test('is tried on its page: what is no card is said to be none, with what is wrong', async () => {
    const { phone: first } = await hub.connect('telegram')
    const phone = hub.newPhone('telegram', first.platformAccountId, { name: 'Olga' })
    await writeFrom(phone, 'Where is my order?')
    const desk = await openDesk(browser, hub, { path: '/inbox/all' })
    await desk.row('Olga').first().waitFor()
    const { page } = desk
    await page.goto(`${hub.url}/settings/live-card`)
    await page.getByRole('textbox', { name: 'Address' }).fill(`${shop.origin}/card`)
    await page.getByRole('switch', { name: 'Show the card' }).check()
    await button(page, 'Save').click()
    await page.getByText('Asks your system about a real customer').waitFor()
    shop.answer = json({ sections: 'none' })
    await button(page, 'Ask').click()
    await page.getByText('What your system answered is no card.').waitFor()
    await page.getByText('"sections": "none"').waitFor()
    shop.answer = json(good)
    await button(page, 'Ask').click()
    await page.getByRole('link', { name: /On its way/ }).waitFor()
    await desk.close()
  })

  test('stands beside the conversation: good, then old and said to be, then not there; replying works all the while', async () => {
    shop.answer = json(good)
    const desk = await openDesk(browser, hub)
    await desk.open('Olga')
    const { page } = desk
    const card = page.getByRole('region', { name: 'From our system' })
    const link = card.getByRole('link', { name: /On its way/ })
    await link.waitFor()
    expect(await link.getAttribute('rel')).toContain('noopener')
    await card.getByText(/^as of /).waitFor()

    shop.answer = () => ({ status: 500 })
    for (let tries = 0; tries < 3; tries++) {
      const asked = shop.received.length
      await card.getByRole('button', { name: 'Ask again' }).click()
      await eventually(() => shop.received.length > asked, 'the question')
      await card.getByText('Your system answered with an error.').waitFor()
    }
    await card.getByText(/Trying again at/).waitFor()
    await link.waitFor()
    await desk.send('It is on its way')
    await desk.message('It is on its way').waitFor()

    // Another address is another system, of which nothing is known yet.
    const { version } = await hub.owner.call('setting', { params: { name: 'live_card' } })
    await hub.owner.call('saveSetting', {
      params: { name: 'live_card' },
      body: { version, value: { on: true, url: `${shop.origin}/elsewhere`, goodForSeconds: 0 } },
    })
    await link.waitFor({ state: 'hidden' })
    await card.getByText('Your system answered with an error.').waitFor()
    shop.answer = json({ sections: [], title: 'New here' })
    await card.getByRole('button', { name: 'Ask again' }).click()
    await card.getByText('New here').waitFor()
    expect(browser.errors).toEqual([])
    await desk.close()
  })
})
