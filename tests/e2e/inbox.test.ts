/**
 * The inbox in a real browser, the everyday way: sign in, see, open, answer, and what the customer's phone then shows. Always holds: the phone has
 * exactly one copy of what was sent, whatever was pressed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type Desk, eventually, openDesk, textsOn, writeFrom } from '../support/desk.ts'
import { type Phone, startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  await hub.owner.call('updateMe', { body: { undoSeconds: 0 } })
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})

test('signing in takes email and password, says plainly when they are wrong, and leads to the inbox', async () => {
  const context = await browser.context()
  const page = await context.newPage()
  await page.goto(`${hub.url}/`)
  await page.waitForURL('**/sign-in**')
  await page.getByLabel('E-mail').fill('owner@example.com')
  await page.getByLabel(/^Password/).fill('not the password')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  await page.getByLabel(/^Password/).fill('correct horse battery')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/inbox/all')
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  await context.close()
})

describe.each(['telegram', 'whatsapp'])('on %s', channel => {
  let phone: Phone
  let desk: Desk
  let name: string
  beforeAll(async () => {
    const { phone: first } = await hub.connect(channel)
    name = `Ada of ${channel}`
    phone = hub.newPhone(channel, first.platformAccountId, { name })
    await writeFrom(phone, 'Is the blue kettle in stock?')
    desk = await openDesk(browser, hub)
  })
  afterAll(() => desk?.close())

  test('a row says who, on which messenger, what was said last, and that it waits for an answer', async () => {
    const row = desk.row(name)
    await row.waitFor()
    const said = await row.innerText()
    expect(said).toContain('Is the blue kettle in stock?')
    expect(said).toContain('Unanswered')
    expect(said.toLowerCase()).toContain(channel)
    expect(said).toMatch(/[12] unread/)
    expect(await row.locator('time').getAttribute('title')).toMatch(/\d{2}:\d{2}/)
  })

  test('Enter sends: the message stands in the thread at once, the field is empty and keeps the focus, and the phone has one copy', async () => {
    await desk.open(name)
    await desk.message('Is the blue kettle in stock?').waitFor()
    await desk.send('Yes, twelve of them.')
    await desk.message('Yes, twelve of them.').waitFor()
    expect(await desk.field.inputValue()).toBe('')
    expect(await desk.page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA')
    await eventually(() => textsOn(phone).includes('Yes, twelve of them.'), 'the answer on the phone')
    await eventually(async () => (await desk.row(name).getByText('Unanswered').count()) === 0, 'a row that is answered')
  })

  test('Enter held down, or a double click on Send, gives one copy', async () => {
    await desk.field.fill('Held')
    await desk.page.keyboard.down('Enter')
    for (let repeat = 0; repeat < 4; repeat++) await desk.page.keyboard.down('Enter')
    await desk.page.keyboard.up('Enter')
    await eventually(() => textsOn(phone).includes('Held'), 'the text on the phone')
    await desk.field.fill('Clicked twice')
    await desk.page.getByRole('button', { name: 'Send', exact: true }).dblclick()
    await eventually(() => textsOn(phone).includes('Clicked twice'), 'the text on the phone')
    await desk.send('And a last one')
    await eventually(() => textsOn(phone).includes('And a last one'), 'the last text on the phone')
    expect(textsOn(phone).filter(text => text === 'Held' || text === 'Clicked twice')).toEqual(['Held', 'Clicked twice'])
  })

  test('ten messages in a breath arrive in their order', async () => {
    const texts = Array.from({ length: 10 }, (_, index) => `Number ${index + 1} of ten`)
    for (const text of texts) await desk.send(text)
    await eventually(() => textsOn(phone).filter(text => text.endsWith('of ten')).length === 10, 'all ten on the phone')
    expect(textsOn(phone).filter(text => text.endsWith('of ten'))).toEqual(texts)
    await eventually(async () => (await desk.messages.filter({ hasText: 'of ten' }).count()) === 10, 'each of the ten once in the thread')
    // A group's slower pace is not that of a conversation with one person.
    expect(await hub.database.query("select from pace where scope = 'group'")).toEqual([])
  })

  test('a message climbs the ladder as the messenger tells of it, in words too', async () => {
    await desk.send('Read me, please')
    await eventually(() => textsOn(phone).includes('Read me, please'), 'the text on the phone')
    const mark = desk.message('Read me, please').locator('[data-delivery]')
    // A messenger that tells bots of no receipts stops at “sent”, and that is said honestly.
    const top = channel === 'whatsapp' ? 'read' : 'sent'
    if (top === 'read') await phone.act({ act: 'read' })
    await eventually(async () => (await mark.getAttribute('data-delivery')) === top, `the state ${top}`)
    expect(await mark.getAttribute('aria-label')).toContain(top === 'read' ? 'Read' : 'Sent')
  })

  test('a note stays inside: it stands in the thread, marked, and never reaches the phone', async () => {
    await desk.field.press('Escape')
    await desk.page.keyboard.press('n')
    await desk.page.getByRole('radio', { name: 'Note', checked: true }).waitFor()
    await desk.send('She asked twice already')
    const note = desk.message('She asked twice already')
    await note.waitFor()
    await note.getByText('Note', { exact: false }).first().waitFor()
    await desk.page.getByRole('radio', { name: 'Reply' }).click()
    await desk.send('After the note')
    await eventually(() => textsOn(phone).includes('After the note'), 'what was said after the note')
    expect(textsOn(phone).some(text => text.includes('asked twice'))).toBe(false)
  })

  test('undo takes a message back before it leaves: nothing reaches the phone, the words return to the field', async () => {
    await hub.owner.call('updateMe', { body: { undoSeconds: 30 } })
    const held = await openDesk(browser, hub)
    await held.open(name)
    await held.send('I did not mean that')
    await held.message('I did not mean that').getByRole('button', { name: 'Undo' }).click()
    await eventually(async () => (await held.field.inputValue()) === 'I did not mean that', 'the words in the field')
    await held.field.fill('Sent at once')
    await held.field.press('Enter')
    await held.message('Sent at once').getByRole('button', { name: 'Send now' }).click()
    await eventually(() => textsOn(phone).includes('Sent at once'), 'what was sent afterwards')
    expect(textsOn(phone)).not.toContain('I did not mean that')
    await held.close()
    await hub.owner.call('updateMe', { body: { undoSeconds: 0 } })
  })
})

test('nothing was asked of another host, and no page broke', () => {
  expect(browser.outside).toEqual([])
  expect(browser.errors).toEqual([])
})
