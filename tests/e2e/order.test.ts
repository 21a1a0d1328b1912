/** Order on the desk, as an agent does it: several at once, snooze in words, labels, closing with fields, macros, filters that become a view, spam, mentions. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { joinAgent } from '../support/agents.ts'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type Desk, eventually, openDesk, writeFrom } from '../support/desk.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let desk: Desk
const names = ['Ada', 'Berta', 'Clara', 'Dora']

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  await hub.owner.call('updateMe', { body: { undoSeconds: 0 } })
  const { phone } = await hub.connect('whatsapp')
  for (const name of names) {
    await writeFrom(hub.newPhone('whatsapp', phone.platformAccountId, { name }), 'Where is my order?')
    await eventually(async () => (await hub.owner.call('conversations', {})).conversations[0]?.contact.name === name, `${name} on top`)
  }
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})
afterEach(() => desk?.close())

const viewOf = async (name: string) =>
  (await hub.owner.call('search', { query: { q: name, limit: 5 } })).contacts.find(hit => hit.conversation.contact.name === name)!
    .conversation

describe('several at once', () => {
  test('Ctrl and Shift choose rows, one press labels them all, and one undo takes it back', async () => {
    desk = await openDesk(browser, hub)
    await desk.row('Dora').click({ modifiers: ['Control'] })
    await desk.row('Berta').click({ modifiers: ['Shift'] })
    await desk.page.getByText('3 chosen').waitFor()
    await desk.page.keyboard.press('l')
    const field = desk.page.getByRole('combobox', { name: 'Find or make a label' })
    await field.fill('Late parcel')
    await desk.page.getByRole('option', { name: 'Make the label “Late parcel”' }).waitFor()
    await field.press('Enter')
    await eventually(async () => (await viewOf('Berta')).labelIds.length === 1, 'a labelled conversation')
    expect((await viewOf('Ada')).labelIds).toEqual([])
    await desk.row('Clara').getByText('Late parcel').waitFor()
    await desk.page.keyboard.press('Escape')
    await desk.page.getByRole('button', { name: 'Undo' }).click()
    await eventually(async () => (await viewOf('Clara')).labelIds.length === 0, 'no label any more')
  })
})

describe('snooze', () => {
  test('free words are understood in both languages before anything is done; the conversation leaves the list and lies among the snoozed', async () => {
    desk = await openDesk(browser, hub)
    await desk.open('Ada')
    await desk.page.keyboard.press('z')
    const field = desk.page.getByRole('combobox', { name: 'When' })
    await field.fill('когда-нибудь')
    await desk.page.getByText('Not understood', { exact: false }).waitFor()
    await field.fill('послезавтра в 14:30')
    await desk.page.getByRole('option', { name: /14:30/ }).waitFor()
    await field.press('Enter')
    await eventually(async () => (await viewOf('Ada')).snoozedUntil !== null, 'a snoozed conversation')
    await desk.row('Ada').waitFor({ state: 'detached' })
    await desk.page.goto(`${hub.url}/inbox/snoozed`)
    await desk.row('Ada').getByText('until', { exact: false }).waitFor()
    await hub.owner.call('changeConversations', {
      body: { conversationIds: [(await viewOf('Ada')).id], actions: [{ kind: 'snooze', until: null }] },
    })
    await desk.row('Ada').waitFor({ state: 'detached' })
  })
})

describe('closing', () => {
  test('asks for the fields that the firm requires, keeps what was answered, and E then undo brings the case back', async () => {
    const { version } = await hub.owner.call('setting', { params: { name: 'closing' } })
    await hub.owner.call('saveSetting', {
      params: { name: 'closing' },
      body: { version, value: { fields: [{ id: 'reason', label: { en: 'Reason' }, kind: 'text' }] } },
    })
    desk = await openDesk(browser, hub)
    await desk.open('Berta')
    await desk.page.keyboard.press('e')
    const reason = desk.page.getByRole('textbox', { name: 'Reason' })
    await reason.press('Enter')
    await desk.page.getByText('Please fill this in').waitFor()
    await reason.fill('Lost by the courier')
    await reason.press('Enter')
    await eventually(async () => (await viewOf('Berta')).state === 'closed', 'a closed case')
    await desk.page.getByRole('button', { name: 'Undo' }).click()
    await eventually(async () => (await viewOf('Berta')).state === 'open', 'an open case')
    await hub.owner.call('saveSetting', { params: { name: 'closing' }, body: { version: version + 1, value: { fields: [] } } })
  })
})

describe('macros', () => {
  test('a macro is made in settings, shows what it will do, runs, and names itself in the thread', async () => {
    desk = await openDesk(browser, hub, { path: '/settings/macros' })
    await desk.page.getByRole('button', { name: 'New macro' }).click()
    await desk.page.getByRole('textbox', { name: 'Name' }).fill('Look into it')
    await desk.page.getByRole('button', { name: 'Add a step' }).click()
    await desk.page.getByRole('menuitem', { name: 'Reply to the customer' }).click()
    await desk.page.getByRole('textbox', { name: 'Reply to the customer' }).fill('Dear {{customer.name}}, we look into it.')
    await desk.page.getByRole('button', { name: 'Add a step' }).click()
    await desk.page.getByRole('menuitem', { name: 'Priority' }).click()
    await desk.page.getByRole('button', { name: 'Save' }).click()
    await desk.page.getByText('Priority: High').waitFor()
    await desk.page.goto(`${hub.url}/inbox/all`)
    await desk.open('Clara')
    await desk.page.keyboard.press('m')
    await desk.page.getByRole('option', { name: /Look into it/ }).click()
    await desk.page.getByText('Reply: “Dear {{customer.name}}, we look into it.”').waitFor()
    await desk.page.getByRole('button', { name: 'Run: Clara' }).click()
    await desk.message('Dear Clara, we look into it.').waitFor()
    expect((await viewOf('Clara')).priority).toBe('high')
    await desk.row('Clara').getByText('High').waitFor()
  })
})

describe('filters', () => {
  test('combine in the address, become a view with a count, and nothing found offers to clear them', async () => {
    desk = await openDesk(browser, hub, { path: '/inbox/all?priority=urgent' })
    await desk.page.getByText('Nothing fits these filters').waitFor()
    await desk.page.getByRole('button', { name: 'Clear the filters' }).click()
    await desk.row('Dora').waitFor()
    await desk.page.getByRole('button', { name: 'Filters' }).click()
    await desk.page.getByRole('menuitem', { name: 'Unanswered' }).click()
    await desk.page.getByRole('menuitem', { name: 'Normal' }).click()
    await desk.page.keyboard.press('Escape')
    await eventually(() => /waiting=yes/.test(desk.page.url()) && /priority=normal/.test(desk.page.url()), 'both in the address')
    await desk.page.getByRole('button', { name: 'Save as a view' }).click()
    await desk.page.getByRole('textbox', { name: 'Name of the view' }).fill('Normal and waiting')
    await desk.page.getByRole('button', { name: 'Save', exact: true }).click()
    await desk.page.getByRole('heading', { name: 'Normal and waiting' }).waitFor()
    await desk.row('Dora').waitFor()
    const { views } = await hub.owner.call('savedViews', {})
    expect(views[0]).toMatchObject({ name: 'Normal and waiting', filter: { waiting: 'yes', priority: ['normal'] } })
  })
})

test('spam takes two presses, leaves every view but its own, and comes back', async () => {
  desk = await openDesk(browser, hub)
  await desk.open('Dora')
  await desk.page.getByRole('button', { name: 'More for this conversation' }).click()
  await desk.page.getByRole('menuitem', { name: 'Spam…' }).click()
  await desk.page.getByRole('option', { name: 'Mark as spam and block the contact' }).click()
  await eventually(async () => (await hub.owner.call('conversations', { query: { view: 'spam' } })).conversations.length === 1, 'spam')
  await desk.row('Dora').waitFor({ state: 'detached' })
  await desk.page.getByRole('button', { name: 'Undo' }).click()
  await desk.row('Dora').waitFor()
})

test('a colleague is named in a note by a few letters, and hears of it', async () => {
  const boris = await joinAgent(hub, 'Boris Petrov')
  desk = await openDesk(browser, hub)
  await desk.open('Ada')
  await desk.page.getByRole('radio', { name: 'Note' }).click()
  await desk.field.pressSequentially('Please look, @bor')
  await desk.page.getByRole('option', { name: 'Boris Petrov' }).waitFor()
  await desk.field.press('Enter')
  expect(await desk.field.inputValue()).toBe('Please look, @Boris Petrov ')
  await desk.field.press('Enter')
  await eventually(() => boris.events.some(event => event.kind === 'mention.created'), 'the mention')
  boris.leave()
})

test('nothing broke in the browser', () => {
  expect(browser.errors).toEqual([])
})
