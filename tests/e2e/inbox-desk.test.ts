/** The desk itself: drafts, search, keyboard on any layout, palette, two languages. Always holds: nothing that was typed is ever lost. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type Desk, eventually, openDesk, textsOn, writeFrom } from '../support/desk.ts'
import { type Phone, startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let desk: Desk
const phones = new Map<string, Phone>()

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  await hub.owner.call('updateMe', { body: { undoSeconds: 0 } })
  const { phone: first } = await hub.connect('whatsapp')
  for (const [name, text] of [
    ['Ольга', 'Здравствуйте! Нашли ли мои потерянные чайники?'],
    ['Murat', 'The invoice has a wrong address'],
    ['Zoë 🫖 with a name so long that no row of any list could ever hold the whole of it', 'Hi'],
  ] as const) {
    const phone = hub.newPhone('whatsapp', first.platformAccountId, { name, language: 'en' })
    phones.set(name, phone)
    await writeFrom(phone, text)
    // One after the other, so that the order of the list is known.
    await eventually(
      async () => (await hub.owner.call('conversations', {})).conversations[0]?.contact.name === name,
      `${name} on top of the list`,
    )
  }
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})
afterEach(() => desk?.close())

describe('drafts', () => {
  test('what is typed survives a reload, shows in the list, and is there on another device', async () => {
    desk = await openDesk(browser, hub)
    await desk.open('Murat')
    await desk.field.fill('We will correct it by')
    await desk.open('Ольга')
    await desk.row('Murat').getByText('Draft:').waitFor()
    const other = await openDesk(browser, hub)
    await other.row('Murat').getByText('We will correct it by').waitFor()
    await other.open('Murat')
    expect(await other.field.inputValue()).toBe('We will correct it by')
    await other.close()
    await desk.page.reload()
    await desk.open('Murat')
    await eventually(async () => (await desk.field.inputValue()) === 'We will correct it by', 'the draft after the reload')
  })

  test('reply and note keep drafts of their own, and a draft typed in the last moment before a reload is kept', async () => {
    desk = await openDesk(browser, hub)
    await desk.open('Ольга')
    await desk.field.fill('To the customer')
    await desk.page.getByRole('radio', { name: 'Note' }).click()
    expect(await desk.field.inputValue()).toBe('')
    await desk.field.fill('To the team')
    await desk.page.reload()
    await desk.field.waitFor()
    await eventually(async () => (await desk.field.inputValue()) === 'To the customer', 'the draft of the reply')
    await desk.page.getByRole('radio', { name: 'Note' }).click()
    await eventually(async () => (await desk.field.inputValue()) === 'To the team', 'the draft of the note')
    expect(textsOn(phones.get('Ольга')!)).toEqual([])
  })
})

describe('search', () => {
  test('finds by name, by phone in another form, and by another form of a Russian word; a hit opens at the message; Esc gives the list back', async () => {
    desk = await openDesk(browser, hub)
    await desk.rows.first().waitFor()
    await desk.page.keyboard.press('/')
    const field = desk.page.getByRole('searchbox', { name: 'Search' })
    const hits = desk.page.locator('[data-hit]')
    await field.fill('mura')
    await hits.filter({ hasText: 'Murat' }).first().waitFor()

    const digits = phones.get('Murat')!.view().customerPhone!.replace(/\D/g, '')
    const asWritten = `8 (${digits.slice(1, 4)}) ${digits.slice(4, 7)}-${digits.slice(7)}`
    for (const form of [asWritten.replace(/^8 /, `+${digits[0]} `), digits.slice(-7)]) {
      await field.fill(form)
      await eventually(async () => (await hits.count()) === 1 && (await hits.first().innerText()).includes('Murat'), `Murat by ${form}`)
    }

    await field.fill('потерянный чайник')
    await eventually(async () => (await hits.locator('mark').allInnerTexts()).includes('чайники'), 'a hit with the word marked')
    await hits
      .filter({ has: desk.page.locator('mark') })
      .first()
      .click()
    await desk.message('Нашли ли мои').waitFor()
    expect(desk.page.url()).toContain('message=')
    await field.focus()
    await desk.page.keyboard.press('Escape')
    await desk.row('Murat').waitFor()

    await desk.page.keyboard.press('Escape')
    await desk.page.locator('body').press('/')
    await field.fill('nothing of this kind')
    await desk.page.getByText('Nothing found for “nothing of this kind”').waitFor()
  })
})

describe('the keyboard', () => {
  test('J and K walk the list, E closes with an undo, on an English and on a Russian layout', async () => {
    desk = await openDesk(browser, hub)
    await desk.rows.first().waitFor()
    const opened = desk.page.locator('header bdi')
    await desk.page.keyboard.press('j')
    await eventually(async () => (await opened.innerText()).startsWith('Zoë'), 'the first conversation')
    // A composer that took the focus would take the letter: Esc leaves it.
    await desk.page.keyboard.press('Escape')
    await press(desk, 'KeyJ', 'о')
    await eventually(async () => (await opened.innerText()) === 'Murat', 'the second conversation')
    await press(desk, 'KeyK', 'л')
    await eventually(async () => (await opened.innerText()).startsWith('Zoë'), 'the first one again')
    await press(desk, 'KeyE', 'у')
    const undo = desk.page.getByRole('button', { name: 'Undo' })
    await undo.waitFor()
    const stateOf = async () => (await hub.owner.call('search', { query: { q: 'Zoë', limit: 5 } })).contacts[0]?.conversation.state
    await eventually(async () => (await stateOf()) === 'closed', 'a closed conversation')
    await undo.click()
    await eventually(async () => (await stateOf()) === 'open', 'an open conversation')
  })

  test('a letter in a field is a letter', async () => {
    desk = await openDesk(browser, hub)
    await desk.open('Murat')
    await desk.field.fill('')
    await desk.field.pressSequentially('jeen')
    expect(await desk.field.inputValue()).toBe('jeen')
    await desk.field.fill('')
  })

  test('the palette opens from anywhere, forgives the wrong layout, knows both languages, shows the keys, and acts', async () => {
    desk = await openDesk(browser, hub)
    await desk.open('Murat')
    await desk.field.focus()
    for (const words of ['кщгеу', 'назначить мне', 'assign to me', 'asign']) {
      await desk.page.keyboard.press('Control+k')
      const palette = desk.page.getByPlaceholder('What would you like to do?')
      await palette.fill(words)
      await desk.page.getByRole('dialog').getByText('Assign', { exact: false }).first().waitFor()
      await desk.page.keyboard.press('Escape')
      await palette.waitFor({ state: 'hidden' })
    }
    await desk.page.keyboard.press('Control+k')
    await desk.page.getByPlaceholder('What would you like to do?').fill('take')
    await desk.page.getByRole('dialog').getByText('Assign to me').waitFor()
    await desk.page.keyboard.press('Enter')
    await eventually(
      async () => (await hub.owner.call('conversations', { query: { view: 'mine' } })).conversations.length === 1,
      'a conversation of mine',
    )
  })

  test('from the list to an answer without a mouse', async () => {
    desk = await openDesk(browser, hub)
    await desk.rows.first().waitFor()
    await desk.page.getByRole('listbox').focus()
    await desk.page.keyboard.press('End')
    await desk.page.keyboard.press('Enter')
    await eventually(async () => (await desk.page.evaluate('document.activeElement.id')) === 'composer', 'the focus in the field')
    await desk.page.keyboard.press('Control+a')
    await desk.page.keyboard.type('By keyboard alone')
    await desk.page.keyboard.press('Enter')
    await eventually(() => [...phones.values()].some(phone => textsOn(phone).includes('By keyboard alone')), 'the answer on the phone')
  })
})

describe('languages', () => {
  test('a switch needs no reload, keeps what is being typed, and tells the browser which language the page is in', async () => {
    desk = await openDesk(browser, hub)
    await desk.open('Murat')
    await desk.field.fill('Half a sentence')
    await desk.page.evaluate('window.mark = 1')
    await desk.page.getByRole('button', { name: /theme, language/ }).click()
    await desk.page.getByRole('menuitem', { name: 'Русский' }).click()
    await desk.page.getByRole('radio', { name: 'Ответ' }).waitFor()
    expect(await desk.page.locator('html').getAttribute('lang')).toBe('ru')
    expect(await desk.field.inputValue()).toBe('Half a sentence')
    expect(await desk.page.evaluate('window.mark')).toBe(1)
    // No key of a catalogue is shown in place of words.
    expect(await desk.page.locator('body').innerText()).not.toMatch(/\b(list|thread|composer|rail|actions|customer)\.[a-z]/)
    await desk.page.getByRole('button', { name: /тема, язык/ }).click()
    await desk.page.getByRole('menuitem', { name: 'English' }).click()
    await desk.page.getByRole('radio', { name: 'Reply' }).waitFor()
    expect(await desk.field.inputValue()).toBe('Half a sentence')
    await eventually(async () => (await hub.owner.call('session', {})).me.language === 'en', 'the language kept on the hub')
  })
})

test('no page broke on the way', () => {
  expect(browser.errors).toEqual([])
  expect(browser.outside).toEqual([])
})

/** A key as another layout gives it: the same place on the keyboard, another letter. */
async function press(one: Desk, code: string, key: string): Promise<void> {
  await one.page.evaluate(`document.activeElement instanceof HTMLTextAreaElement && document.activeElement.blur()`)
  await one.page.evaluate(
    `document.body.dispatchEvent(new KeyboardEvent('keydown', { code: '${code}', key: '${key}', bubbles: true, cancelable: true }))`,
  )
}
