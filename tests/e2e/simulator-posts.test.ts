/**
 * The public side of a phone and the drawer's accounts, in a real browser: the business posts, a customer comments and is answered; a choice of the
 * drawer changes an account. Always holds: no request leaves this machine, no page error goes unseen.
 */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { clientId, type Phone, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let page: Page
let vera: Phone
let phone: Locator

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  vera = (await hub.connect('messenger')).phone
  await hub.connect('whatsapp')
  const context = await browser.context({ cookie: hub.cookie, origin: hub.url, width: 1440, height: 900 })
  page = await context.newPage()
  await page.goto(`${hub.url}/simulator`)
  phone = page.locator(`[id="messenger/${vera.customerId}"]`)
  await page.getByRole('button', { name: /^Faults and log/ }).click()
  await page.getByRole('tab', { name: 'Accounts' }).click()
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})

const comment = (words: string) => phone.locator('[data-comment]').filter({ hasText: words })

async function publicConversation() {
  return await until(
    async () => (await hub.owner.call('conversations', {})).conversations.find(one => one.place !== null),
    'the public conversation',
  )
}

async function inboxHas(look: (text: string) => boolean, what: string): Promise<void> {
  const { id } = await publicConversation()
  await until(async () => look(JSON.stringify((await hub.owner.call('messages', { params: { conversationId: id } })).messages)), what)
}

test('the business posts in the drawer; a customer comments, is answered, edits and deletes', async () => {
  await page.getByLabel('Account', { exact: true }).selectOption(`messenger ${vera.view().accountId}`)
  const form = page.getByRole('form', { name: 'A post for everyone' })
  await form.getByLabel('Text of the post').fill('New colours: sand, sea and smoke')
  await form.getByRole('button', { name: 'Post', exact: true }).click()
  await form.getByText('Posted.').waitFor()
  await phone.getByRole('button', { name: 'Posts', exact: true }).click()
  const post = phone.getByRole('article').filter({ hasText: 'sand, sea and smoke' })
  await post.getByRole('button', { name: 'Write a comment' }).click()
  await phone.getByRole('textbox', { name: 'Write a comment' }).fill('Do you ship to Omsk?')
  await page.keyboard.press('Enter')
  await comment('Do you ship to Omsk?').waitFor()

  const { id } = await publicConversation()
  await inboxHas(text => text.includes('Do you ship to Omsk?'), 'the comment')
  await hub.owner.call('sendMessage', {
    params: { conversationId: id },
    body: { clientId: clientId(), body: textBody('Yes, in four days') },
  })
  const answer = comment('Yes, in four days')
  await answer.getByText('author').waitFor()
  await answer.getByRole('button', { name: /^Reply/ }).click()
  await phone.getByRole('textbox', { name: 'Write a comment' }).fill('And to Tomsc?')
  await page.keyboard.press('Enter')

  await comment('And to Tomsc?').getByRole('button', { name: 'Edit' }).click()
  await phone.getByRole('textbox', { name: 'Write a comment' }).fill('And to Tomsk?')
  await page.keyboard.press('Enter')
  await comment('And to Tomsk?').waitFor()
  await inboxHas(text => text.includes('And to Tomsk?'), 'the changed comment, in the same conversation')
  await comment('And to Tomsk?').getByRole('button', { name: 'Delete' }).click()
  await comment('And to Tomsk?').waitFor({ state: 'detached' })
  expect(await phone.getByText('2 comments').count()).toBe(1)
})

test('a post of the customer’s own names the business, under the customer’s name', async () => {
  await phone.getByRole('button', { name: /^Name .+ in a post$/ }).click()
  await phone.getByRole('textbox').fill('The kettle is lovely')
  await page.keyboard.press('Enter')
  await phone.getByRole('article', { name: `${vera.view().customerName}: The kettle is lovely` }).waitFor()
})

test('first questions and the menu of an empty chat are pressed', async () => {
  await phone.getByRole('button', { name: 'Chat' }).click()
  const simulator = hub.simulators!.simulators.get('messenger')!.simulator
  const { token } = simulator.accounts()[0]!.config
  const set = await fetch(`${hub.simulators!.simulators.origin('messenger')}/v24.0/me/messenger_profile?access_token=${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      get_started: { payload: 'begin' },
      greeting: [{ locale: 'default', text: 'Good to see you' }],
      ice_breakers: [{ locale: 'default', call_to_actions: [{ question: 'Where are you?', payload: 'where' }] }],
      persistent_menu: [{ locale: 'default', call_to_actions: [{ type: 'postback', title: 'Opening hours', payload: 'hours' }] }],
    }),
  })
  expect(await set.text()).toContain('success')
  await phone.getByText('Good to see you').waitFor()
  await phone.getByRole('group', { name: 'First questions' }).getByRole('button', { name: 'Where are you?' }).click()
  await phone.locator('[data-message]').filter({ hasText: 'Where are you?' }).waitFor()
  await phone.getByRole('button', { name: 'Menu' }).click()
  await phone.getByRole('dialog', { name: 'Menu' }).getByRole('button', { name: 'Opening hours' }).click()
  await phone.locator('[data-message]').filter({ hasText: 'Opening hours' }).waitFor()
})

test('a choice of the drawer changes an account; what is refused says why in place', async () => {
  const simulator = hub.simulators!.simulators.get('whatsapp')!.simulator
  const accountId = simulator.accounts()[0]!.id
  await page.getByLabel('Account', { exact: true }).selectOption(`whatsapp ${accountId}`)
  const quality = page.getByRole('form', { name: 'Meta rates the number' })
  await quality.getByLabel('Quality').selectOption('RED')
  await quality.getByRole('button', { name: 'Do it' }).click()
  await quality.getByText('Done').waitFor()
  expect(simulator.controls!(accountId).find(one => one.id === 'quality')?.fields[0]?.value).toBe('RED')
  const path = `/v1/simulator/whatsapp/accounts/${accountId}/controls`
  await page.route(`**${path}`, async route =>
    route.request().method() === 'POST'
      ? await route.fulfill({ json: { ok: false, reason: 'There is no such quality' } })
      : await route.continue(),
  )
  await quality.getByRole('button', { name: 'Do it' }).click()
  await quality.getByText('There is no such quality').waitFor()
})

test('which kind of account is asked where there are several', async () => {
  await page.getByRole('button', { name: 'New account' }).click()
  const dialog = page.getByRole('dialog', { name: 'New account' })
  await dialog.getByRole('button', { name: /Viber/ }).click()
  await dialog.getByRole('radio', { name: 'Business Messages' }).check()
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(hub.simulators!.simulators.get('viber')!.simulator.accounts().at(-1)?.config.service).toBe('business')
})

test('nothing left this machine, and no page broke', () => {
  expect(browser.outside).toEqual([])
  expect(browser.errors).toEqual([])
})
