/**
 * For everyone: no serious finding by axe on any screen, in both themes and languages; a phone, a zoomed page and a narrow one keep everything within
 * reach. Always holds: the page body never scrolls.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { eventually, openDesk, textsOn, writeFrom } from '../support/desk.ts'
import { type Phone, startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let phone: Phone
let conversationPath: string
let accountPath: string
let axe: string

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  await hub.owner.call('updateMe', { body: { undoSeconds: 0 } })
  const { accountId, phone: first } = await hub.connect('whatsapp')
  phone = hub.newPhone('whatsapp', first.platformAccountId, { name: 'Olga' })
  await writeFrom(phone, 'Is the blue kettle in stock?', 'And the red one?')
  const row = await eventually(
    async () => (await hub.owner.call('conversations', {})).conversations.find(one => one.contact.name === 'Olga'),
    'the conversation',
  )
  conversationPath = `/inbox/all/${row.id}`
  accountPath = `/accounts/${accountId}`
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})

interface Finding {
  id: string
  impact: string
  nodes: { html: string; failureSummary: string }[]
}

/** What axe finds that would keep somebody out. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as { violations: Finding[] }
  return violations
    .filter(finding => finding.impact === 'serious' || finding.impact === 'critical')
    .map(finding => `${finding.id}: ${finding.nodes.map(node => `${node.html} ${node.failureSummary}`).join('\n')}`)
}

describe.each([
  ['light', 'en'],
  ['dark', 'en'],
  ['light', 'ru'],
  ['dark', 'ru'],
] as const)('in %s, in %s', (theme, language) => {
  test('axe finds nothing serious on any screen', async () => {
    await hub.owner.call('updateMe', { body: { language, theme } })
    const desk = await openDesk(browser, hub, { theme })
    for (const path of [
      conversationPath,
      '/inbox/closed',
      '/inbox/all?q=kettle',
      '/accounts',
      accountPath,
      '/accounts/new',
      '/members',
      '/set-aside',
      '/settings',
      '/settings/security',
      '/settings/roles',
      '/settings/access',
      '/settings/audit',
      '/registry?countries=RU,KZ',
      '/registry?tab=changes&countries=RU',
    ]) {
      await desk.page.goto(`${hub.url}${path}`)
      await desk.page
        .locator('h1, [role="searchbox"], [type="search"]')
        .first()
        .waitFor()
        .catch(async error => {
          throw new Error(`${path} shows: ${await desk.page.locator('body').innerText()}`, { cause: error })
        })
      await desk.page.waitForLoadState('networkidle')
      expect(await seriousFindings(desk.page), path).toEqual([])
      expect(await desk.page.locator('html').getAttribute('lang')).toBe(language)
      expect(await desk.page.getByText(/webhook was not accepted|вебхук не принят/).count(), 'a simulated account is well').toBe(0)
      expect(
        await desk.page.evaluate('document.documentElement.scrollHeight <= window.innerHeight'),
        `${path}: the body does not scroll`,
      ).toBe(true)
    }
    await desk.close()
  })
})

test('the page for signing in has no serious finding either', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const context = await browser.context({ theme, locale: 'ru-RU' })
    const page = await context.newPage()
    await page.goto(`${hub.url}/sign-in`)
    await page.getByRole('button', { name: 'Войти' }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await context.close()
  }
})

describe('a phone of 390 pixels', () => {
  test('shows one pane at a time, the way back works, and an answer goes out by touch', async () => {
    await hub.owner.call('updateMe', { body: { language: 'en', theme: 'auto' } })
    const desk = await openDesk(browser, hub, { phone: true, width: 390, height: 844 })
    const { page } = desk
    const sideways = () => page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
    await desk.row('Olga').waitFor()
    expect(await sideways()).toBe(0)
    expect(await desk.field.count()).toBe(0)
    await desk.row('Olga').tap()
    await desk.message('And the red one?').waitFor()
    expect(await desk.rows.count()).toBe(0)
    expect(await sideways()).toBe(0)
    const field = (await desk.field.boundingBox())!
    expect(field.y + field.height).toBeLessThanOrEqual(844)
    await desk.field.fill('Both, from Monday')
    const send = page.getByRole('button', { name: 'Send', exact: true })
    for (const target of [send, page.getByRole('button', { name: 'Back', exact: false }).first()]) {
      const box = (await target.boundingBox())!
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44)
    }
    await send.tap()
    await eventually(() => textsOn(phone).includes('Both, from Monday'), 'the answer on the phone')
    await page.goBack()
    await desk.row('Olga').waitFor()
    expect(await desk.field.count()).toBe(0)
    await desk.close()
  })

  test('accounts and settings fit as well', async () => {
    const desk = await openDesk(browser, hub, { phone: true, width: 390, height: 844 })
    for (const path of [
      '/accounts',
      accountPath,
      '/accounts/new',
      '/members',
      '/settings',
      '/settings/security',
      '/settings/roles',
      '/settings/audit',
      '/set-aside',
    ]) {
      await desk.page.goto(`${hub.url}${path}`)
      await desk.page.locator('h1').first().waitFor()
      expect(await desk.page.evaluate('document.documentElement.scrollWidth - window.innerWidth'), path).toBe(0)
    }
    await desk.close()
  })
})

test('at 200 % zoom, and 320 pixels wide, the composer stays on the screen and nothing runs off sideways', async () => {
  for (const [width, height] of [
    [640, 400],
    [320, 640],
  ] as const) {
    const desk = await openDesk(browser, hub, { width, height, path: conversationPath })
    await desk.field.waitFor()
    const box = (await desk.field.boundingBox())!
    expect(box.y + box.height, `${width}`).toBeLessThanOrEqual(height)
    expect(await desk.page.evaluate('document.documentElement.scrollWidth - window.innerWidth'), `${width}`).toBe(0)
    await desk.close()
  }
})

test('every target is at least 24 pixels, and a screen reader hears of a new message once, politely', async () => {
  const desk = await openDesk(browser, hub, { path: conversationPath })
  await desk.message('And the red one?').waitFor()
  const small =
    await desk.page.evaluate(`[...document.querySelectorAll('button, a[href], [role="button"], [role="radio"], input:not([type=hidden]):not([hidden])')]
    .filter(one => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest('.visually-hidden, .skip-link') && getComputedStyle(one).display !== 'inline')
    .map(one => [one.getAttribute('aria-label') ?? one.textContent.trim().slice(0, 40), one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
    .map(([name, box]) => name + ' ' + Math.round(box.width) + '×' + Math.round(box.height))`)
  expect(small).toEqual([])
  const live = desk.page.locator('[aria-live="polite"].visually-hidden')
  await writeFrom(phone, 'Hello again')
  await eventually(async () => (await live.allInnerTexts()).join(' ').includes('Olga: Hello again'), 'the announcement')
  await desk.close()
})

test('no page broke, and nothing was asked of another host', () => {
  expect(browser.errors).toEqual([])
  expect(browser.outside).toEqual([])
})
