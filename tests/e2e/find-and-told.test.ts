/** Being told in a real browser: decided once over two tabs, taken away by reading, an inbox that opens without network. Finding people and files; who is this. */
import { countSearchWords } from '@dragoman/hub'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { type Desk, deskOf, eventually, openDesk, writeFrom } from '../support/desk.ts'
import { type Phone, startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let browser: TestBrowser
let desk: Desk
let olga: Phone
let murat: Phone

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
  const { phone } = await hub.connect('whatsapp')
  olga = hub.newPhone('whatsapp', phone.platformAccountId, { name: 'Olga Petrova' })
  murat = hub.newPhone('whatsapp', phone.platformAccountId, { name: 'Murat Aydin' })
  await writeFrom(olga, 'Where is my kettle?')
  await writeFrom(murat, 'The parcel arrived broken')
  await eventually(async () => (await hub.owner.call('conversations', {})).conversations.length === 2, 'two conversations')
})
afterAll(async () => {
  await browser?.close()
  await hub?.close()
})
afterEach(() => desk?.close())

/** What the browser was asked to show: the end of what a page can decide. A headless browser has no place for it. */
const noteNotifications = () => {
  const shown: { tag: string; title: string }[] = []
  const there = () =>
    shown.map(one => ({
      ...one,
      close: () =>
        shown.splice(
          shown.findIndex(other => other.tag === one.tag),
          1,
        ),
    }))
  Object.assign(window, { shownNotifications: shown })
  Object.defineProperty(Notification, 'permission', { get: () => 'granted' })
  ServiceWorkerRegistration.prototype.showNotification = async (title, options) => {
    shown.push({ title, tag: options?.tag ?? '' })
  }
  ServiceWorkerRegistration.prototype.getNotifications = async filter =>
    there().filter(one => filter?.tag === undefined || one.tag === filter.tag) as unknown as Notification[]
}
const shownIn = async ({ page }: Pick<Desk, 'page'>) =>
  await page.evaluate(() => (window as unknown as { shownNotifications: { tag: string; title: string }[] }).shownNotifications)
/** The page has come to rest: it tells, and its worker keeps its files. */
const atRest = async ({ page }: Pick<Desk, 'page'>) => {
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state)
  await page.waitForFunction(async () => (await navigator.locks.query()).held?.some(lock => lock.name === 'dragoman-tells'))
}

describe('told in the open inbox', () => {
  test('once over two tabs, not about what is before one’s eyes, and gone when it was read elsewhere', async () => {
    desk = await openDesk(browser, hub)
    await desk.context.addInitScript(noteNotifications)
    await desk.page.reload()
    const second = deskOf(await desk.context.newPage())
    await second.page.goto(`${hub.url}/inbox/all`)
    await Promise.all([atRest(desk), atRest(second)])
    await desk.page.bringToFront()
    await desk.open('Murat Aydin')
    await writeFrom(murat, 'Are you there?')
    await desk.message('Are you there?').waitFor()
    await writeFrom(olga, 'And the lid?')
    const both = async () => [...(await shownIn(desk)), ...(await shownIn(second))]
    await eventually(async () => (await both()).length > 0, 'a notification')
    const shown = await both()
    expect(shown.map(one => one.title)).toEqual(['Olga Petrova'])
    const conversationId = shown[0]!.tag.replace('conversation:', '')
    const { inboundCount } = (await hub.owner.call('conversation', { params: { conversationId } })).conversation
    await hub.owner.call('markRead', { params: { conversationId }, body: { readCount: inboundCount } })
    await eventually(async () => (await both()).length === 0, 'no notification any more')
  })
})

describe('as an app', () => {
  test('has a manifest with icons that are there, and opens without network to a page that says so', async () => {
    const manifest = (await (await fetch(`${hub.url}/manifest.webmanifest`)).json()) as {
      icons: { src: string; type: string }[]
      start_url: string
    }
    expect(manifest.start_url).toBe('/inbox/mine')
    for (const icon of manifest.icons) expect((await fetch(`${hub.url}${icon.src}`)).headers.get('content-type')).toContain(icon.type)
    desk = await openDesk(browser, hub)
    await atRest(desk)
    await desk.page.reload()
    await desk.rows.first().waitFor()
    const kept = await desk.page.evaluate(async () => {
      const [name] = await caches.keys()
      return (await (await caches.open(name!)).keys()).map(request => new URL(request.url).pathname)
    })
    expect(kept).toContain('/')
    expect(kept.filter(path => path.startsWith('/v1'))).toEqual([])
    await desk.context.setOffline(true)
    await desk.page.reload()
    await desk.page.getByText('You are offline').first().waitFor()
    await desk.context.setOffline(false)
    await desk.rows.first().waitFor({ timeout: 20_000 })
  })

  test('the settings offer each kind of test, and keep a rule that was changed', async () => {
    desk = await openDesk(browser, hub, { path: '/settings/notifications' })
    await desk.page.getByRole('button', { name: 'Play the sound' }).waitFor()
    const cell = desk.page.getByRole('checkbox', { name: 'Everything I may see: Sound' })
    await cell.check()
    await desk.page.getByRole('button', { name: 'Save' }).click()
    await eventually(
      async () => (await hub.owner.call('notifications')).value.rules.some(rule => rule.view === 'everything' && rule.sound),
      'the rule',
    )
  })
})

describe('find', () => {
  test('narrows in the address, says what a typo was taken for, offers to clear what hides everything', async () => {
    desk = await openDesk(browser, hub, { path: '/inbox/all?q=kettle&direction=out' })
    await desk.page.getByText('Nothing found', { exact: false }).waitFor()
    await desk.page.getByRole('button', { name: 'Clear filters' }).click()
    const hit = desk.page.getByRole('button', { name: /Olga Petrova/ }).first()
    await hit.waitFor()
    expect(new URL(desk.page.url()).searchParams.get('direction')).toBeNull()
    await hit.click()
    await desk.message('Where is my kettle?').waitFor()
    await countSearchWords(hub.hub, 0)
    await desk.page.getByRole('searchbox').fill('ketle')
    await desk.page.getByText(/Searched for: kettl/).waitFor()
    await desk.page.getByRole('searchbox').press('Escape')
    await desk.rows.first().waitFor()
  })
})

describe('who is this', () => {
  test('an attribute and a note are written in the pane, seen on the person’s page and found by the list', async () => {
    desk = await openDesk(browser, hub)
    await desk.open('Olga Petrova')
    await desk.page.getByRole('button', { name: 'Add an attribute' }).click()
    await desk.page.getByRole('combobox', { name: 'Name' }).fill('Order')
    await desk.page.getByRole('textbox', { name: 'Value' }).fill('A-4711')
    await desk.page.getByRole('button', { name: 'Add', exact: true }).click()
    await desk.page.getByText('A-4711').waitFor()
    await desk.page.getByRole('button', { name: 'Add a note' }).click()
    await desk.page.getByRole('textbox', { name: /A note about the person/ }).fill('Rings after six')
    await desk.page.getByRole('button', { name: 'Save', exact: true }).click()
    await desk.page.getByText('Rings after six').waitFor()
    await desk.page.goto(`${hub.url}/contacts`)
    await desk.page.getByRole('searchbox').fill('4711')
    await eventually(async () => (await desk.page.locator('main li').count()) === 1, 'one person')
    await desk.page.getByRole('link', { name: /Olga Petrova/ }).click()
    await desk.page.getByRole('heading', { level: 1, name: 'Olga Petrova' }).waitFor()
    await desk.page.getByText('A-4711').waitFor()
    await desk.page.getByText('Rings after six').waitFor()
  })
})
