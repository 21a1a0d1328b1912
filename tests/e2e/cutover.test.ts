/** Coming over in the browser: observe, check, try dry, switch, go back; and contacts imported from a table with a broken row. */
import { actorOf, connectAccount } from '@dragoman/hub'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type Desk, openDesk } from '../support/desk.ts'
import { startTestHub, type TestHub, until } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let desk: Desk
let accountId: string
const old = 'http://127.0.0.1:9/other-system'

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  const bot = hub.simulators!.simulators.get('telegram')!.simulator.newAccount('Shop bot')
  await fetch(`${hub.simulators!.simulators.origin('telegram')}/bot${bot.config.token}/setWebhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: old }),
  })
  const owner = (await actorOf(hub.hub, hub.cookie.split('=')[1]!))!
  const input = {
    channel: 'telegram',
    config: { token: bot.config.token! },
    way: 'webhook' as const,
    takeOver: false,
    mode: 'observe' as const,
  }
  accountId = (await connectAccount(hub.hub, owner, input, hub.simulators!.origins(hub.hub, 'telegram'))).id
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})
afterEach(() => desk?.close())

describe('the panel of coming over', () => {
  test('leads from observing to the switch, and back', async () => {
    desk = await openDesk(browser, hub, { path: `/accounts/${accountId}` })
    const { page } = desk
    await page.getByRole('heading', { name: 'Coming over' }).waitFor()
    await page.getByText(`The messenger posts to ${old}.`, { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Make a secret' }).click()
    await page.getByText('The secret is shown this once.').waitFor()
    await page.getByRole('button', { name: 'Run it' }).click()
    await page.getByText('No customer has written yet.').waitFor()
    await page.getByRole('button', { name: 'Switch over' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('button', { name: 'Switch over' }).isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('Shop bot')
    await dialog.getByRole('button', { name: 'Switch over' }).click()
    await page.getByText('This account is live.', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Go back' }).click()
    await dialog.getByRole('textbox').last().fill('Shop bot')
    await dialog.getByRole('button', { name: 'Go back' }).click()
    await page.getByText('This account only looks on', { exact: false }).waitFor()
    const states = async () =>
      (await hub.owner.call('cutover', { params: { accountId } })).history.map(step => `${step.direction} ${step.state}`).join(', ')
    await until(async () => (await states()) === 'back done, switch done', 'both steps, done')
  })
})

describe('the page of imports', () => {
  test('shows what would come, imports it, and gives the broken rows back', async () => {
    desk = await openDesk(browser, hub, { path: '/settings/import' })
    const { page } = desk
    await page.getByText('Nothing imported yet').waitFor()
    await page.getByLabel('Choose a file').setInputFiles({
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('Имя;Телефон;Город\nАнна;+79165551001;Тверь\nБорис;12;\nВера;;Псков\n'),
    })
    await page.getByRole('heading', { name: 'people.csv' }).waitFor()
    expect(await page.getByRole('combobox', { name: 'Телефон' }).inputValue()).toBe('Phone')
    await page.getByRole('button', { name: 'Dry run' }).click()
    await page.getByText('Would come: contacts 2 new', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    // A third of the rows is broken: asked once more.
    await page.getByRole('button', { name: 'Import the rest' }).click()
    await page.getByText('Contacts: 2 made', { exact: false }).waitFor()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: '1 broken row' }).click()
    expect((await saved).suggestedFilename()).toBe('people.csv.errors.csv')
  })
})
