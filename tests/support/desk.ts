/**
 * What an agent does and sees in the inbox, as functions over a page: sign in by cookie, open, write, read the thread. Always holds: things are found by
 * what a person or a screen reader finds them by (role and name), and waited for, never slept for.
 */
import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { ContextOptions, TestBrowser } from './browser.ts'
import { type Phone, type TestHub, until } from './test-hub.ts'

export interface Desk {
  page: Page
  context: BrowserContext
  /** Rows of the list, newest first. */
  rows: Locator
  row(name: string): Locator
  /** The field that is written in. */
  field: Locator
  /** Messages of the open thread, oldest first. */
  messages: Locator
  /** A message by words of it. */
  message(text: string | RegExp): Locator
  /** Opens a conversation by its customer's name. */
  open(name: string): Promise<void>
  /** Writes and presses Enter. */
  send(text: string): Promise<void>
  close(): Promise<void>
}

/** Opens the inbox as the owner (or as whoever the cookie belongs to). */
export async function openDesk(browser: TestBrowser, hub: TestHub, options: ContextOptions & { path?: string } = {}): Promise<Desk> {
  const context = await browser.context({ cookie: hub.cookie, origin: hub.url, ...options })
  const page = await context.newPage()
  await page.goto(`${hub.url}${options.path ?? '/inbox/all'}`)
  return deskOf(page)
}

/** A page that is (or will be) the inbox. */
export function deskOf(page: Page): Desk {
  const rows = page.locator('[data-conversation]')
  const field = page.locator('section[data-mode] textarea')
  const messages = page.locator('[data-thread] [data-message]')
  const row = (name: string) => rows.filter({ has: page.locator('bdi', { hasText: name }) })
  return {
    page,
    context: page.context(),
    rows,
    row,
    field,
    messages,
    message: text => messages.filter({ hasText: text }),
    async open(name) {
      await row(name).first().click()
      await page.locator('header bdi', { hasText: name }).waitFor()
      await field.waitFor()
    },
    async send(text) {
      await field.fill(text)
      await field.press('Enter')
    },
    close: () => page.context().close(),
  }
}

/** Waits for what a busy machine may take long to show. */
export async function eventually<Value>(
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  what: string,
): Promise<Value> {
  return await until(look, what, 90_000)
}

/** Texts that the business has sent to a phone, oldest first. */
export function textsOn(phone: Phone): string[] {
  return phone
    .view()
    .messages.filter(message => message.from === 'business')
    .map(({ body }) => {
      const { content } = body
      return content.kind === 'text' ? content.text.text : content.kind === 'template' ? `template ${content.name}` : content.kind
    })
}

/** Begins a conversation as the customer: presses Start where there is one, and writes. */
export async function writeFrom(phone: Phone, ...texts: string[]): Promise<void> {
  if (phone.view().abilities.start && !phone.view().started) await phone.act({ act: 'start' })
  for (const text of texts) await phone.act({ act: 'write', text })
}
