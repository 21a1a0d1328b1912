/** Bodies to begin with: every fixture of every channel, with the account that it speaks of. A new fixture is a new seed of the fuzz. */
import { readdirSync, readFileSync } from 'node:fs'
import type { AccountView, Channel } from '@dragoman/core'
import { channels } from '../../server/src/channels.ts'

export interface Seed {
  channel: Channel
  account: AccountView
  /** Where it is from, for reports. */
  name: string
  text: string
}

interface Fixture {
  body?: unknown
  text?: string
  account?: Partial<AccountView>
}

/** The accounts that fixtures speak of, where the platform's id or a setting decides what is read; the first is that of `fixtures/in`. */
const accounts: Record<string, { folder: string; externalId: string; config: Record<string, string> }[]> = {
  telegram: [{ folder: 'in', externalId: '7000001', config: { username: 'shop_demo_bot' } }],
  whatsapp: [
    {
      folder: 'in',
      externalId: '700800900100200',
      config: { phoneNumberId: '700800900100200', wabaId: '900100200300400', displayNumber: '+49 30 555010' },
    },
  ],
  webchat: [{ folder: 'in', externalId: 'account-1', config: {} }],
  email: [{ folder: 'in', externalId: 'help@shop.example', config: { address: 'help@shop.example', senderName: 'Shop' } }],
  sms: [
    { folder: 'in', externalId: '15550100', config: { way: 'smpp', sender: '+15550100', systemId: 'shop' } },
    { folder: 'in', externalId: '15550100', config: { way: 'http', sender: '+15550100', url: 'https://gateway.example/sms/v1' } },
  ],
  max: [{ folder: 'in', externalId: '8100001', config: { username: 'id7700000000_bot' } }],
  viber: [
    { folder: 'in', externalId: 'pa:5000000000000000001', config: { service: 'bot', senderName: 'Shop', username: 'shopdemo' } },
    { folder: 'business/in', externalId: 'Shop', config: { service: 'business', senderName: 'Shop' } },
  ],
}

/** Every fixture of these channels, with its account. */
export async function readSeeds(): Promise<Seed[]> {
  const seeds: Seed[] = []
  for (const channel of channels.values()) {
    for (const { folder, account } of await accountsOf(channel)) {
      const url = new URL(`../../channels/${channel.id}/fixtures/${folder}/`, import.meta.url)
      for (const name of readdirSync(url).filter(file => file.endsWith('.json'))) {
        const fixture = JSON.parse(readFileSync(new URL(name, url), 'utf8')) as Fixture
        const text = fixture.text ?? JSON.stringify(fixture.body)
        if (text !== undefined)
          seeds.push({ channel, account: { ...account, ...fixture.account }, name: `${channel.id}/${folder}/${name}`, text })
      }
    }
  }
  return seeds
}

async function accountsOf(channel: Channel): Promise<{ folder: string; account: AccountView }[]> {
  const view = (externalId: string, config: Readonly<Record<string, string>>): AccountView => ({
    id: 'account-1',
    externalId,
    config,
    origins: channel.origins,
    language: 'en',
  })
  const listed = accounts[channel.id]
  if (listed) return listed.map(({ folder, externalId, config }) => ({ folder, account: view(externalId, config) }))
  // The others say it in a module beside their fixtures.
  const module = (await import(new URL(`../../channels/${channel.id}/fixtures/subject.ts`, import.meta.url).href)) as Record<
    string,
    { fixtures: URL; account: AccountView } | undefined
  >
  return Object.values(module).flatMap(subject =>
    subject?.account ? [{ folder: `${subject.fixtures.href.split('/fixtures/')[1]}in`, account: subject.account }] : [],
  )
}
