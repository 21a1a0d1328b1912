/**
 * The simulated platforms of a chaos run, in a process of their own that nobody kills: customers who write, and books of what was sent to them. Shares
 * no code with the adapters. Driven over the channel of `fork`.
 */
import { randomOf } from '../random.ts'
import { type Customers, createCustomers, type Endpoint } from './customers.ts'
import { createDelivery, type Delivery } from './delivery.ts'
import type { FromPlatform, PlatformSettings, ToPlatform } from './messages.ts'
import { startSends } from './sends.ts'
import type { AccountSpec } from './words.ts'

let settings: PlatformSettings | undefined
let customers: Customers | undefined
let delivery: Delivery | undefined
const endpoints = new Map<string, Endpoint>()
const keyOf = (kind: AccountSpec['kind'], token: string) => (kind === 'whatsapp' ? 'app' : token)

const sends = await startSends({
  seed: () => settings?.seed ?? 0,
  customers: () => customers,
  delivery: () => delivery,
  subscribed: (kind, token, path, secret) => endpoints.set(keyOf(kind, token), { path, secret }),
  pathOf: () => endpoints.get('app')?.path,
})

const tell = (message: FromPlatform) => process.send?.(message)

function endpointOf(account: AccountSpec): Endpoint {
  const found = endpoints.get(keyOf(account.kind, account.token))
  if (!found) throw new Error(`The hub never subscribed ${account.kind} ${account.externalId}`)
  return found
}

process.on('message', (message: ToPlatform) => {
  switch (message.kind) {
    case 'settings': {
      settings = message.settings
      delivery = createDelivery(settings.webPorts, randomOf(settings.seed, 'delivery'))
      customers = createCustomers(settings, endpointOf, delivery)
      setInterval(tellProgress, 100)
      return
    }
    case 'go':
      void customers!.run()
      return
    case 'probe':
      tell({ kind: 'probing', id: message.id, messages: settings!.accounts.map((_, account) => customers!.probe(account)) })
      return
    case 'shown':
      customers!.shown(message.count)
      return
    case 'calm':
      sends.calm()
      return
    case 'record': {
      const { accepted, cuts, strays, receipts } = sends.record
      const receiptLevels = accepted.flatMap(([conversation, numbers]) =>
        [...new Set(numbers)].map((number): [number, number, number] => [conversation, number, sends.receiptOf(conversation, number)]),
      )
      tell({
        kind: 'record',
        record: {
          written: [...customers!.written],
          edits: [...customers!.edits].map(([key, edit]) => {
            const [conversation, number] = key.split(' ').map(Number)
            return [conversation!, number!, edit]
          }),
          accepted,
          receiptLevels,
          cuts,
          strays,
          answers: delivery!.answers,
          repeats: delivery!.counts.repeats,
          retries: delivery!.counts.retries,
          receipts,
        },
      })
      return
    }
  }
})

function tellProgress(): void {
  tell({
    kind: 'progress',
    made: customers!.made(),
    acknowledged: customers!.acknowledged(),
    sends: sends.count(),
    outstanding: delivery!.outstanding() + sends.outstanding() + customers!.editing(),
  })
}

process.on('disconnect', () => process.exit(0))
tell({ kind: 'listening', port: sends.port })
