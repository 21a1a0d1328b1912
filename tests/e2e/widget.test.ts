/**
 * The widget in a real browser, on a page that does its worst to it and on a line that does the same. Always holds: what a visitor writes is at the desk
 * once, what the desk writes is before the visitor once.
 */
import { sampleMedia } from '@dragoman/channel-kit/simulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answer,
  atDesk,
  bubbles,
  closeShop,
  conversationWith,
  hub,
  log,
  open,
  openShop,
  shop,
  styleOf,
  violations,
  visit,
  write,
} from '../support/shop.ts'
import { until } from '../support/test-hub.ts'

beforeAll(openShop)
afterAll(closeShop)

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
      async () =>
        (await hub.owner.call('messages', { params: { conversationId: conversation.id } })).messages.findLast(
          one => one.direction === 'out',
        )?.state === 'sent',
      'the answer',
    )
    await page.goto(shop())
    await page.getByRole('button', { name: /1 new message/ }).click()
    await log(page).getByText('Here is your answer').waitFor()
    await until(
      async () =>
        (await hub.owner.call('messages', { params: { conversationId: conversation.id } })).messages.findLast(
          one => one.direction === 'out',
        )?.state === 'read',
      'the read mark',
    )
    await page.context().close()
  })
})
