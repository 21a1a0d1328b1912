/**
 * Makes the pictures of the README (`DRAGOMAN_SCREENSHOTS=1 npx vitest run tests/e2e/screenshots`): a hub with a plausible morning of a small shop, in
 * both languages. Always holds: what is shown is the real thing, sent and received through the simulated messengers.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { eventually, openDesk, writeFrom } from '../support/desk.ts'
import { clientId, type Phone, startTestHub, type TestHub, textBody } from '../support/test-hub.ts'

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const mostBytes = 400 * 1024

type Line = [from: 'them' | 'us' | 'note', text: string]

interface Scene {
  me: string
  /** One customer on each messenger: these are on the phones. */
  phones: Record<'telegram' | 'whatsapp' | 'webchat', Line[]>
  /** Others who fill the list. */
  others: { channel: string; name: string; lines: Line[] }[]
}

const scenes: Record<'en' | 'ru', Scene> = {
  en: {
    me: 'Nora',
    phones: {
      telegram: [
        ['them', 'Hi, where is my order 1024?'],
        ['us', 'It left this morning and arrives tomorrow before noon.'],
        ['them', 'Great, thank you'],
      ],
      webchat: [
        ['them', 'Do you ship to Norway?'],
        ['us', 'Yes, in four to six days.'],
        ['them', 'And how much would it be for two kettles?'],
      ],
      whatsapp: [
        ['them', 'Good morning! Is the blue kettle still in stock?'],
        ['us', 'Good morning! Yes, twelve of them. Shall I set one aside?'],
        ['them', 'Please do. Does it work on an induction hob?'],
        ['us', 'It does, and on gas and ceramic as well. It holds 1.7 litres, boils in six minutes and comes with a two-year guarantee.'],
        ['note', 'Regular customer: the third order this year. Free wrapping, please.'],
        ['them', 'Perfect. I will collect it on Saturday, if that is all right'],
      ],
    },
    others: [
      {
        channel: 'telegram',
        name: 'Leo',
        lines: [
          ['them', 'Can I return a mug that arrived with a chip?'],
          ['us', 'Of course. A new one is on its way; keep the old one.'],
        ],
      },
      { channel: 'whatsapp', name: 'Grace', lines: [['them', 'Could you hold the green teapot until Friday?']] },
    ],
  },
  ru: {
    me: 'Вера',
    phones: {
      telegram: [
        ['them', 'Здравствуйте, где мой заказ 1024?'],
        ['us', 'Выехал сегодня утром, завтра до полудня будет у вас.'],
        ['them', 'Отлично, спасибо'],
      ],
      webchat: [
        ['them', 'А доставка в Казань есть?'],
        ['us', 'Есть, от трёх до пяти дней.'],
        ['them', 'Сколько выйдет за два чайника?'],
      ],
      whatsapp: [
        ['them', 'Доброе утро! Синий чайник ещё есть?'],
        ['us', 'Доброе утро! Есть, двенадцать штук. Отложить вам один?'],
        ['them', 'Да, пожалуйста. А на индукции он работает?'],
        ['us', 'Работает, и на газу, и на стеклокерамике. Объём 1,7 литра, закипает за шесть минут, гарантия два года.'],
        ['note', 'Постоянный клиент: третий заказ за год. Упаковка в подарок.'],
        ['them', 'Прекрасно. Заберу в субботу, если можно'],
      ],
    },
    others: [
      {
        channel: 'telegram',
        name: 'Павел',
        lines: [
          ['them', 'Кружка приехала со сколом, можно вернуть?'],
          ['us', 'Конечно. Новую уже отправили, старую оставьте себе.'],
        ],
      },
      { channel: 'whatsapp', name: 'Анна', lines: [['them', 'Отложите, пожалуйста, зелёный заварник до пятницы']] },
    ],
  },
}

describe.runIf(process.env.DRAGOMAN_SCREENSHOTS === '1').each(['en', 'ru'] as const)('pictures in %s', language => {
  let hub: TestHub
  let browser: TestBrowser
  const scene = scenes[language]
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB'
  const firsts = new Map<string, Phone>()

  beforeAll(async () => {
    ;[hub, browser] = await Promise.all([startTestHub(), startBrowser()])
    await hub.owner.call('updateMe', { body: { name: scene.me, language, undoSeconds: 0, theme: 'light' } })
    await hub.owner.call('updateWorkspace', { body: { checklistDismissed: true } })
    for (const [channel, lines] of Object.entries(scene.phones)) {
      const { phone } = await hub.connect(channel)
      firsts.set(channel, phone)
      await play(hub, phone, lines)
    }
  })
  afterAll(async () => {
    await browser?.close()
    await hub?.close()
  })

  test('the simulated phones', async () => {
    const desk = await openDesk(browser, hub, { width: 1440, height: 900, path: '/simulator', locale })
    for (const lines of [scene.phones.telegram, scene.phones.whatsapp]) await desk.page.getByText(lines.at(-1)![1]).first().waitFor()
    await desk.page.frameLocator('iframe').first().getByText(scene.phones.webchat[0]![1]).first().waitFor()
    await keep(`simulator-${language}.png`, await desk.page.screenshot({ animations: 'disabled' }))
    await desk.close()
  })

  test('the inbox', async () => {
    const phone = firsts.get('whatsapp')!
    for (const { channel, name, lines } of scene.others)
      await play(hub, hub.newPhone(channel, firsts.get(channel)!.platformAccountId, { name, language }), lines)
    const { conversations } = await hub.owner.call('conversations', {})
    const { me } = await hub.owner.call('session', {})
    const waiting = new Set([scene.others[1]!.name, firsts.get('webchat')!.view().customerName])
    for (const { id, contact, inboundCount } of conversations) {
      if (!waiting.has(contact.name))
        await hub.owner.call('markRead', { params: { conversationId: id }, body: { readCount: inboundCount } })
      if (contact.name === phone.view().customerName)
        await hub.owner.call('assign', { params: { conversationId: id }, body: { memberId: me.memberId } })
    }
    const desk = await openDesk(browser, hub, { width: 1440, height: 860, locale })
    await desk.open(phone.view().customerName)
    await desk.message(scene.phones.whatsapp.at(-1)![1]).waitFor()
    await desk.page.locator('[data-delivery="read"]').first().waitFor()
    await keep(`inbox-${language}.png`, await desk.page.screenshot({ animations: 'disabled' }))
    await desk.close()
  })
})

async function keep(name: string, picture: Uint8Array): Promise<void> {
  expect(picture.byteLength).toBeLessThanOrEqual(mostBytes)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), picture)
}

/** Plays a talk, each line only when the one before it has arrived. */
async function play(hub: TestHub, phone: Phone, lines: readonly Line[]): Promise<void> {
  const name = phone.view().customerName
  const row = async () => (await hub.owner.call('conversations', {})).conversations.find(one => one.contact.name === name)
  for (const [from, text] of lines) {
    if (from === 'them') {
      await writeFrom(phone, text)
      await eventually(async () => (await row())?.lastMessage?.preview.startsWith(text.slice(0, 20)), text)
      continue
    }
    const { message } = await hub.owner.call('sendMessage', {
      params: { conversationId: (await row())!.id },
      body: { clientId: clientId(), body: textBody(text), note: from === 'note' },
    })
    if (from === 'note') continue
    await eventually(async () => {
      const last = (await row())?.lastMessage
      return last?.id === message.id && !['pending', 'sending'].includes(last.state)
    }, text)
    await phone.act({ act: 'read' })
  }
}
