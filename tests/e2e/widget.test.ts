/**
 * The widget in a real browser, on a page of another origin that does its worst to it: styles for everything, a policy that allows our address and nothing
 * else. Always holds: what a visitor writes is at the desk once, what the desk writes is before the visitor once, whatever happens to the line.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { sampleMedia } from '@dragoman/channel-kit/simulator'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ContextOptions, startBrowser, type TestBrowser } from '../support/browser.ts'
import { clientId, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let endpoint: string
let accountId: string
beforeAll(async () => {
  hub = await startTestHub()
  accountId = (await hub.connect('webchat')).accountId
  endpoint = (await hub.owner.call('account', { params: { accountId } })).account.endpointId
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})

/** The shop, asked for under another name of this machine: another origin than the hub's. */
const shop = (more: Record<string, string> = {}) =>
  `${hub.url.replace('127.0.0.1', 'localhost')}/simulator/site/${endpoint}?${new URLSearchParams(more)}`

async function visit(
  more: Record<string, string> = {},
  options: ContextOptions = {},
  prepare?: (context: BrowserContext) => Promise<void>,
): Promise<Page> {
  const context = await browser.context({ width: 1280, height: 800, ...options })
  await context.addInitScript(`
    window.violations = []
    window.shifts = 0
    document.addEventListener('securitypolicyviolation', event => window.violations.push(event.violatedDirective + ' ' + event.blockedURI))
    new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shifts += entry.value }).observe({ type: 'layout-shift', buffered: true })
  `)
  await prepare?.(context)
  const page = await context.newPage()
  await page.goto(shop(more))
  return page
}

const launcher = (page: Page) => page.locator('dragoman-chat > button, dragoman-chat button[aria-haspopup=dialog]').first()
const field = (page: Page) => page.getByRole('textbox', { name: /Write a message|Напишите сообщение/ })
const log = (page: Page) => page.getByRole('log')
const bubbles = async (page: Page) => await page.locator('dragoman-chat .bubble .words').allTextContents()

async function open(page: Page): Promise<void> {
  await launcher(page).click()
  await field(page).waitFor()
}
async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text)
  await field(page).press('Enter')
}
async function conversationWith(text: string) {
  return await until(async () => {
    const { conversations } = await hub.owner.call('conversations', { query: { accountId, limit: 100 } })
    for (const row of conversations) {
      const { messages } = await hub.owner.call('messages', { params: { conversationId: row.id } })
      if (messages.some(message => JSON.stringify(message.body).includes(text))) return row
    }
    return undefined
  }, `“${text}” at the desk`)
}
async function answer(conversationId: string, text: string, more: object = {}) {
  return (
    await hub.owner.call('sendMessage', {
      params: { conversationId },
      body: { clientId: clientId(), body: { ...textBody(text), ...more } },
    })
  ).message
}
const atDesk = async (conversationId: string) =>
  (await hub.owner.call('messages', { params: { conversationId } })).messages.flatMap(({ body }) =>
    body.content.kind === 'text' ? [body.content.text.text] : [body.content.kind],
  )
const violations = (page: Page) => page.evaluate('window.violations')
const shifts = (page: Page) => page.evaluate('window.shifts')
const styleOf = (page: Page, selector: string, property: string) =>
  page.evaluate(`getComputedStyle(document.querySelector('dragoman-chat').shadowRoot.querySelector('${selector}')).${property}`)

