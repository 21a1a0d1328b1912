/**
 * Requests that the channel makes and webhooks that its simulator sends, held against Meta's own OpenAPI file (v23.0, 2025-11-21) where the
 * folder of specifications lies beside the project. What the vendor added later, or what its file gets wrong, is listed here by name.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { OutFixture } from '@dragoman/channel-kit/contract'
import { openBench, readFixtures, sampleBodies } from '@dragoman/channel-kit/contract'
import { matchRoute } from '@dragoman/channel-kit/simulator'
import type { HttpRequest } from '@dragoman/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { subject } from './fixtures/subject.ts'
import { whatsapp } from './index.ts'
import { whatsappSimulator } from './simulator/index.ts'

const file = new URL('../../../shared/specs/facebook-openapi/business-messaging-api_v23.0.yaml', import.meta.url)
const isThere = existsSync(file)

type Json = Record<string, unknown>

/**
 * Newer than the file: business-scoped ids (`recipient`, no `to`; no `from`), `voice`, `cta_url`, `copy_code`, `pricing.type`, `played`.
 * Wrong in it: `additionalProperties: false` inside `allOf` forbids the common fields; webhooks
 * build upon schemas of requests;
 * `index` of buttons has a broken pattern; `context` of a reply demands a product; a place demands a name; a template's language demands a
 * `policy` that the Cloud API does not ask for.
 */
