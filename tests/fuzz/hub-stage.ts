/**
 * Mutated webhooks through a whole hub over HTTP, signed as the platform would sign them, with real customers' messages in between. Always holds: no 5xx; each
 * body that was acknowledged is in the journal and done with (applied, ignored, or set aside with a reason); every real message is in its conversation.
 */
import { createHmac } from 'node:crypto'
import { createEndpointLookup } from '@dragoman/hub'
import { writeFrom } from '../support/desk.ts'
import { type Phone, type TestHub, until } from '../support/test-hub.ts'
import type { Seed } from './corpus.ts'
import { mutate } from './mutate.ts'
import type { Random } from './random.ts'

type Secrets = Readonly<Record<string, readonly string[]>>
type Sign = (secrets: Secrets, body: Buffer) => { headers?: Record<string, string>; body?: Buffer }

const hmac = (secret: string | undefined, body: Buffer) =>
  createHmac('sha256', secret ?? '')
    .update(body)
    .digest('hex')
const meta: Sign = (secrets, body) => ({ headers: { 'x-hub-signature-256': `sha256=${hmac(secrets.appSecret?.[0], body)}` } })

/** How each platform signs; what is not here does not come by webhook, or is signed with a key that only the platform has. */
export const signers: Record<string, Sign> = {
  telegram: secrets => ({ headers: { 'x-telegram-bot-api-secret-token': Object.values(secrets)[0]?.[0] ?? '' } }),
  max: secrets => ({ headers: { 'x-max-bot-api-secret': secrets.webhookSecret?.[0] ?? '' } }),
  whatsapp: meta,
  messenger: meta,
  instagram: meta,
  viber: (secrets, body) => ({ headers: { 'x-viber-content-signature': hmac(secrets.token?.[0], body) } }),
  // Its secret stands in the body; where the mutation has left an object, it is put back.
  vk: (secrets, body) => {
    try {
      const value = JSON.parse(body.toString('utf8')) as unknown
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
      return { body: Buffer.from(JSON.stringify({ ...value, secret: secrets.secret?.[0] })) }
    } catch {
      return {}
    }
  },
}

export interface HubStage {
  posted: number
  acknowledged: number
  refused: number
  /** Anything but 200 and 4xx. */
  wrong: { status: number; seedName: string; body: string }[]
  /** Acknowledged, and not in the journal. */
  lost: number
  setAside: number
  /** Real messages that were written, and that are not in their conversation. */
  written: number
  missing: string[]
}

interface Entrance {
  channel: string
  url: string
  accountId: string
  secrets: Secrets
  seeds: { name: string; text: string }[]
  phone: Phone
}

/** Posts `count` mutated bodies, spread over the channels that can be signed for. */
export async function fuzzHub(hub: TestHub, seeds: readonly Seed[], count: number, random: Random): Promise<HubStage> {
  const entrances = await openEntrances(hub, seeds)
  const stage: HubStage = { posted: 0, acknowledged: 0, refused: 0, wrong: [], lost: 0, setAside: 0, written: 0, missing: [] }
  const words = new Map<Entrance, string[]>(entrances.map(entrance => [entrance, []]))
  const before = await bodiesStored(hub)
  const write = async (entrance: Entrance) => {
    const text = `real message ${stage.written++} between the broken ones`
    words.get(entrance)!.push(text)
    await entrance.phone.act({ act: 'write', text })
  }
  const posts = Array.from({ length: count }, () => random.pick(entrances)).map(entrance => {
    const seed = random.pick(entrance.seeds)
    return { entrance, seed, body: mutate(seed.text, random) }
  })
  let next = 0
  const poster = async () => {
    for (;;) {
      const index = next++
      const post = posts[index]
      if (!post) return
      const signed = signers[post.entrance.channel]!(post.entrance.secrets, post.body)
      const body = signed.body ?? post.body
      const response = await fetch(post.entrance.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signed.headers },
        body,
      })
      await response.arrayBuffer()
      stage.posted++
      if (response.status === 200) stage.acknowledged++
      else if (response.status >= 400 && response.status < 500) stage.refused++
      else stage.wrong.push({ status: response.status, seedName: post.seed.name, body: body.subarray(0, 5_000).toString('base64') })
      if (index % 40 === 39) await write(entrances[((index / 40) % entrances.length) | 0]!)
    }
  }
  await Promise.all(Array.from({ length: 6 }, poster))
  for (const entrance of entrances) await write(entrance)
  await until(async () => (await unapplied(hub)) === 0, 'every lane to be empty', 120_000)
  // Simulators post for themselves too (receipts, starts): there may be more than was counted here, never less.
  stage.lost = Math.max(0, stage.acknowledged - ((await bodiesStored(hub)) - before))
  stage.setAside = (await hub.database.query<{ n: number }>('select count(*)::int as n from set_aside'))[0]!.n
  for (const [entrance, texts] of words) stage.missing.push(...(await missingOf(hub, entrance, texts)))
  return stage
}

async function openEntrances(hub: TestHub, seeds: readonly Seed[]): Promise<Entrance[]> {
  const lookup = createEndpointLookup(hub.hub)
  const entrances: Entrance[] = []
  for (const channel of Object.keys(signers)) {
    const { accountId, phone } = await hub.connect(channel)
    await writeFrom(phone, 'Good day')
    const [row] = await hub.database.query<{ endpoint_id: string; external_id: string }>(
      'select endpoint_id, external_id from account where id = $1',
      [accountId],
    )
    const endpoint = await lookup(channel, row!.endpoint_id)
    entrances.push({
      channel,
      url: `${hub.url}/webhooks/${channel}/${row!.endpoint_id}`,
      accountId,
      secrets: endpoint!.view.secrets,
      // Fixtures speak of an account of their own: here they speak of this one.
      seeds: seeds
        .filter(seed => seed.channel.id === channel)
        .map(seed => ({ name: seed.name, text: seed.text.replaceAll(seed.account.externalId, row!.external_id) })),
      phone,
    })
  }
  return entrances
}

async function bodiesStored(hub: TestHub): Promise<number> {
  return (await hub.database.query<{ n: number }>('select count(*)::int as n from journal'))[0]!.n
}

async function unapplied(hub: TestHub): Promise<number> {
  return (
    await hub.database.query<{ n: number }>('select count(*)::int as n from lane_item where applied_at is null and account_id is not null')
  )[0]!.n
}

async function missingOf(hub: TestHub, entrance: Entrance, texts: readonly string[]): Promise<string[]> {
  const said = async () => {
    const found = new Set<string>()
    const rows = await hub.database.query<{ id: string }>('select id from conversation where account_id = $1', [entrance.accountId])
    for (const { id } of rows) {
      const { messages } = await hub.owner.call('messages', { params: { conversationId: id }, query: { limit: 200 } })
      for (const { body } of messages) if (body.content.kind === 'text') found.add(body.content.text.text)
    }
    return texts.filter(text => !found.has(text))
  }
  // What a simulator posts may still be under way: the last one was written a moment ago.
  return await until(async () => (await said()).length === 0 && [], 'the real messages', 60_000).catch(said)
}