describe('on a hostile page', () => {
  test('visitor and desk write to each other; pictures show; nothing breaks the page’s policy', async () => {
    const page = await visit({ hostile: '1' })
    await open(page)
    await write(page, 'Hello from behind enemy styles')
    const conversation = await conversationWith('enemy styles')
    await answer(conversation.id, 'We can hear you', {
      keyboard: { kind: 'buttons', rows: [[{ kind: 'reply', title: 'Good', payload: 'good' }]] },
    })
    await page.getByRole('button', { name: 'Good', exact: true }).click()
    await until(async () => (await atDesk(conversation.id)).includes('choice'), 'the press')
    const { jpeg } = sampleMedia()
    await page
      .locator('dragoman-chat input[type=file]')
      .setInputFiles({ name: 'kettle.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(jpeg.bytes) })
    await page.locator('dragoman-chat canvas.drawn').waitFor()
    await until(async () => (await atDesk(conversation.id)).includes('image'), 'the picture')
    expect(await violations(page)).toEqual([])
    // What the page's styles ask for has not happened to us.
    const panel = page.getByRole('dialog')
    const box = (await panel.boundingBox())!
    expect(box.width).toBeGreaterThan(300)
    expect(box.x + box.width).toBeLessThanOrEqual(1280)
    expect(await styleOf(page, '.panel', 'opacity')).toBe('1')
    expect(await styleOf(page, 'textarea', 'color')).not.toBe('rgb(0, 255, 0)')
    await page.context().close()
  })

  test('it adds one name to the page, and its keys do not reach the page’s shortcuts', async () => {
    const page = await visit({ hostile: '1' })
    const added = (await page.evaluate(`(() => {
      const frame = document.createElement('iframe')
      document.body.append(frame)
      const plain = new Set(Object.getOwnPropertyNames(frame.contentWindow))
      frame.remove()
      return Object.getOwnPropertyNames(window).filter(name => !plain.has(name))
    })()`)) as string[]
    // Those that the page and this test have put there themselves.
    expect(
      added.filter(name => !['violations', 'shifts', 'app', 'chat', 't'].includes(name) && !/^\d+$|playwright|binding/i.test(name)),
    ).toEqual(['dragoman'])
    await open(page)
    await write(page, 'Typed under a page that eats keys')
    await conversationWith('eats keys')
    await page.context().close()
  })
})

describe('the line', () => {
  test('after a reload the conversation is there, once, and the visitor is who he was', async () => {
    const page = await visit({ hostile: '1' })
    await open(page)
    await write(page, 'Before the reload')
    const conversation = await conversationWith('Before the reload')
    await answer(conversation.id, 'Seen before')
    await log(page).getByText('Seen before').waitFor()
    await page.reload()
    await open(page)
    await log(page).getByText('Seen before').waitFor()
    expect(await bubbles(page)).toEqual(['Before the reload', 'Seen before'])
    await write(page, 'After the reload')
    await until(async () => (await atDesk(conversation.id)).includes('After the reload'), 'the second message')
    await page.context().close()
  })

  test('written without a connection, sent when it is back: in order, nothing lost, nothing twice', async () => {
    const page = await visit()
    await open(page)
    await write(page, 'Online one')
    const conversation = await conversationWith('Online one')
    await page.context().setOffline(true)
    await page.getByText('No connection.').waitFor()
    await write(page, 'Offline two')
    await write(page, 'Offline three')
    expect(await page.getByText('Waiting to be sent').count()).toBe(2)
    for (const text of ['Desk one', 'Desk two']) await answer(conversation.id, text)
    await until(
      async () =>
        (await hub.owner.call('messages', { params: { conversationId: conversation.id } })).messages.filter(
          one => one.state === 'sent' && one.direction === 'out',
        ).length === 2,
      'the answers',
    )
    expect(await bubbles(page)).toEqual(['Online one', 'Offline two', 'Offline three'])
    await page.context().setOffline(false)
    await log(page).getByText('Desk two').waitFor()
    await until(async () => (await atDesk(conversation.id)).includes('Offline three'), 'the late messages')
    expect((await atDesk(conversation.id)).toSorted()).toEqual(['Desk one', 'Desk two', 'Offline three', 'Offline two', 'Online one'])
    const own = (await atDesk(conversation.id)).filter(text => text.startsWith('O'))
    expect(own).toEqual(['Online one', 'Offline two', 'Offline three'])
    await until(async () => (await bubbles(page)).length === 5, 'all five')
    expect((await bubbles(page)).filter(text => text.startsWith('O'))).toEqual(own)
    await page.context().close()
  })

  test('what was written offline survives the page itself', async () => {
    const page = await visit()
    await open(page)
    await write(page, 'First of this visit')
    const conversation = await conversationWith('First of this visit')
    await page.route('**/visitor/*/events', route => route.abort())
    await write(page, 'Kept in the browser')
    await page.getByText('Waiting to be sent').first().waitFor({ state: 'attached' })
    await page.unrouteAll()
    await page.reload()
    await open(page)
    await until(async () => (await atDesk(conversation.id)).includes('Kept in the browser'), 'the kept message')
    expect((await atDesk(conversation.id)).filter(text => text === 'Kept in the browser')).toHaveLength(1)
    await page.context().close()
  })

  test('a post whose answer was lost is not two messages', async () => {
    const page = await visit()
    let swallowed = 0
    await page.route('**/visitor/*/events', async route => {
      if (swallowed++ > 0) return await route.continue()
      await route.fetch()
      return await route.abort()
    })
    await open(page)
    await write(page, 'Answered into the void')
    const conversation = await conversationWith('into the void')
    await page.getByText('Sent', { exact: true }).first().waitFor({ state: 'attached' })
    expect(swallowed).toBeGreaterThan(1)
    expect(await atDesk(conversation.id)).toEqual(['Answered into the void'])
    await page.context().close()
  })

  test('where storage is refused memory takes its place', async () => {
    const page = await visit({}, {}, async context => {
      await context.addInitScript(
        `Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('blocked', 'SecurityError') } })`,
      )
    })
    await open(page)
    await write(page, 'No cookies, no storage')
    await conversationWith('no storage')
    await page.context().close()
  })

  test('an answer that came while he was away is on the button when he comes back', async () => {
    const page = await visit()
    await open(page)
    await write(page, 'I have to go')
    const conversation = await conversationWith('I have to go')
    await page.goto('about:blank')
    await answer(conversation.id, 'Here is your answer')
    await until(
      async () => (await hub.owner.call('messages', { params: { conversationId: conversation.id } })).messages.at(-1)?.state === 'sent',
      'the answer',
    )
    await page.goto(shop())
    await page.getByRole('button', { name: /1 new message/ }).click()
    await log(page).getByText('Here is your answer').waitFor()
    await until(
      async () => (await hub.owner.call('messages', { params: { conversationId: conversation.id } })).messages.at(-1)?.state === 'read',
      'the read mark',
    )
    await page.context().close()
  })
})

describe('by keyboard and by ear', () => {
  test('open, write, answer and close without a mouse; the focus stays inside and goes back', async () => {
    const page = await visit()
    await launcher(page).waitFor()
    const focused = async () =>
      String(
        await page.evaluate(`(() => {
        const inner = document.activeElement?.shadowRoot?.activeElement
        return inner ? inner.tagName + ' ' + (inner.getAttribute('aria-label') ?? '') : (document.activeElement?.tagName ?? '')
      })()`),
      )
    for (let count = 0; count < 12 && !(await focused()).includes('Chat with us'); count++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await field(page).waitFor()
    await until(async () => (await focused()).startsWith('TEXTAREA'), 'the focus in the field')
    await page.keyboard.type('By keyboard alone')
    await page.keyboard.press('Enter')
    const conversation = await conversationWith('By keyboard alone')
    await answer(conversation.id, 'Well done')
    await log(page).getByText('Well done').waitFor()
    // Said once, politely, in a place of its own.
    expect(await page.locator('dragoman-chat [aria-live=polite]').allTextContents()).toEqual([expect.stringMatching(/: Well done$/)])
    for (let count = 0; count < 15; count++) {
      await page.keyboard.press('Tab')
      expect(await focused()).not.toMatch(/^(BODY|A|BUTTON) ?$|Chat with us/)
    }
    await page.keyboard.press('Escape')
    await until(async () => (await focused()).includes('Chat with us'), 'the focus back on the button')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.context().close()
  })

  test('its messages can be answered, changed and taken back by their menu', async () => {
    const page = await visit()
    await open(page)
    await write(page, 'Teh first')
    const conversation = await conversationWith('Teh first')
    await page.getByText('Sent', { exact: true }).first().waitFor({ state: 'attached' })
    await page.getByRole('button', { name: /Teh first/ }).click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await field(page).fill('The first')
    await field(page).press('Enter')
    await until(async () => (await atDesk(conversation.id)).includes('The first'), 'the edit')
    await answer(conversation.id, 'Which one?')
    await log(page).getByText('Which one?').waitFor()
    await page.getByRole('button', { name: /Which one/ }).click()
    await page.getByRole('menuitem', { name: 'React with 👍' }).click()
    await until(
      async () =>
        (await hub.owner.call('messages', { params: { conversationId: conversation.id } })).messages.some(one => one.reactions.length > 0),
      'the reaction',
    )
    await page.getByRole('button', { name: /Which one/ }).click()
    await page.getByRole('menuitem', { name: 'Reply' }).click()
    await write(page, 'This one')
    await until(
      async () =>
        (await hub.owner.call('messages', { params: { conversationId: conversation.id } })).messages.some(
          one => one.replyTo?.preview === 'Which one?',
        ),
      'the quote',
    )
    await page.getByText('Sent', { exact: true }).nth(1).waitFor({ state: 'attached' })
    await page.getByRole('button', { name: /: This one/ }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByText('Message deleted').waitFor()
    await until(
      async () => (await hub.owner.call('messages', { params: { conversationId: conversation.id } })).messages.at(-1)?.deletedAt,
      'the removal',
    )
    await page.context().close()
  })

  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  for (const theme of ['light', 'dark'] as const) {
    for (const language of ['en', 'ru'] as const) {
      test(`axe finds nothing serious (${theme}, ${language})`, async () => {
        const page = await visit({ language }, { theme, locale: language === 'ru' ? 'ru-RU' : 'en-GB' })
        await open(page)
        const marker = `axe ${theme} ${language}`
        await write(page, marker)
        const conversation = await conversationWith(marker)
        await answer(conversation.id, 'A link: https://shop.example/ and buttons', {
          keyboard: { kind: 'buttons', rows: [[{ kind: 'reply', title: 'Yes', payload: 'y' }]] },
        })
        const cards = {
          content: {
            kind: 'carousel' as const,
            cards: [
              { title: 'Blue', text: '1.8 l', buttons: [{ kind: 'url' as const, title: 'More', url: 'https://shop.example/1' }] },
              { title: 'Copper' },
            ],
          },
        }
        await hub.owner.call('sendMessage', { params: { conversationId: conversation.id }, body: { clientId: clientId(), body: cards } })
        await page.getByText('Copper', { exact: true }).last().waitFor()
        await page.getByRole('button', { name: /: A link/ }).click()
        await page.evaluate(axe)
        const found =
          await page.evaluate(`axe.run({ include: ['dragoman-chat'] }).then(({ violations }) => violations.filter(one => one.impact === 'serious' || one.impact === 'critical')
          .map(one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 120) + ' ' + node.failureSummary).join(' | ')))`)
        expect(found).toEqual([])
        await page.context().close()
      })
    }
  }
})

describe('as a guest in the page', () => {
  test('before it is pressed: two requests, no layout shift, and the conversation is not loaded', async () => {
    const asked: string[] = []
    const page = await visit({}, {}, async context => {
      context.on('request', request => {
        if (request.url().includes('127.0.0.1')) asked.push(new URL(request.url()).pathname)
      })
    })
    await launcher(page).waitFor()
    await page.waitForLoadState('networkidle')
    expect(asked.map(path => path.split('/').at(-1))).toEqual(['widget.js', 'settings'])
    expect(await shifts(page)).toBe(0)
    await open(page)
    expect(asked).toContain('/widget-app.js')
    expect(await shifts(page)).toBe(0)
    await page.context().close()
  })

  test('on a phone it fills the screen, and what is pressed is large enough for a thumb', async () => {
    const page = await visit({}, { width: 390, height: 844, phone: true })
    await open(page)
    await write(page, 'From a phone')
    await conversationWith('From a phone')
    expect(await page.getByRole('dialog').boundingBox()).toMatchObject({ x: 0, y: 0, width: 390, height: 844 })
    const small =
      await page.evaluate(`[...document.querySelector('dragoman-chat').shadowRoot.querySelectorAll('.panel button')].filter(one => one.getClientRects().length > 0)
      .map(one => ({ label: one.getAttribute('aria-label') ?? one.textContent, box: one.getBoundingClientRect() })).filter(({ box }) => box.height < 44 || box.width < 32).map(({ label }) => label)`)
    expect(small).toEqual([])
    await page.context().close()
  })

  test('nothing that anybody writes is run', async () => {
    const page = await visit()
    const nasty =
      '<img src=x onerror="window.run=1"><script>window.run=1</script> javascript:window.run=1 https://a.example/"onclick="window.run=1'
    await open(page)
    await write(page, nasty)
    const conversation = await conversationWith('window.run')
    await answer(conversation.id, nasty)
    const link = { kind: 'link' as const, offset: 0, length: 5, url: 'javascript:window.run=1' }
    await hub.owner.call('sendMessage', {
      params: { conversationId: conversation.id },
      body: { clientId: clientId(), body: { content: { kind: 'text', text: { text: 'Press me', entities: [link] } } } },
    })
    await log(page).getByText('Press me').click()
    expect(await page.locator('dragoman-chat .bubble img, dragoman-chat .bubble script, dragoman-chat a[href^=javascript]').count()).toBe(0)
    expect(await page.evaluate('window.run')).toBeUndefined()
    await page.context().close()
  })

  test('nothing was asked of another machine, and no page had an error', () => {
    expect(browser.outside).toEqual([])
    expect(browser.errors).toEqual([])
  })
})
