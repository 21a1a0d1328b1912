/**
 * When things go wrong between the agent and the customer: refusals, lost answers, no connection, a closed window. Always holds: the agent is told the
 * reason and what to do, and the customer gets one copy, in order, or none.
 */
import type { Request } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type Desk, eventually, openDesk, textsOn, writeFrom } from '../support/desk.ts'
import { type Phone, startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let places: Record<'telegram' | 'whatsapp', string>
let desk: Desk
let phone: Phone
let name: string
let count = 0
const sendings = '**/v1/conversations/*/messages'

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  await hub.owner.call('updateMe', { body: { undoSeconds: 0 } })
  places = {
    telegram: (await hub.connect('telegram')).phone.platformAccountId,
    whatsapp: (await hub.connect('whatsapp')).phone.platformAccountId,
  }
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})
afterEach(() => desk?.close())

/** A customer of this test's own, whose conversation is open on the screen. */
async function begin(channel: 'telegram' | 'whatsapp'): Promise<void> {
  name = `Customer ${++count}`
  phone = hub.newPhone(channel, places[channel], { name })
  await writeFrom(phone, 'Good morning')
  desk = await openDesk(browser, hub)
  await desk.open(name)
  await desk.message('Good morning').waitFor()
}

describe('what the messenger refuses', () => {
  test('a customer who blocked the number: the message says so, keeps Retry, and a retry after the unblocking gives one copy', async () => {
    await begin('whatsapp')
    await phone.act({ act: 'block' })
    await desk.send('Are you there?')
    const message = desk.message('Are you there?')
    await message.locator('[data-delivery="failed"]').waitFor()
    const trouble = message.locator('[data-state="failed"] p').last()
    expect((await trouble.innerText()).length).toBeGreaterThan(20)
    expect(textsOn(phone)).not.toContain('Are you there?')
    await phone.act({ act: 'unblock' })
    await message.getByRole('button', { name: 'Retry' }).click()
    await eventually(() => textsOn(phone).includes('Are you there?'), 'the retried message')
    await eventually(async () => (await message.locator('[data-delivery="failed"]').count()) === 0, 'a message that is well again')
    expect(textsOn(phone).filter(text => text === 'Are you there?')).toHaveLength(1)
  })

  test('a customer who blocked the bot: the composer closes with the reason, and opens again when unblocked', async () => {
    await begin('telegram')
    await phone.act({ act: 'block' })
    await desk.page
      .getByRole('status')
      .filter({ hasText: /blocked/i })
      .waitFor()
    expect(await desk.field.count()).toBe(0)
    await phone.act({ act: 'unblock' })
    await desk.field.waitFor()
    await desk.send('Welcome back')
    await eventually(() => textsOn(phone).includes('Welcome back'), 'the message on the phone')
  })

  test('a platform that fails for a while gets the message once, without anyone doing anything', async () => {
    await begin('telegram')
    hub.simulators!.simulators.get('telegram')!.simulator.faults.serverError = 2
    await desk.send('Through the storm')
    await eventually(() => textsOn(phone).includes('Through the storm'), 'the message after the failures')
    await desk.message('Through the storm').locator('[data-delivery="sent"]').waitFor()
    expect(textsOn(phone).filter(text => text === 'Through the storm')).toHaveLength(1)
  })
})

describe('what gets lost between browser and hub', () => {
  test('a hub that answers 500: the message stays, marked, with Retry and Edit; a retry gives one copy', async () => {
    await begin('telegram')
    await desk.page.route(sendings, route =>
      route.request().method() === 'POST' ? route.fulfill({ status: 500, body: '' }) : route.fallback(),
    )
    await desk.send('Once, please')
    const message = desk.message('Once, please')
    await message.getByRole('alert').waitFor()
    await message.getByRole('button', { name: 'Edit' }).waitFor()
    await desk.page.unroute(sendings)
    await message.getByRole('button', { name: 'Retry' }).click()
    await eventually(() => textsOn(phone).includes('Once, please'), 'the retried message')
    expect(await desk.message('Once, please').count()).toBe(1)
  })

  test('an answer that is lost on its way back: the same message goes up again under the same id, and the phone has one copy', async () => {
    await begin('telegram')
    const ids: string[] = []
    await desk.page.route(sendings, async route => {
      if (route.request().method() !== 'POST') return await route.fallback()
      ids.push((route.request().postDataJSON() as { clientId: string }).clientId)
      // The hub has it; the browser never hears so, the first time.
      if (ids.length > 1) return await route.fallback()
      await route.fetch()
      await route.abort('connectionreset')
    })
    await desk.send('Heard once')
    await eventually(() => ids.length > 1, 'the second try')
    await eventually(
      async () =>
        (await desk.messages
          .filter({ has: desk.page.locator('[data-delivery="sent"]') })
          .filter({ hasText: 'Heard once' })
          .count()) === 1,
      'one message, sent',
    )
    expect(new Set(ids).size).toBe(1)
    expect(textsOn(phone).filter(text => text === 'Heard once')).toHaveLength(1)
  })
})

