/** The rules of retention in a real browser: what they will remove is told before they are saved, an open thread follows, and the thread says where it was cut. */
import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { openDesk } from '../support/desk.ts'
import { startTestHub, type TestHub, until } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})

test('numbers before saving; the open thread loses what went and says so', async () => {
  const { phone } = await hub.connect('telegram')
  if (phone.view().abilities.start) await phone.act({ act: 'start' })
  await phone.act({ act: 'write', text: 'Long ago' })
  await phone.act({ act: 'write', text: 'This week' })
  const conversation = await until(
    async () =>
      (await hub.owner.call('conversations', { query: { limit: 10 } })).conversations.find(one => one.lastMessage?.preview === 'This week'),
    'both messages',
  )
  const { messages } = await hub.owner.call('messages', { params: { conversationId: conversation.id }, query: { limit: 50 } })
  const first = messages.find(one => one.body.content.kind === 'text' && one.body.content.text.text === 'Long ago')!
  const old = new Date(Date.now() - 400 * 86_400_000)
  await hub.database.query('update message set at = $2, order_at = $2, created_at = $2 where id = $1', [first.id, old])
  await hub.database.query('update conversation set unanswered_since = null')

  const thread = await openDesk(browser, hub, { path: `/inbox/all/${conversation.id}` })
  await thread.page.getByText('Long ago').first().waitFor()

  const desk = await openDesk(browser, hub, { path: '/settings/retention' })
  const { page } = desk
  const effect = page.getByTestId('retention-effect')
  await effect.getByText('Nothing at the moment.').waitFor()
  await page.getByRole('combobox', { name: 'Messages' }).click()
  await page.getByRole('option', { name: '1 year' }).click()
  await effect.getByText('What saving will remove').waitFor()
  await effect.getByText(/1 message in conversations: 1/).waitFor()
  await takePictures(page)
  await page.getByRole('button', { name: 'Save' }).click()

  await thread.page.getByText('Long ago').first().waitFor({ state: 'hidden' })
  await thread.page.getByText(/Messages of before .* were removed/).waitFor()
  await thread.page.getByText('This week').first().waitFor()
  await thread.close()
  await page
    .getByText(/Last removed/)
    .waitFor({ timeout: 1_000 })
    .catch(() => {})
  await desk.close()
  expect(browser.errors).toEqual([])
  expect(browser.outside).toEqual([])
})

/** With TEST_PICTURES: the screen for people to look at. */
async function takePictures(page: import('playwright-core').Page): Promise<void> {
  const folder = process.env.TEST_PICTURES
  if (!folder) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/retention-light.png`, fullPage: true })
  for (const [name, options] of [
    ['dark-ru', { theme: 'dark', locale: 'ru-RU' }],
    ['phone', { phone: true, width: 390, height: 844 }],
  ] as const) {
    const desk = await openDesk(browser, hub, { path: '/settings/retention', ...options })
    await desk.page.getByTestId('retention-effect').waitFor()
    await desk.page.screenshot({ path: `${folder}/retention-${name}.png`, fullPage: true })
    await desk.close()
  }
}
