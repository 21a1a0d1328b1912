/** The widget as a guest in a page: by keyboard and by ear, in both themes and languages, on a phone, before it is pressed; nothing that anybody writes is run. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answer,
  atDesk,
  browser,
  closeShop,
  conversationWith,
  field,
  hub,
  launcher,
  log,
  open,
  openShop,
  shifts,
  visit,
  write,
} from '../support/shop.ts'
import { clientId, until } from '../support/test-hub.ts'

beforeAll(openShop)
afterAll(closeShop)

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
