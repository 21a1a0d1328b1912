/** Two agents at one desk, in two browsers: they see each other, do not answer twice, and hand drafts over by consent. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, joinAgent } from '../support/agents.ts'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type Desk, eventually, openDesk, textsOn, writeFrom } from '../support/desk.ts'
import { type Phone, startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let boris: Agent
let mine: Desk
let his: Desk
let platformAccountId: string

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  await hub.owner.call('updateMe', { body: { undoSeconds: 0 } })
  boris = await joinAgent(hub, 'Boris', { online: false })
  await boris.client.call('updateMe', { body: { undoSeconds: 0 } })
  platformAccountId = (await hub.connect('whatsapp')).phone.platformAccountId
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})
afterEach(async () => {
  await mine?.close()
  await his?.close()
})

/** A customer who has just written, with the conversation open in both browsers. */
async function bothOpen(name: string): Promise<Phone> {
  const phone = hub.newPhone('whatsapp', platformAccountId, { name, language: 'en' })
  await writeFrom(phone, 'Is the kettle in stock?')
  ;[mine, his] = await Promise.all([openDesk(browser, hub), openDesk(browser, { ...hub, cookie: boris.cookie })])
  await mine.open(name)
  await his.open(name)
  return phone
}

describe('two agents', () => {
  test('each sees that the other looks and writes, in the list and in the thread, and that he has left', async () => {
    await bothOpen('Ivy')
    await mine.page.locator('header').getByRole('img', { name: 'Boris is looking at this' }).waitFor()
    await mine.row('Ivy').getByRole('img', { name: 'Boris is looking at this' }).waitFor()
    await his.field.pressSequentially('It is')
    await mine.page.locator('header').getByRole('img', { name: 'Boris is writing a reply' }).waitFor()
    await his.close()
    await mine.page
      .locator('header')
      .getByRole('img', { name: /^Boris/ })
      .waitFor({ state: 'detached' })
  })

  test('if the other has answered since I began, Send shows it and asks; nothing goes out before I say so', async () => {
    const phone = await bothOpen('Hugo')
    await mine.field.pressSequentially('Yes, ten of them')
    await his.send('It is, shall I keep one for you?')
    await mine.message('shall I keep one').waitFor()
    await mine.field.press('Enter')
    const dialog = mine.page.getByRole('dialog')
    await dialog.getByText('Boris has answered since you began').waitFor()
    await dialog.getByText('shall I keep one for you?').waitFor()
    await dialog.getByRole('button', { name: 'Back to my reply' }).click()
    expect(await mine.field.inputValue()).toBe('Yes, ten of them')
    expect(textsOn(phone)).toEqual(['It is, shall I keep one for you?'])
    await mine.field.press('Enter')
    await dialog.getByRole('button', { name: 'Send mine too' }).click()
    await eventually(() => textsOn(phone).length === 2, 'mine after all')
    expect(textsOn(phone)).toEqual(['It is, shall I keep one for you?', 'Yes, ten of them'])
  })

  test('one asks for the other’s draft, and gets it when it is given; the giver’s field is empty then', async () => {
    await bothOpen('Nora')
    await his.field.pressSequentially('We have it in blue and')
    await eventually(
      async () => (await boris.client.call('snapshot', { query: {} })).drafts.some(draft => draft.body !== null),
      'the draft on the server',
    )
    await his.row('Hugo').click()
    await mine.row('Hugo').click()
    await mine.open('Nora')
    await mine.page.getByText('Boris has a reply begun here').waitFor()
    await mine.page.getByRole('button', { name: 'Ask for it' }).click()
    await his.page.getByText('asks for your draft').waitFor()
    await his.page.getByRole('button', { name: 'Give it' }).click()
    await eventually(async () => (await mine.field.inputValue()) === 'We have it in blue and', 'the draft here')
    await his.open('Nora')
    await eventually(async () => (await his.field.inputValue()) === '', 'an empty field there')
  })

  test('the supervisor sees who waits, live, and opens whoever waits longest', async () => {
    mine = await openDesk(browser, hub, { path: '/supervisor' })
    const waiting = mine.page.locator('[data-figure="waiting"]')
    await waiting.waitFor()
    const before = Number(await waiting.textContent())
    const phone = hub.newPhone('whatsapp', platformAccountId, { name: 'Otto', language: 'en' })
    await writeFrom(phone, 'Hello?')
    await eventually(async () => Number(await waiting.textContent()) === before + 1, 'one more who waits')
    expect(browser.errors).toEqual([])
  })
})