describe('no connection', () => {
  beforeEach(() => begin('telegram'))

  test('what is written waits in order with a banner that says so, and goes out once when the connection is back', async () => {
    await desk.context.setOffline(true)
    await desk.page.getByText('You are offline').waitFor()
    for (const text of ['First', 'Second', 'Third']) await desk.send(text)
    await desk.page.getByText('3 messages are waiting').waitFor()
    expect(await desk.page.locator('[data-outbox]').count()).toBe(3)
    await desk.context.setOffline(false)
    await eventually(() => textsOn(phone).length === 3, 'all three on the phone')
    await eventually(async () => (await desk.page.locator('[data-outbox]').count()) === 0, 'an empty queue')
    expect(textsOn(phone)).toEqual(['First', 'Second', 'Third'])
    expect(await desk.messages.filter({ hasText: /First|Second|Third/ }).count()).toBe(3)
    await eventually(async () => (await desk.page.getByText('You are offline').count()) === 0, 'no banner')
  })

  test('the queue survives the page: closed while offline and opened again later, it goes out in order and once', async () => {
    await desk.context.setOffline(true)
    await desk.send('Before the reload')
    await desk.send('And after it')
    await desk.page.getByText('2 messages are waiting').waitFor()
    // Without a network there is no page to reload into: the browser shows its own error.
    await desk.page.reload().catch(() => undefined)
    await desk.context.setOffline(false)
    await desk.page.goto(`${hub.url}/inbox/all`)
    await eventually(() => textsOn(phone).length === 2, 'both on the phone')
    expect(textsOn(phone)).toEqual(['Before the reload', 'And after it'])
    await desk.open(name)
    await eventually(
      async () => (await desk.messages.filter({ has: desk.page.locator('[data-delivery="sent"]') }).count()) === 2,
      'both sent, in the thread',
    )
    expect(textsOn(phone)).toHaveLength(2)
  })
})

describe('a closed window', () => {
  test('the composer says since when, offers templates, and a filled template reaches the phone', async () => {
    await begin('whatsapp')
    await desk.page.getByText(/You can write for another/).waitFor()
    // A day later, as far as the hub knows.
    await hub.database.query(
      "update conversation set windows = (select jsonb_agg(jsonb_set(one, '{until}', to_jsonb($1::bigint))) from jsonb_array_elements(windows) one) where windows <> '[]'",
      [Date.now() - 3_600_000],
    )
    await desk.page.reload()
    await desk.page
      .getByRole('status')
      .filter({ hasText: /It closed at/ })
      .waitFor()
    expect(await desk.field.count()).toBe(0)
    await desk.page.getByRole('button', { name: 'Choose a template' }).click()
    const template = desk.page.locator('ul button:not([disabled])').first()
    await template.click()
    for (const slot of await desk.page.locator('form input[required]').all()) await slot.fill('Value')
    await desk.page.getByRole('button', { name: 'Send the template' }).click()
    await eventually(() => phone.view().messages.some(message => message.from === 'business'), 'the template on the phone')
    await desk.page.locator('[data-delivery="delivered"], [data-delivery="sent"], [data-delivery="read"]').first().waitFor()
  })
})

describe('more than the messenger takes', () => {
  test('5,000 characters on Telegram: the count says two messages, the preview shows both, and two arrive with nothing lost', async () => {
    await begin('telegram')
    const words = Array.from({ length: 1_000 }, (_, index) => String(index).padStart(4, '0')).join(' ')
    await desk.field.fill(words)
    const posts: Request[] = []
    desk.page.on('request', request => {
      if (request.method() === 'POST' && request.url().endsWith('/messages')) posts.push(request)
    })
    await desk.page.getByText(/4999 \/ 4096 · 2 messages/).waitFor()
    await desk.page.getByRole('button', { name: 'What Telegram will show' }).click()
    await desk.page.getByText('Message 2 of 2').waitFor()
    await desk.field.press('Enter')
    await eventually(() => textsOn(phone).length === 2, 'both halves on the phone')
    expect(textsOn(phone).join(' ')).toBe(words)
    expect(posts).toHaveLength(1)
    await desk.page.getByRole('button', { name: 'What Telegram will show' }).click()
  })
})

test('no page broke on the way', () => {
  expect(browser.errors).toEqual([])
})
