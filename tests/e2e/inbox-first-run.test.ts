/** The first minute, from an empty database, in Russian: the owner is made in the browser, a customer is there, and an answer reaches the phone. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { deskOf, eventually } from '../support/desk.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub({ empty: true }), startBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})

test('whoever opens the address becomes the owner, meets a live customer on each messenger, and answers', async () => {
  const context = await browser.context({ locale: 'ru-RU' })
  const page = await context.newPage()
  await page.goto(hub.url)
  await page.getByRole('heading', { name: 'Создайте рабочее место' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('ru')
  await page.getByLabel('Ваше имя').fill('Вера')
  await page.getByLabel('Название фирмы').fill('Чайная лавка')
  await page.getByLabel('Почта').fill('vera@example.com')
  await page.getByLabel(/^Пароль/).fill('коротко')
  await page.getByText('Ещё 3 знака').waitFor()
  await page.getByLabel(/^Пароль/).fill('длинный пароль')
  expect(await page.getByRole('switch', { name: 'Начать с живого примера' }).isChecked()).toBe(true)
  await page.getByRole('button', { name: 'Создать и открыть' }).click()
  await page.waitForURL('**/inbox/all')

  const desk = deskOf(page)
  const simulators = hub.simulators!.simulators.all()
  await eventually(async () => (await desk.rows.count()) === simulators.length, 'a conversation on each messenger')
  const phone = simulators[0]!.simulator.phones()[0]!
  await desk.open(phone.customerName)
  await desk
    .message(/Здравствуйте|Добрый день|Привет/)
    .first()
    .waitFor()
  await desk.send('Да, есть. Отложить?')
  // Undo is on for everyone at first: it leaves after that.
  await desk.message('Да, есть. Отложить?').getByRole('button', { name: 'Отправить сейчас' }).click()
  await eventually(
    () =>
      simulators[0]!.simulator
        .phones()[0]!
        .messages.some(
          ({ from, body }) => from === 'business' && body.content.kind === 'text' && body.content.text.text === 'Да, есть. Отложить?',
        ),
    'the answer on the phone',
  )
  // The first steps tick themselves.
  await page.getByText('Первые шаги').first().waitFor()
  await context.close()
})

test('afterwards nobody else can become the owner: the address leads to signing in, and the way is closed on the server too', async () => {
  const context = await browser.context({ locale: 'ru-RU' })
  const page = await context.newPage()
  await page.goto(`${hub.url}/setup`)
  await page.waitForURL('**/sign-in**')
  const again = await fetch(`${hub.url}/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
    body: JSON.stringify({ name: 'Eve', email: 'eve@example.com', password: 'correct horse', workspaceName: 'Eve', language: 'en' }),
  })
  expect(again.status).toBe(409)
  await context.close()
  expect(browser.errors).toEqual([])
  expect(browser.outside).toEqual([])
})
