/**
 * The simulator's page as a customer and a tester use it, in a real browser: phones, every kind, presses, faults, the log. Always holds: no request leaves this
 * machine, no page error goes unseen.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { clientId, type Phone, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let bot: Phone
let number: Phone
let page: Page

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  bot = (await hub.connect('telegram')).phone
  number = (await hub.connect('whatsapp')).phone
  page = await open()
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})

async function open(options: Parameters<TestBrowser['context']>[0] = {}): Promise<Page> {
  const context = await browser.context({ cookie: hub.cookie, origin: hub.url, width: 1440, height: 900, ...options })
  const opened = await context.newPage()
  await opened.goto(`${hub.url}/simulator`)
  return opened
}

const phoneOf = (of: Phone, on = page): Locator => on.locator(`[id="${of === bot ? 'telegram' : 'whatsapp'}/${of.customerId}"]`)
const field = (phone: Locator) => phone.locator('textarea')
const bubble = (phone: Locator, words: string | RegExp) => phone.locator('[data-message]').filter({ hasText: words })

async function write(phone: Locator, words: string): Promise<void> {
  await field(phone).fill(words)
  await field(phone).press('Enter')
  await bubble(phone, words).last().waitFor()
}

async function sheet(phone: Locator, words: string | RegExp, action: string): Promise<void> {
  await bubble(phone, words)
    .last()
    .getByRole('button', { name: /^Actions for/ })
    .press('Enter')
  await phone.getByRole('dialog').getByRole('button', { name: action, exact: true }).click()
}

async function conversationOf(of: Phone) {
  const channel = of === bot ? 'telegram' : 'whatsapp'
  return await until(
    async () => (await hub.owner.call('conversations', {})).conversations.find(one => one.channel === channel),
    'the conversation',
  )
}

async function inboxHas(of: Phone, look: (text: string) => boolean, what: string): Promise<void> {
  const { id } = await conversationOf(of)
  await until(async () => look(JSON.stringify((await hub.owner.call('messages', { params: { conversationId: id } })).messages)), what)
}

describe('who may', () => {
  test('without a session the page says so and leads to the sign-in', async () => {
    const stranger = await open({ cookie: undefined })
    await stranger.getByRole('heading', { name: 'Sign in first' }).waitFor()
    expect(await stranger.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe('/')
    await stranger.context().close()
  })
})

describe('on a phone', () => {
  test('one presses Start, writes, and the inbox has it; the answer appears by itself', async () => {
    const phone = phoneOf(bot)
    await phone.getByRole('button', { name: 'Start', exact: true }).click()
    await write(phone, 'Do you have the blue kettle?')
    const { id } = await conversationOf(bot)
    await hub.owner.call('sendMessage', {
      params: { conversationId: id },
      body: { clientId: clientId(), body: textBody('Yes, twelve of them') },
    })
    await bubble(phone, 'Yes, twelve of them').waitFor()
  })

  test('what was sent is edited, reacted to, quoted and deleted', async () => {
    const phone = phoneOf(bot)
    await write(phone, 'Twelf')
    await sheet(phone, 'Twelf', 'Edit')
    await field(phone).fill('Twelve!')
    await field(phone).press('Enter')
    await bubble(phone, 'Twelve!').getByText('edited').waitFor()
    await sheet(phone, 'Yes, twelve of them', 'React 👍')
    await bubble(phone, 'Yes, twelve of them').getByRole('button', { name: 'You: 👍' }).waitFor()
    await sheet(phone, 'Yes, twelve of them', 'Reply')
    await write(phone, 'Two of these, please')
    await bubble(phone, 'Two of these, please').locator('.quote').waitFor()
    await sheet(phone, 'Twelve!', 'Delete')
    await phone.getByText('Message deleted').waitFor()
    await inboxHas(
      bot,
      text => text.includes('Twelve!') && text.includes('👍') && text.includes('Two of these'),
      'edit, reaction and reply',
    )
  })

  test('buttons, lists and keys are pressed where the messenger shows them', async () => {
    const { id } = await conversationOf(bot)
    const send = async (keyboard: object, words: string) =>
      await hub.owner.call('sendMessage', {
        params: { conversationId: id },
        body: { clientId: clientId(), body: { ...textBody(words), keyboard } as never },
      })
    const phone = phoneOf(bot)
    await send({ kind: 'buttons', rows: [[{ kind: 'reply', title: 'Order it', payload: 'order' }]] }, 'Shall we send it?')
    await phone.getByRole('button', { name: 'Order it' }).click()
    await inboxHas(bot, text => text.includes('"kind":"choice"') && text.includes('Order it'), 'the press')
    await send({ kind: 'quick_replies', rows: [[{ kind: 'reply', title: 'Tomorrow', payload: 't' }]] }, 'When?')
    await phone.getByRole('group', { name: 'Answers' }).getByRole('button', { name: 'Tomorrow' }).click()
    await bubble(phone, 'Tomorrow').waitFor()
    const other = phoneOf(number)
    await write(other, 'Good morning')
    const conversation = await conversationOf(number)
    await hub.owner.call('sendMessage', {
      params: { conversationId: conversation.id },
      body: {
        clientId: clientId(),
        body: {
          ...textBody('How?'),
          keyboard: {
            kind: 'list',
            button: 'Choose',
            sections: [{ title: 'Today', rows: [{ title: 'Courier', description: '18 to 21', payload: 'c' }] }],
          },
        },
      },
    })
    await other.getByRole('button', { name: 'Choose' }).click()
    await other
      .getByRole('dialog', { name: 'Choose' })
      .getByRole('button', { name: /^Courier/ })
      .click()
    await bubble(other, 'Courier').waitFor()
    await inboxHas(number, text => text.includes('"kind":"choice"'), 'the chosen row')
  })

  test.each(['bot', 'number'])('of the %s every kind on offer is sent and arrives', async which => {
    const of = which === 'bot' ? bot : number
    const phone = phoneOf(of)
    await phone.getByRole('button', { name: 'Attach' }).click()
    const kinds = await phone.locator('.kind').allInnerTexts()
    expect(kinds.length).toBeGreaterThan(7)
    await page.keyboard.press('Escape')
    await phone.getByRole('dialog').waitFor({ state: 'detached' })
    for (const kind of kinds) {
      const before = of.view().messages.length
      await phone.getByRole('button', { name: 'Attach' }).click()
      await phone.getByRole('button', { name: kind, exact: true }).click()
      await until(() => of.view().messages.length > before, kind)
      expect(await phone.locator('.notice').count(), kind).toBe(0)
    }
  })

  test('an own file is sent under its own name, with what was typed as its caption', async () => {
    const phone = phoneOf(bot)
    await field(phone).fill('Our address')
    await phone.getByRole('button', { name: 'Attach' }).click()
    await phone.getByRole('button', { name: 'Own file' }).click()
    const chooser = page.waitForEvent('filechooser')
    await phone.getByRole('button', { name: 'File', exact: true }).click()
    await (await chooser).setFiles({ name: 'address.txt', mimeType: 'text/plain', buffer: Buffer.from('Street 1') })
    await bubble(phone, 'address.txt').filter({ hasText: 'Our address' }).waitFor()
  })

  test('a poll is voted in, and the vote taken back', async () => {
    const { id } = await conversationOf(bot)
    await hub.owner.call('sendMessage', {
      params: { conversationId: id },
      body: {
        clientId: clientId(),
        body: { content: { kind: 'poll', question: 'Which colour?', options: [{ text: 'Blue' }, { text: 'Red' }] } },
      },
    })
    const poll = bubble(phoneOf(bot), 'Which colour?')
    await poll.getByRole('button', { name: 'Blue' }).click()
    await poll.getByText('1 vote').waitFor()
    await poll.getByRole('button', { name: 'Take back' }).click()
    await poll.getByText('1 vote').waitFor({ state: 'detached' })
  })

  test('a phone that is put away gets messages and reads nothing', async () => {
    const phone = phoneOf(number)
    const { id } = await conversationOf(number)
    await phone.getByRole('button', { name: 'Put away' }).click()
    const { message } = await hub.owner.call('sendMessage', {
      params: { conversationId: id },
      body: { clientId: clientId(), body: textBody('Are you there?') },
    })
    const state = async () =>
      (await hub.owner.call('messages', { params: { conversationId: id } })).messages.find(one => one.id === message.id)?.state
    await phone.getByText('1 new message').waitFor()
    await until(async () => (await state()) === 'delivered', 'delivered')
    await phone.getByRole('button', { name: 'Take out' }).click()
    await until(async () => (await state()) === 'read', 'read')
  })

  test('receipts are hidden, the business is blocked and let in again', async () => {
    const phone = phoneOf(number)
    const more = async (action: string | RegExp) => {
      await phone.getByRole('button', { name: 'More' }).click()
      await phone.getByRole('dialog').getByRole('button', { name: action }).click()
    }
    await more(/^Hide read receipts/)
    await phone.getByText('receipts hidden').waitFor()
    await more(/^Hide read receipts/)
    await more(/^Block/)
    await phone.getByRole('button', { name: 'Unblock' }).click()
    await field(phone).waitFor()
  })

  test('a refusal is told on the phone', async () => {
    const phone = phoneOf(bot)
    await field(phone).fill('x'.repeat(5_000))
    await field(phone).press('Enter')
    await phone.getByRole('status').filter({ hasText: '4096' }).waitFor()
    await field(phone).fill('')
  })
})

describe('around the phones', () => {
  test('another customer and another account are there with a press', async () => {
    await page.getByRole('button', { name: 'Customer' }).first().click()
    await page.getByRole('dialog', { name: 'New customer' }).getByLabel('Name').fill('Mila')
    await page.getByLabel('Without a phone number').check()
    await page.keyboard.press('Enter')
    const mila = page.getByRole('article', { name: /^Mila/ })
    await mila.getByText('number hidden').waitFor()
    const before = await page.getByRole('article').count()
    await page.getByRole('button', { name: 'New account' }).click()
    await page
      .getByRole('dialog', { name: 'New account' })
      .getByRole('button', { name: /Telegram/ })
      .click()
    await until(async () => (await page.getByRole('article').count()) > before, 'the new phone')
  })

  test('a fault is switched on, strikes, is seen in the log, and is over', async () => {
    await page.getByRole('button', { name: /^Faults and log/ }).click()
    const faults = page.getByRole('region', { name: 'Telegram' }).getByRole('group', { name: '429, too many requests' })
    await faults.getByLabel('Retry after, s').fill('0.5')
    await faults.getByLabel('Retry after, s').press('Enter')
    await faults.getByRole('button', { name: '1 time' }).click()
    await faults.getByText('Strikes 1 more time').waitFor()
    const { id } = await conversationOf(bot)
    await hub.owner.call('sendMessage', { params: { conversationId: id }, body: { clientId: clientId(), body: textBody('After a while') } })
    await bubble(phoneOf(bot), 'After a while').waitFor()
    await faults.getByText('Strikes').waitFor({ state: 'detached' })
    await page.getByRole('tab', { name: 'Log' }).click()
    await page.getByLabel('Only problems').check()
    const line = page.locator('.log-line').filter({ hasText: '429' }).first()
    await line.getByRole('button').first().click()
    await line.getByText('The messenger answered').waitFor()
    const shown = await page.locator('.log').textContent()
    expect(shown).not.toContain(hub.simulators!.simulators.get('telegram')!.simulator.accounts()[0]!.config.token)
    await page.getByRole('searchbox').fill('nothing is called this')
    await page.getByText('No line matches').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
  })

  test('after a broken connection everything is there again', async () => {
    await page.context().setOffline(true)
    await bot.act({ act: 'write', text: 'Written while you were away' })
    await page.context().setOffline(false)
    await bubble(phoneOf(bot), 'Written while you were away').waitFor()
  })

  test('nothing left this machine, and no page broke', () => {
    expect(browser.outside).toEqual([])
    expect(browser.errors).toEqual([])
  })
})

describe('for everyone', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  test.each([
    ['light', 'en', 1_440],
    ['dark', 'ru', 1_440],
    ['light', 'ru', 390],
    ['dark', 'en', 390],
  ] as const)('%s, %s, %i wide: nothing serious for assistive technology, nothing scrolls sideways', async (theme, language, width) => {
    await hub.owner.call('updateMe', { body: { language, theme: 'auto' } })
    const other = await open({ theme, width, height: width === 390 ? 844 : 900, phone: width === 390 })
    await other.locator('.thread').first().waitFor()
    expect(await other.evaluate(() => document.documentElement.lang)).toBe(language)
    // As a value, not as a script of the page: the page's own policy would refuse it.
    const found = await other.evaluate(async source => {
      new Function(source).call(window)
      const tool = (
        window as unknown as {
          axe: {
            run(at: Document, options: object): Promise<{ violations: { id: string; impact: string; nodes: { target: string[] }[] }[] }>
          }
        }
      ).axe
      const { violations } = await tool.run(document, { iframes: false })
      return violations
        .filter(one => one.impact === 'serious' || one.impact === 'critical')
        .map(one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).join(', ')}`)
    }, axe)
    expect(found).toEqual([])
    expect(await other.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    await other.context().close()
    await hub.owner.call('updateMe', { body: { language: 'en' } })
  })
})
