/**
 * Posts signed webhooks to a hub, in a process of its own. Closed loop: each connection sends the next when the last was answered. Open loop: by the
 * clock, whatever the answers. Settings come as one JSON argument, the result goes out as one JSON line.
 */
import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'

export interface GeneratorSettings {
  url: string
  appSecret: string
  wabaId: string
  phoneNumberId: string
  customers: number
  connections: number
  seconds: number
  /** Webhooks per second; 0: closed loop. */
  rate: number
  tag: string
}
export interface GeneratorResult {
  sent: number
  accepted: number
  seconds: number
  latenciesMs: number[]
}

/** One text message of one customer, as the platform posts it: some 700 bytes. */
export function webhookBody(settings: GeneratorSettings, index: number, sentAt: number): string {
  const customer = `49157${String(1_000_000 + (index % settings.customers))}`
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: settings.wabaId,
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '4930555010', phone_number_id: settings.phoneNumberId },
              contacts: [{ profile: { name: `Customer ${index % settings.customers}` }, wa_id: customer }],
              messages: [
                {
                  from: customer,
                  id: `wamid.BENCH${settings.tag}${index}`,
                  timestamp: String(Math.floor(sentAt / 1_000)),
                  type: 'text',
                  text: { body: `bench ${settings.tag} ${index} ${sentAt} Where is my order, please? It should have been here yesterday.` },
                },
              ],
            },
          },
        ],
      },
    ],
  })
}

async function post(agent: Agent, settings: GeneratorSettings, index: number): Promise<{ ok: boolean; ms: number }> {
  const body = webhookBody(settings, index, Date.now())
  const startedAt = performance.now()
  return await new Promise(resolve => {
    const outgoing = request(
      settings.url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-hub-signature-256': `sha256=${createHmac('sha256', settings.appSecret).update(body).digest('hex')}`,
        },
      },
      response => {
        response.resume()
        response.on('end', () => resolve({ ok: response.statusCode === 200, ms: performance.now() - startedAt }))
      },
    )
    outgoing.on('error', () => resolve({ ok: false, ms: performance.now() - startedAt }))
    outgoing.end(body)
  })
}

async function generate(settings: GeneratorSettings): Promise<GeneratorResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: settings.connections })
  const latenciesMs: number[] = []
  let index = 0
  let accepted = 0
  const startedAt = performance.now()
  const until = startedAt + settings.seconds * 1_000
  const note = ({ ok, ms }: { ok: boolean; ms: number }) => {
    if (ok) accepted++
    latenciesMs.push(ms)
  }
  if (settings.rate === 0) {
    await Promise.all(
      Array.from({ length: settings.connections }, async () => {
        while (performance.now() < until) note(await post(agent, settings, index++))
      }),
    )
  } else {
    const under: Promise<void>[] = []
    while (performance.now() < until) {
      const due = Math.floor(((performance.now() - startedAt) / 1_000) * settings.rate)
      while (index < due) under.push(post(agent, settings, index++).then(note))
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    await Promise.all(under)
  }
  agent.destroy()
  return { sent: index, accepted, seconds: (performance.now() - startedAt) / 1_000, latenciesMs }
}

if (process.argv[1]?.endsWith('webhook-generator.ts'))
  process.stdout.write(`${JSON.stringify(await generate(JSON.parse(process.argv[2] ?? '{}')))}\n`)
