/**
 * A shop's page with the widget on it, in a real browser: of another origin than the hub, kind or hostile. Always holds: one hub and one browser per test
 * file, made by `openShop`; breaches of the page's policy and shifts of its layout are counted.
 */
import type { BrowserContext, Page } from 'playwright-core'
import { type ContextOptions, startBrowser, type TestBrowser } from './browser.ts'
import { clientId, startTestHub, type TestHub, textBody, until } from './test-hub.ts'

export let hub: TestHub
export let browser: TestBrowser
export let endpoint: string
export let accountId: string

/** Starts hub and browser, and connects a chat. */
export async function openShop(): Promise<void> {
  hub = await startTestHub()
  accountId = (await hub.connect('webchat')).accountId
  endpoint = (await hub.owner.call('account', { params: { accountId } })).account.endpointId
  browser = await startBrowser()
}

export async function closeShop(): Promise<void> {
  await browser?.close()
  await hub?.close()
}

/** The shop, asked for under another name of this machine: another origin than the hub's. */
export const shop = (more: Record<string, string> = {}) =>
  `${hub.url.replace('127.0.0.1', 'localhost')}/simulator/site/${endpoint}?${new URLSearchParams(more)}`

export async function visit(
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

export const launcher = (page: Page) => page.locator('dragoman-chat > button, dragoman-chat button[aria-haspopup=dialog]').first()
export const field = (page: Page) => page.getByRole('textbox', { name: /Write a message|Напишите сообщение/ })
export const log = (page: Page) => page.getByRole('log')
export const bubbles = async (page: Page) => await page.locator('dragoman-chat .bubble .words').allTextContents()

export async function open(page: Page): Promise<void> {
  await launcher(page).click()
  await field(page).waitFor()
}
export async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text)
  await field(page).press('Enter')
}
export async function conversationWith(text: string) {
  return await until(async () => {
    const { conversations } = await hub.owner.call('conversations', { query: { account: accountId, limit: 100 } })
    for (const row of conversations) {
      const { messages } = await hub.owner.call('messages', { params: { conversationId: row.id } })
      if (messages.some(message => JSON.stringify(message.body).includes(text))) return row
    }
    return undefined
  }, `“${text}” at the desk`)
}
export async function answer(conversationId: string, text: string, more: object = {}) {
  return (
    await hub.owner.call('sendMessage', {
      params: { conversationId },
      body: { clientId: clientId(), body: { ...textBody(text), ...more } },
    })
  ).message
}
export const atDesk = async (conversationId: string) =>
  (await hub.owner.call('messages', { params: { conversationId } })).messages.flatMap(({ body, direction }) =>
    direction === 'system' ? [] : body.content.kind === 'text' ? [body.content.text.text] : [body.content.kind],
  )
export const violations = (page: Page) => page.evaluate('window.violations')
export const shifts = (page: Page) => page.evaluate('window.shifts')
export const styleOf = (page: Page, selector: string, property: string) =>
  page.evaluate(`getComputedStyle(document.querySelector('dragoman-chat').shadowRoot.querySelector('${selector}')).${property}`)
