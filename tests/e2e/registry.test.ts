/**
 * The living registry in a real browser: compared on any day, narrowed, opened to its source, taken away as a file; a messenger that is blocked where the
 * firm works is not offered in silence.
 */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { eventually, openDesk } from '../support/desk.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  await hub.owner.call('updateWorkspace', { body: { countries: ['RU', 'KZ'], businessKind: 'bank' } })
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})

describe('messengers compared', () => {
  test('says what is blocked and what is unknown, in words; a cell opens its source; focus comes back', async () => {
    const desk = await openDesk(browser, hub, { path: '/registry' })
    const { page } = desk
    const row = (name: string | RegExp) => page.getByRole('row', { name })
    expect(
      await row(/^Kazakhstan: advertising/)
        .getByRole('button')
        .allInnerTexts(),
    ).not.toContain('Allowed')
    const column = (await hub.owner.call('registry')).channels.findIndex(({ id }) => id === 'whatsapp')
    const blocked = row(/^Russia /)
      .first()
      .getByRole('button')
      .nth(column)
    await blocked.getByText('Blocked').waitFor()
    await blocked.click()
    const card = page.getByRole('dialog', { name: 'Russia' })
    await card.getByText('since 11 Feb 2026').waitFor()
    await card.getByText('Works badly').first().waitFor()
    await page.keyboard.press('Escape')
    await card.waitFor({ state: 'hidden' })
    expect(await blocked.evaluate(cell => cell === cell.ownerDocument.activeElement)).toBe(true)
    await desk.close()
  })

  test('on another day it is what it was; the address keeps day and filters; a file has the same', async () => {
    const desk = await openDesk(browser, hub, { path: '/registry' })
    const { page } = desk
    await page.getByLabel('As of').fill('2025-12-01')
    await page.getByText('As of 1 December 2025').waitFor()
    await page
      .getByRole('row', { name: /^Russia / })
      .first()
      .getByText('Works badly')
      .first()
      .waitFor()
    expect(
      await page
        .getByRole('row', { name: /^Russia / })
        .first()
        .getByText('Blocked')
        .count(),
    ).toBe(await blockedBefore('2025-12-01'))
    const all = await page.getByRole('row').count()
    await page.getByRole('switch', { name: 'Only differences' }).click()
    await eventually(async () => (await page.getByRole('row').count()) < all, 'fewer rows')
    expect(page.url()).toMatch(/asOf=2025-12-01/)
    await page.reload()
    await page.getByRole('rowheader', { name: 'Reactions', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Export' }).click()
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Table (CSV)' }).click()])
    expect(file.suggestedFilename()).toBe('dragoman-registry-2025-12-01.csv')
    expect(await readFile(await file.path(), 'utf8')).toMatch(/reach\.RU,RU,.*degraded/)
    await desk.close()
  })

  test('tells what changed, and fits a phone', async () => {
    const desk = await openDesk(browser, hub, { path: '/registry?tab=changes&since=2026-01-01', phone: true, width: 390, height: 844 })
    const { page } = desk
    await page.getByText('11 February 2026').waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0)
    // The page's own head is in sight, and the rest can be scrolled to.
    expect((await page.getByRole('heading', { level: 1 }).boundingBox())!.y).toBeGreaterThan(0)
    expect(await page.locator('main').evaluate(main => main.scrollHeight > main.clientHeight)).toBe(true)
    await desk.close()
  })
})

test('where a messenger is chosen, it is said that it is blocked, forbidden or unknown there', async () => {
  const desk = await openDesk(browser, hub, { path: '/accounts/new' })
  const { page } = desk
  const choice = page.getByRole('button', { name: /^WhatsApp/ })
  await choice.getByText(/Blocked in Russia since 11 Feb 2026/).waitFor()
  await choice.getByText(/Forbidden in Russia \(bank\)/).waitFor()
  await choice.getByText(/Nothing is known about reach and law in Kazakhstan/).waitFor()
  await choice.click()
  await page.getByText(/Blocked in Russia since 11 Feb 2026 \(/).waitFor()
  expect(browser.errors).toEqual([])
  await desk.close()
})

/** How many messengers were blocked in Russia on a day: by the API, so that a new channel needs no change here. */
async function blockedBefore(asOf: string): Promise<number> {
  const { rows } = await hub.owner.call('registry', { query: { asOf, countries: 'RU' } })
  return Object.values(rows.find(row => row.key === 'reach.RU')!.cells).filter(cell => cell.state === 'blocked').length
}
