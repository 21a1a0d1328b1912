/** What else a reply may carry, and who is writing: links, polls, typing. Always holds: what the composer shows is what the phone gets. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type Desk, eventually, openDesk, writeFrom } from '../support/desk.ts'
import { clientWith, type Phone, startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let desk: Desk
const phones: Record<string, Phone> = {}

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  await hub.owner.call('updateMe', { body: { undoSeconds: 0 } })
  for (const channel of ['telegram', 'whatsapp', 'webchat']) {
    const { phone: first } = await hub.connect(channel)
    phones[channel] = hub.newPhone(channel, first.platformAccountId, { name: `Ada of ${channel}` })
    await writeFrom(phones[channel], 'Hello')
  }
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})
afterEach(() => desk?.close())

const sentTo = (phone: Phone) =>
  phone
    .view()
    .messages.filter(message => message.from === 'business')
    .map(message => message.body)

test('a link is set on chosen words in place, and the phone gets words that lead there', async () => {
  desk = await openDesk(browser, hub)
  await desk.open('Ada of telegram')
  await desk.field.fill('See our catalogue here')
  await desk.field.press('Control+a')
  await desk.page.getByRole('button', { name: 'Formatting' }).click()
  await desk.page.getByRole('menuitem', { name: 'Link' }).click()
  const address = desk.page.getByLabel('Where “See our catalogue here” leads')
  await address.fill('not an address')
  await desk.page.getByText('This is not an address').waitFor()
  await address.fill('example.com/kettles')
  await address.press('Enter')
  await address.waitFor({ state: 'hidden' })
  await desk.field.press('Enter')
  const body = await eventually(() => sentTo(phones.telegram!)[0], 'the link on the phone')
  expect(body.content).toMatchObject({
    kind: 'text',
    text: { text: 'See our catalogue here', entities: [{ kind: 'link', url: 'https://example.com/kettles', offset: 0, length: 22 }] },
  })
})

describe.each([
  ['telegram', 'poll'],
  ['whatsapp', 'text'],
])('a poll on %s', (channel, arrivesAs) => {
  test(`arrives as ${arrivesAs === 'poll' ? 'a poll' : 'buttons, and the composer said so before'}`, async () => {
    desk = await openDesk(browser, hub)
    await desk.open(`Ada of ${channel}`)
    await desk.page.getByRole('button', { name: 'Poll' }).click()
    await desk.page.getByLabel('Question').fill('Which colour?')
    await desk.page.getByLabel('Answer 1', { exact: true }).fill('Blue')
    await desk.page.getByLabel('Answer 2', { exact: true }).fill('Red')
    await desk.page.getByRole('button', { name: 'Attach', exact: true }).click()
    await desk.page.getByText('Which colour? · Blue · Red').waitFor()
    if (arrivesAs === 'text')
      await desk.page
        .getByText(/button/i)
        .first()
        .waitFor()
    await desk.page.getByRole('button', { name: 'Send', exact: true }).click()
    const body = await eventually(
      () => sentTo(phones[channel]!).find(one => JSON.stringify(one).includes('Which colour?')),
      'the question on the phone',
    )
    expect(body.content.kind).toBe(arrivesAs)
    expect(JSON.stringify(body)).toContain('Blue')
    await desk.message('Which colour?').waitFor()
  })
})

describe('who is writing', () => {
  test('the customer’s dots show in list and thread, and stop by themselves soon after silence', async () => {
    desk = await openDesk(browser, hub)
    await desk.open('Ada of webchat')
    await phones.webchat!.act({ act: 'typing' })
    const head = desk.page.locator('header').getByText('typing…')
    await head.waitFor()
    await desk.row('Ada of webchat').getByText('typing…').waitFor()
    await head.waitFor({ state: 'hidden' })
    await eventually(async () => (await desk.row('Ada of webchat').getByText('typing…').count()) === 0, 'no dots in the list')
  })

  test('a colleague who types a reply is named in the head of the thread, on a messenger without typing too; nobody sees himself', async () => {
    const { url } = await hub.owner.call('invite', { body: { role: 'agent' } })
    const token = url.split('/').at(-1)!
    const response = await fetch(`${hub.url}/v1/invitations/by-token/${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
      body: JSON.stringify({ name: 'Boris', email: 'boris@example.com', password: 'correct horse battery', language: 'en' }),
    })
    expect(response.ok).toBe(true)
    const cookie = response.headers.get('set-cookie')!.split(';')[0]!
    expect((await clientWith(hub.url, cookie).call('session', {})).me.name).toBe('Boris')
    desk = await openDesk(browser, hub)
    await desk.open('Ada of whatsapp')
    const colleague = await openDesk(browser, hub, { cookie })
    await colleague.open('Ada of whatsapp')
    const named = desk.page.locator('header').getByText('Boris is writing a reply')
    // Keys until it is seen: the hub tells of typing at most every few seconds.
    await eventually(async () => {
      await colleague.field.pressSequentially('x')
      return await named.isVisible()
    }, 'the colleague’s name')
    expect(await colleague.page.getByText('is writing a reply').count()).toBe(0)
    await colleague.close()
    await named.waitFor({ state: 'hidden' })
  })
})

test('no page broke on the way', () => {
  expect(browser.errors).toEqual([])
})
