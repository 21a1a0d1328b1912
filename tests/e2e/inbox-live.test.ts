/**
 * The thread while things happen: a cut stream, messages that come while one reads above, late pictures, many agents. Always holds: nothing is missing,
 * nothing is doubled, and what is being read does not move.
 */
import type { WebSocketRoute } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type Desk, eventually, openDesk, writeFrom } from '../support/desk.ts'
import { type Phone, startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let account: string
let desk: Desk

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  account = (await hub.connect('whatsapp')).phone.platformAccountId
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})
afterEach(() => desk?.close())

/** A customer with so many messages, all of them known to the hub and read by the owner. */
async function customer(name: string, messages: number): Promise<Phone> {
  const phone = hub.newPhone('whatsapp', account, { name })
  await writeFrom(phone, ...Array.from({ length: messages }, (_, index) => `${name} ${index + 1}.`))
  await eventually(
    async () => (await hub.owner.call('conversations', {})).conversations.find(row => row.contact.name === name)?.inboundCount === messages,
    `all messages of ${name}`,
  )
  const row = (await hub.owner.call('conversations', {})).conversations.find(one => one.contact.name === name)!
  await hub.owner.call('markRead', { params: { conversationId: row.id }, body: { readCount: messages } })
  return phone
}

test('after a cut of the stream the page goes on from where it was: thirty messages, each once and in order', async () => {
  const phone = await customer('Ida', 1)
  let isCut = false
  const open = new Set<WebSocketRoute>()
  desk = await openDesk(browser, hub, { height: 3_600, path: '/sign-in' })
  await desk.page.routeWebSocket('**/v1/events**', socket => {
    if (isCut) return void socket.close({ code: 1012 })
    socket.connectToServer()
    open.add(socket)
  })
  await desk.page.goto(`${hub.url}/inbox/all`)
  await desk.open('Ida')
  await desk.message('Ida 1.').waitFor()
  isCut = true
  for (const socket of open) await socket.close({ code: 1012 })
  await desk.page.getByText('Reconnecting…').waitFor()
  const texts = Array.from({ length: 30 }, (_, index) => `While away ${index + 1}.`)
  await writeFrom(phone, ...texts)
  await eventually(async () => (await hub.owner.call('conversations', {})).conversations[0]?.inboundCount === 31, 'all of them at the hub')
  expect(await desk.message('While away').count()).toBe(0)
  isCut = false
  await desk.message('While away 30.').waitFor()
  const shown = (await desk.messages.allInnerTexts()).map(text => /While away \d+\./.exec(text)?.[0]).filter(text => text !== undefined)
  expect(shown).toEqual(texts)
  await eventually(async () => (await desk.page.getByText('Reconnecting…').count()) === 0, 'no banner')
})

test('who reads above is not moved by a pixel when messages arrive; a button says how many, and leads there', async () => {
  const phone = await customer('Nils', 60)
  desk = await openDesk(browser, hub)
  await desk.open('Nils')
  const scroller = desk.page.locator('[data-thread]')
  await desk.message('Nils 60.').waitFor()
  await scroller.hover()
  await desk.page.mouse.wheel(0, -1_500)
  await desk.page.getByRole('button', { name: 'To the newest message' }).waitFor()
  // Once the wheel has come to rest.
  await eventually(async () => {
    const before = await scroller.evaluate(element => (element as { scrollTop: number }).scrollTop)
    await desk.page.evaluate('new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))')
    return before === (await scroller.evaluate(element => (element as { scrollTop: number }).scrollTop))
  }, 'a scroll that rests')
  const placeOf = () =>
    desk.page.evaluate(`(() => {
      const frame = document.querySelector('[data-thread]').getBoundingClientRect()
      const read = [...document.querySelectorAll('[data-thread] [data-message]')].find(one => one.getBoundingClientRect().top > frame.top + 150)
      return [read.dataset.message, read.getBoundingClientRect().top]
    })()`)
  const before = await placeOf()
  await writeFrom(phone, 'One below', 'Two below', 'Three below')
  await desk.page.getByRole('button', { name: '3 new' }).waitFor()
  expect(await placeOf()).toEqual(before)
  await desk.page.getByRole('button', { name: '3 new' }).click()
  await desk.message('Three below').waitFor()
})

test('at the end the thread follows, for a picture that comes late too', async () => {
  const phone = await customer('Runa', 30)
  desk = await openDesk(browser, hub)
  await desk.open('Runa')
  await desk.message('Runa 30.').waitFor()
  const gap = () =>
    desk.page.evaluate(
      `(() => { const one = document.querySelector('[data-thread]'); return Math.round(one.scrollHeight - one.scrollTop - one.clientHeight) })()`,
    )
  await eventually(async () => (await gap()) === 0, 'the end')
  await writeFrom(phone, 'And another')
  await desk.message('And another').waitFor()
  await eventually(async () => (await gap()) === 0, 'the end after a message')
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAICAIAAABPmPnhAAAAEklEQVR4nGM4ceJEYGDgiRMnABplBYHSwkHDAAAAAElFTkSuQmCC', 'base64')
  await phone.act({
    act: 'send',
    content: { kind: 'image', media: { ref: { from: 'upload', index: 0 }, mimeType: 'image/png', name: 'kettle.png' } } as never,
    uploads: [{ bytes: png, mimeType: 'image/png', name: 'kettle.png' }],
  })
  await eventually(
    async () =>
      Boolean(
        await desk.page.evaluate(
          `[...document.querySelectorAll('[data-thread] img')].some(one => one.naturalWidth > 0 && one.closest('[data-message]'))`,
        ),
      ),
    'the picture',
  )
  await eventually(async () => (await gap()) === 0, 'the end after a picture')
})

test('what came while one was elsewhere begins under a line that says “New”, and reading it takes the number away for every tab', async () => {
  const phone = await customer('Tove', 2)
  desk = await openDesk(browser, hub)
  await desk.open('Tove')
  await desk.message('Tove 2.').waitFor()
  await eventually(async () => (await desk.row('Tove').getAttribute('data-unread')) === 'false', 'nothing unread')
  await desk.open('Runa')
  await writeFrom(phone, 'Still there?')
  await eventually(async () => (await desk.row('Tove').getAttribute('data-unread')) === 'true', 'something unread')
  const other = await openDesk(browser, hub)
  await other.row('Tove').waitFor()
  await desk.open('Tove')
  await desk.page.locator('[data-thread]').getByText('New', { exact: true }).waitFor()
  await eventually(async () => (await other.row('Tove').getAttribute('data-unread')) === 'false', 'nothing unread in the other tab')
  await other.close()
})

test('an edit by the customer is shown as such, with what stood there before', async () => {
  const { phone: first } = await hub.connect('telegram')
  const phone = hub.newPhone('telegram', first.platformAccountId, { name: 'Sanna' })
  await writeFrom(phone, 'Two kettles')
  const said = phone
    .view()
    .messages.find(message => message.body.content.kind === 'text' && message.body.content.text.text === 'Two kettles')!
  desk = await openDesk(browser, hub)
  await desk.open('Sanna')
  await desk.message('Two kettles').waitFor()
  await phone.act({ act: 'edit', messageId: said.id, text: 'Three kettles' })
  await desk.message('Three kettles').getByText('edited').click()
  await desk.page.getByText('Earlier texts').waitFor()
  await desk.page.getByText('Two kettles').first().waitFor()
})

test('no page broke on the way', () => {
  expect(browser.errors).toEqual([])
})
