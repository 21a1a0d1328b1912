/** Answers ready, in a real browser: a saved reply from “/” to the phone, the placeholder that holds it, hours and greetings as a manager sets them. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type Desk, eventually, openDesk, textsOn, writeFrom } from '../support/desk.ts'
import { type Phone, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let desk: Desk
let phone: Phone

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  await hub.owner.call('updateMe', { body: { undoSeconds: 0 } })
  await hub.owner.call('updateWorkspace', { body: { languages: ['en', 'ru'] } })
  const { phone: first } = await hub.connect('telegram')
  phone = hub.newPhone('telegram', first.platformAccountId, { name: 'Olga Smirnova', language: 'ru' })
  await writeFrom(phone, 'Здравствуйте')
  const create = (name: string, shortcut: string, en: string, ru?: string) =>
    hub.owner.call('createSavedReply', { body: { name, shortcut, bodies: { en: textBody(en), ...(ru ? { ru: textBody(ru) } : {}) } } })
  await create('Location', 'location', 'We are at 5 Main Street, {{customer.first_name}}', 'Мы на Главной, 5, {{customer.first_name}}')
  await create('Order', 'order', 'Your order goes to {{attribute.City}}')
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})
afterEach(() => desk?.close())

test('“/” finds a reply in the wrong layout too, fills it in the customer’s language, and Enter puts it in', async () => {
  desk = await openDesk(browser, hub)
  await desk.open('Olga Smirnova')
  await desk.field.pressSequentially('/дщсф')
  const picker = desk.page.getByRole('listbox', { name: 'Saved replies' })
  await picker.getByRole('option', { name: /Location/ }).waitFor()
  await desk.page.getByText('Мы на Главной, 5, Olga', { exact: true }).last().waitFor()
  await desk.field.press('Escape')
  await picker.waitFor({ state: 'hidden' })
  expect(await desk.field.inputValue()).toBe('/дщсф')
  await desk.field.fill('')
  await desk.field.pressSequentially('/loc')
  await picker.getByRole('option', { name: /Location/ }).waitFor()
  await desk.field.press('Enter')
  await until(async () => (await desk.field.inputValue()) === 'Мы на Главной, 5, Olga', 'the filled reply')
  await desk.field.press('Enter')
  await eventually(() => textsOn(phone).includes('Мы на Главной, 5, Olga'), 'the reply on the phone')
  const { replies } = await hub.owner.call('savedReplies')
  expect(replies.find(reply => reply.shortcut === 'location')?.usedCount).toBe(1)
})

test('a placeholder without a value is marked, holds Send with the reason, and goes when it is written over', async () => {
  desk = await openDesk(browser, hub)
  await desk.open('Olga Smirnova')
  await desk.page.getByRole('button', { name: 'Saved replies' }).click()
  await desk.field.pressSequentially('ord')
  await desk.page.getByText('No text in Russian: English').waitFor()
  await desk.page.getByRole('option', { name: /Order/ }).click()
  await desk.page.getByText('Fill in first: {{attribute.City}}').waitFor()
  const send = desk.page.getByRole('button', { name: 'Send', exact: true })
  expect(await send.getAttribute('aria-disabled')).toBe('true')
  await desk.field.press('Enter')
  await desk.page.waitForFunction('document.activeElement.selectionEnd - document.activeElement.selectionStart === 18')
  await desk.page.keyboard.type('Riga')
  await until(async () => (await send.getAttribute('aria-disabled')) === 'false', 'Send to be free')
  await desk.field.press('Enter')
  await eventually(() => textsOn(phone).includes('Your order goes to Riga'), 'the whole reply on the phone')
  expect(textsOn(phone).filter(text => text.includes('{{'))).toEqual([])
})

test('a manager sets hours and a greeting; who writes for the first time gets it, and leaving unsaved asks', async () => {
  desk = await openDesk(browser, hub, { path: '/settings/hours' })
  await desk.page.getByText('Now: open').waitFor()
  await desk.page.getByRole('switch', { name: 'Around the clock' }).press('Space')
  await desk.page.getByRole('link', { name: 'Automatic answers' }).first().click()
  await desk.page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click()
  await desk.page.getByLabel('Saturday: add hours').click()
  await desk.page.getByLabel('Saturday, from').fill('10:00')
  await desk.page.getByRole('button', { name: 'Save', exact: true }).click()
  await desk.page.getByText('Saved', { exact: true }).first().waitFor()
  await desk.page.getByRole('switch', { name: 'Around the clock' }).press('Space')
  await desk.page.getByRole('button', { name: 'Save', exact: true }).click()
  await desk.page.getByText('Not saved yet').waitFor({ state: 'hidden' })
  await desk.page.getByRole('link', { name: 'Automatic answers' }).first().click()
  await desk.page.getByRole('switch', { name: 'On', exact: true }).first().press('Space')
  await desk.page.getByLabel('Greeting, English').fill('Hello {{customer.first_name|there}}.')
  await desk.page.getByText('Hello Olivia.').waitFor()
  await desk.page.getByRole('button', { name: 'Save', exact: true }).click()
  await desk.page.getByText('Not saved yet').waitFor({ state: 'hidden' })
  await desk.page.getByText('Missing', { exact: true }).waitFor()
  await until(async () => (await hub.database.query('select 1 from automatic_answer_place')).length > 0, 'the log to be watched')
  const newcomer = hub.newPhone('telegram', phone.platformAccountId, { name: 'Ada Byron', language: 'en' })
  await writeFrom(newcomer, 'Hi')
  await eventually(() => textsOn(newcomer).length > 0, 'the greeting on the phone')
  expect(textsOn(newcomer)).toEqual(['Hello Ada.'])
  expect(browser.errors).toEqual([])
})