function repair(document: Json): Json {
  const schemas = (document.components as { schemas: Record<string, Json> }).schemas
  const walk = (node: unknown, isPart = false): unknown => {
    if (Array.isArray(node)) return node.map(entry => walk(entry))
    if (typeof node !== 'object' || node === null) return node
    const kept = Object.entries(node as Json).filter(
      ([key, value]) =>
        !['discriminator', 'example', 'examples'].includes(key) && !(isPart && key === 'additionalProperties' && value === false),
    )
    return Object.fromEntries(
      kept.map(([key, value]) => [key, key === 'allOf' && Array.isArray(value) ? value.map(part => walk(part, true)) : walk(value)]),
    )
  }
  const mended = walk(schemas) as Record<string, Json>
  const schema = (name: string) => {
    const found = mended[name]
    if (!found) throw new Error(`The file has no ${name}`)
    return found as Json & { required?: string[]; properties: Record<string, Json> }
  }
  const drop = (name: string, ...fields: string[]) => {
    schema(name).required = (schema(name).required ?? []).filter(field => !fields.includes(field))
  }
  drop('BaseMessageProperties', 'to')
  drop('BaseMessageProperties_1', 'from')
  drop('ContextObject', 'referred_product', 'from')
  drop('Statuses', 'recipient_id')
  drop('LanguageObject', 'policy')
  Object.assign(schema('BaseMessageProperties').properties, {
    recipient: { type: 'string' },
    biz_opaque_callback_data: { type: 'string', maxLength: 512 },
  })
  // Said once for the whole message instead of for one part of it: nothing may be sent that the file does not know.
  for (const name of Object.values(outgoing)) schema(name).unevaluatedProperties = false
  for (const name of Object.values(incoming))
    mended[name] = JSON.parse(
      JSON.stringify(schema(name))
        .replace(/(BaseMessageProperties|ContactObject)"/g, '$1_1"')
        .replace(/ErrorObject"/g, 'ErrorObject_2"'),
    ) as Json
  const button = schema('TemplateComponent').properties
  delete button.index?.pattern
  const subTypes = button.sub_type?.enum
  if (Array.isArray(subTypes)) subTypes.push('copy_code')
  return { $id: 'https://spec.invalid/whatsapp', components: { schemas: mended } }
}

/** Tells of a message which schema of the file is its own; the file's `oneOf` fails where the schemas overlap. */
const outgoing: Record<string, string> = {
  text: 'TextMessage',
  image: 'ImageMessage',
  video: 'VideoMessage',
  audio: 'AudioMessage',
  document: 'DocumentMessage',
  sticker: 'StickerMessage',
  location: 'LocationMessage',
  contacts: 'ContactsMessage',
  interactive: 'InteractiveMessage',
  reaction: 'ReactionMessage',
  template: 'TemplateMessage',
}
const incoming: Record<string, string> = {
  text: 'TextMessage_2',
  image: 'ImageMessage_1',
  video: 'VideoMessage_1',
  audio: 'AudioMessage_1',
  document: 'DocumentMessage_1',
  sticker: 'StickerMessage_1',
  contacts: 'ContactSharingMessage',
  button: 'ButtonMessage',
  interactive: 'InteractiveMessageReply',
  order: 'OrderMessage',
  reaction: 'ReactionMessage_1',
  unsupported: 'UnsupportedMessage',
}
/** Not in the file, or only in part: `edit` and `revoke` came after it; a place without a name is refused by it though the vendor sends such. */
const laterKinds = ['edit', 'revoke', 'location']

describe.skipIf(!isThere)(
  `keeps to Meta's OpenAPI file${isThere ? '' : ' (passed over: the folder of specifications is not beside the project)'}`,
  () => {
    let check: (name: string, value: unknown) => void
    let close = async () => {}

    beforeAll(() => {
      const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
      ajv.addSchema(repair(parse(readFileSync(file, 'utf8')) as Json))
      check = (name, value) => {
        const validate = ajv.getSchema(`https://spec.invalid/whatsapp#/components/schemas/${name}`)
        if (!validate) throw new Error(`The file has no ${name}`)
        validate(value)
        expect(validate.errors ?? [], `${name}: ${JSON.stringify(value)}`).toEqual([])
      }
    })
    afterAll(() => close())

    test('every request of the fixtures', () => {
      const fixtures = readFixtures<OutFixture>(new URL('out/', subject.fixtures))
      let checked = 0
      for (const { fixture } of fixtures) {
        for (const step of fixture.steps) {
          const message = messageIn(step.request as HttpRequest)
          if (message) checked += checkMessage(message)
        }
      }
      expect(checked).toBeGreaterThan(15)
    })

    test('everything that the channel asks and the simulator posts in one long conversation', async () => {
      const bench = await openBench(whatsapp, whatsappSimulator)
      close = () => bench.close()
      const customer = await bench.newCustomer('Anna')
      for (const sample of sampleBodies(whatsapp.capabilities({}), subject.samples)) await bench.send(customer, sample)
      const written = customer.phone().messages.find(message => message.from === 'customer')
      const externalId = written?.id ?? ''
      const { react, markRead, typing } = whatsapp.extras
      if (react) await bench.ask(react, { to: customer.recipient, externalId, emoji: '🍵' })
      if (markRead) await bench.ask(markRead, { to: customer.recipient, externalId })
      if (typing) await bench.ask(typing, { to: customer.recipient, lastInboundId: externalId })
      const last = customer.phone().messages.at(-1)
      await customer.act({ act: 'react', messageId: last?.id ?? '', emoji: '👍' })
      await customer.act({
        act: 'send',
        content: { kind: 'location', latitude: 52.5, longitude: 13.4, name: 'Shop', address: 'Street 1' },
        uploads: [],
      })
      await customer.act({
        act: 'send',
        content: { kind: 'contact_card', contacts: [{ name: 'Nina', phones: ['+15550100'] }] },
        uploads: [],
      })
      await customer.act({ act: 'send', content: { kind: 'unsupported', type: 'poll' }, uploads: [] })
      const pressable = customer.phone().messages.filter(message => message.body.keyboard?.kind === 'list')
      for (const message of pressable) await customer.act({ act: 'press', messageId: message.id, row: 0, column: 0 })
      await bench.next('action.chosen')
      await bench.next('delivery.updated', event => event.receipt === 'read')

      for (const request of bench.requests) {
        const message = messageIn(request)
        if (message) checkMessage(message)
      }
      let changes = 0
      for (const { body } of bench.accepted) {
        const root = JSON.parse(new TextDecoder().decode(body)) as { entry: { changes: { field: string; value: Json }[] }[] }
        for (const change of root.entry.flatMap(entry => entry.changes)) changes += checkChange(change)
      }
      expect(changes).toBeGreaterThan(10)
    })

    function checkMessage(message: Json): number {
      if (message.status === 'read') {
        check('MarkMessageRequestPayload', message)
        return 1
      }
      const interactive = message.interactive as { type?: string } | undefined
      // Link buttons are newer than the file's list of interactive kinds.
      if (interactive?.type === 'cta_url') {
        check('BaseMessageProperties', message)
        return 1
      }
      check(outgoing[String(message.type)] ?? 'no schema', message)
      return 1
    }

    function checkChange({ field, value }: { field: string; value: Json }): number {
      if (field !== 'messages') return 0
      check('Metadata', value.metadata)
      for (const contact of (value.contacts as Json[] | undefined) ?? []) check('ContactProfile', contact)
      for (const status of (value.statuses as Json[] | undefined) ?? [])
        check('Statuses', { ...status, recipient_id: status.recipient_id ?? '' })
      for (const message of (value.messages as Json[] | undefined) ?? []) {
        if (laterKinds.includes(String(message.type))) check('BaseMessageProperties_1', message)
        else check(incoming[String(message.type)] ?? 'no schema', message)
      }
      return 1
    }
  },
)

function messageIn(request: HttpRequest): Json | undefined {
  const path = request.url.replace(/^https?:\/\/[^/]+/, '').split('?')[0] ?? ''
  const route = matchRoute(whatsappSimulator.routes, request.method, path)
  return route?.route.path.endsWith('/messages') && request.body.type === 'json' ? (request.body.value as Json) : undefined
}
