/** The live demo of a first run: a simulated account on every channel that has a simulator, each with a customer who has just written. */
import { type Actor, type Hub, isSetupNeeded, setUp } from '@dragoman/hub'
import type { SimulatorHost } from './simulators.ts'

const openings = {
  en: [
    'Hello! Do you have the blue kettle in stock?',
    'Good afternoon, when will order 1024 arrive?',
    'Hi, can I book a table for two tomorrow at seven?',
  ],
  ru: [
    'Здравствуйте! Есть ли в наличии синий чайник?',
    'Добрый день, когда приедет заказ 1024?',
    'Привет, можно забронировать столик на двоих завтра в семь?',
  ],
}

/** Connects simulated accounts and lets their customers write. */
export async function startDemo(hub: Hub, host: SimulatorHost, actor: Actor): Promise<void> {
  let index = 0
  for (const hosted of host.simulators.all()) {
    await host.connect(hub, actor, hosted.kind.id, undefined)
    const phone = hosted.simulator.phones().at(-1)
    if (!phone) continue
    const words = /[а-яё]/i.test(phone.customerName) ? openings.ru : openings.en
    if (phone.abilities.start) await hosted.simulator.act(phone.customerId, { act: 'start' })
    await hosted.simulator.act(phone.customerId, { act: 'write', text: words[index++ % words.length]! })
  }
}

/** The owner of a demo. Shown on the screen at the start: this hub listens on the machine's own address only. */
const demoOwner = { email: 'owner@example.com', password: 'dragoman-demo' }

/** With `DRAGOMAN_DEMO=1`: makes the owner and the demo on an empty hub; says how to sign in. */
export async function prepareDemo({
  hub,
  simulators,
}: {
  hub: Hub
  simulators: SimulatorHost | undefined
}): Promise<typeof demoOwner | undefined> {
  if (!(await isSetupNeeded(hub))) return undefined
  const language = /^ru/i.test(process.env.LANG ?? '') ? 'ru' : 'en'
  const name = language === 'ru' ? 'Владелец' : 'Owner'
  const session = await setUp(
    hub,
    { name, ...demoOwner, language },
    { name: language === 'ru' ? 'Демонстрация' : 'Demo', countries: language === 'ru' ? ['RU'] : [], businessKind: 'shop' },
    'demo',
  )
  if (simulators) await startDemo(hub, simulators, session.actor)
  return demoOwner
}
