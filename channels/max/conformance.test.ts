/**
 * What the channel asks and what the simulator says, held against the machine-readable Bot API (0.0.32) where it lies beside the project.
 * A fresh clone has no such folder: then the tests say so and pass over. Where the specification and its own servers differ, `known` says how.
 */
import { existsSync, readFileSync } from 'node:fs'
import { type Bench, type OutFixture, openBench, readFixtures, sampleBodies } from '@dragoman/channel-kit/contract'
import { sampleMedia } from '@dragoman/channel-kit/simulator'
import type { Content, HttpRequest, Transmission } from '@dragoman/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { max } from './index.ts'
import { maxSimulator } from './simulator/index.ts'

interface Schema {
  $ref?: string
  allOf?: Schema[]
  type?: string
  enum?: string[]
  nullable?: boolean
  properties?: Record<string, Schema>
  required?: string[] | boolean
  items?: Schema
  additionalProperties?: Schema
  maxLength?: number
  minLength?: number
  pattern?: string
  discriminator?: { propertyName: string; mapping: Record<string, string | Schema> }
}
interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: Schema }> }>
}
interface Specification {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema>; responses: Record<string, { content: Record<string, { schema: Schema }> }> }
}

const file = new URL('../../../shared/specs/max/schema_2026_07_01.json', import.meta.url)
const present = existsSync(file)

/**
 * `link` is required of a message's body and is no member of it; a body without attachments has no such member on the wire; `dialog` is what
 * one-to-one conversations are called; of an edit and of an answer nothing is required.
 */
const known = {
  missing: /\.link is missing$|\.(body|message)\.attachments is missing$|Body\.(text|attachments|link) is missing$/,
  enums: /\.(chat_type|type) is none of chat$/,
}

describe.skipIf(!present)('conforms to the Bot API specification', () => {
  let specification: Specification
  let bench: Bench
  const answers: { request: HttpRequest; transmission: Transmission }[] = []

  beforeAll(async () => {
    specification = JSON.parse(readFileSync(file, 'utf8')) as Specification
    bench = await openBench(max, maxSimulator)
    const customer = await bench.newCustomer('Anna')
    const to = customer.recipient
    for (const sample of sampleBodies(max.capabilities({}))) {
      const { steps } = await bench.send(customer, sample)
      for (const { request, transmission } of steps) if (request.via === 'http') answers.push({ request, transmission })
      if (sample.name === 'buttons')
        await customer.act({ act: 'press', messageId: customer.phone().messages.at(-1)!.id, row: 0, column: 0 })
    }
    const media = sampleMedia()
    const own = { ref: { from: 'file' as const, fileId: 'upload' } }
    const contents: [Content, (typeof media)[keyof typeof media][]][] = [
      [{ kind: 'image', media: own, caption: { text: 'see https://a.example/x' } }, [media.jpeg]],
      [{ kind: 'video', media: own }, [media.mp4]],
      [{ kind: 'audio', media: own }, [media.ogg]],
      [{ kind: 'file', media: own }, [media.pdf]],
      [{ kind: 'sticker', media: own }, [media.webp]],
      [{ kind: 'location', latitude: 1, longitude: 2 }, []],
      [{ kind: 'contact_card', contacts: [{ name: 'Nina', phones: ['+15550100'], own: true }] }, []],
    ]
    for (const [content, uploads] of contents) await customer.act({ act: 'send', content, uploads })
    await customer.act({ act: 'write', text: 'A question', replyTo: customer.phone().messages[0]!.id })
    const messageId = customer.phone().messages.at(-1)!.id
    await customer.act({ act: 'edit', messageId, text: 'A better question' })
    await customer.act({ act: 'delete', messageId })
    const { extras } = max
    const body = { content: { kind: 'text' as const, text: { text: 'One' } } }
    const { outcome } = await bench.send(customer, { body })
    const externalId = outcome.kind === 'sent' ? outcome.externalIds[0]! : ''
    await bench.ask(extras.edit!, {
      to,
      externalId,
      previous: body,
      body: {
        content: { kind: 'text', text: { text: 'Two', entities: [{ kind: 'bold', offset: 0, length: 3 }] } },
        keyboard: { kind: 'buttons', rows: [[{ kind: 'url', title: 'Open', url: 'https://a.example/' }]] },
      },
    })
    await bench.ask(extras.typing!, { to })
    await bench.ask(extras.profile!, { to })
    await bench.ask(extras.health!, undefined)
    await bench.ask(extras.remove!, { to, externalId })
    await bench.ask(extras.acknowledge!, { token: '1', text: 'Noted' })
    await bench.ask(extras.subscription!.inspect, { ourUrl: '' })
    await customer.act({ act: 'block' })
    await customer.act({ act: 'unblock' })
    await bench.next('contact.subscribed')
    await bench.ask(extras.subscription!.unsubscribe, { url: bench.served.webhookUrl })
    await bench.ask(extras.poll!, { cursor: '5', waitMs: 0 })
  }, 30_000)
  afterAll(() => bench?.close())

  test('every request is a documented operation with documented parameters and body', () => {
    const fixtures = readFixtures<OutFixture>(new URL('./fixtures/out/', import.meta.url)).flatMap(({ fixture }) =>
      fixture.steps.map(step => step.request as HttpRequest),
    )
    const requests = [...bench.requests, ...fixtures].filter(request => !/\/(upload|files)\/|up\.example/.test(request.url))
    expect(requests.length).toBeGreaterThan(40)
    for (const request of requests) {
      const { operation, name, query } = operationOf(request)
      expect(operation, name).toBeDefined()
      const parameters = (operation?.parameters ?? []).filter(parameter => parameter.in === 'query')
      const names = parameters.map(parameter => parameter.name)
      for (const given of query.keys()) expect(names, name).toContain(given)
      for (const parameter of parameters) if (parameter.required) expect([...query.keys()], name).toContain(parameter.name)
      const schema = operation?.requestBody?.content['application/json']?.schema
      if (request.body.type === 'json') expect(problems(request.body.value, schema ?? {}, `${name} Body`)).toEqual([])
      else expect(request.body.type).toBe('none')
    }
  })

  test('every webhook of the simulator is a documented update', () => {
    const types = new Set<string>()
    for (const raw of bench.accepted) {
      const update = JSON.parse(new TextDecoder().decode(raw.body)) as { update_type: string }
      types.add(update.update_type)
      expect(problems(update, { $ref: '#/components/schemas/Update' }, update.update_type)).toEqual([])
    }
    expect([...types].toSorted()).toEqual([
      'bot_started',
      'bot_stopped',
      'message_callback',
      'message_created',
      'message_edited',
      'message_removed',
    ])
  })

  test('every answer of the simulator is what the operation returns', () => {
    const given = answers.filter(({ request }) => !/\/upload\//.test(request.url))
    expect(given.length).toBeGreaterThan(10)
    for (const { request, transmission } of given) {
      const { operation, name } = operationOf(request)
      if (transmission.kind !== 'answered' || transmission.status !== 200) continue
      const response = operation?.responses['200']
      const schema = (response?.$ref ? specification.components.responses[response.$ref.split('/').at(-1)!] : response)?.content?.[
        'application/json'
      ]?.schema
      // Numbers beyond 2^53 come out of the runner as text.
      const value = JSON.parse(JSON.stringify(transmission.body).replace(/"seq":"\d+"/g, '"seq":1'))
      expect(problems(value, schema ?? {}, name)).toEqual([])
    }
  })

  function operationOf(request: HttpRequest) {
    const url = new URL(request.url)
    for (const [path, methods] of Object.entries(specification.paths)) {
      const pattern = new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`)
      const operation = methods[request.method.toLowerCase()]
      if (operation && pattern.test(url.pathname)) return { operation, name: `${request.method} ${path}`, query: url.searchParams }
    }
    return { operation: undefined, name: `${request.method} ${url.pathname}`, query: url.searchParams }
  }

  function problems(value: unknown, schema: Schema, path: string): string[] {
    return problemsOf(value, flat(schema, value), path).filter(problem => !known.missing.test(problem) && !known.enums.test(problem))
  }

  /** References, parents and the kind that the discriminator names, as one. */
  function flat(schema: Schema, value: unknown): Schema {
    const target = schema.$ref === undefined ? schema : specification.components.schemas[schema.$ref.split('/').at(-1)!]!
    const { allOf = [], discriminator, ...rest } = target
    let whole: Schema = rest
    for (const parent of allOf) {
      const { discriminator: _ignored, ...one } = flat({ ...resolved(parent), discriminator: undefined } as Schema, value)
      whole = merge(one, whole)
    }
    if (schema.$ref === undefined && schema.nullable) whole = { ...whole, nullable: true }
    if (!discriminator || typeof value !== 'object' || value === null) return whole
    const mapped = discriminator.mapping[String((value as Record<string, unknown>)[discriminator.propertyName])]
    if (mapped === undefined) return { ...whole, enum: ['a kind that is documented'] }
    const name = typeof mapped === 'string' ? mapped : mapped.$ref!
    return merge(whole, flat({ $ref: `#/components/schemas/${name.split('/').at(-1)}` }, value))
  }

  function resolved(schema: Schema): Schema {
    return schema.$ref === undefined ? schema : specification.components.schemas[schema.$ref.split('/').at(-1)!]!
  }

  function merge(one: Schema, other: Schema): Schema {
    const required = [...(Array.isArray(one.required) ? one.required : []), ...(Array.isArray(other.required) ? other.required : [])]
    return { ...one, ...other, properties: { ...one.properties, ...other.properties }, required }
  }

  function problemsOf(value: unknown, schema: Schema, path: string): string[] {
    if (value === null) return schema.nullable || Object.keys(schema).length === 0 ? [] : [`${path} is null`]
    if (schema.enum && (typeof value !== 'string' || !schema.enum.includes(value))) return [`${path} is none of ${schema.enum.join(', ')}`]
    if (schema.items) {
      if (!Array.isArray(value)) return [`${path} is no array`]
      return value.flatMap((item, index) => problemsOf(item, flat(schema.items!, item), `${path}[${index}]`))
    }
    switch (schema.type) {
      case 'string':
        if (typeof value !== 'string')
          return typeof value === 'object' && schema.properties ? objectProblems(value, schema, path) : [`${path} is no text`]
        if (schema.maxLength !== undefined && value.length > schema.maxLength) return [`${path} is too long`]
        if (schema.minLength !== undefined && value.length < schema.minLength) return [`${path} is too short`]
        return schema.pattern && !new RegExp(schema.pattern).test(value) ? [`${path} does not match`] : []
      case 'integer':
        return Number.isInteger(value) ? [] : [`${path} is no whole number`]
      case 'number':
        return typeof value === 'number' ? [] : [`${path} is no number`]
      case 'boolean':
        return typeof value === 'boolean' ? [] : [`${path} is neither true nor false`]
    }
    return typeof value === 'object' ? objectProblems(value as object, schema, path) : []
  }

  function objectProblems(value: object, schema: Schema, path: string): string[] {
    const { properties = {}, additionalProperties } = schema
    const required = Array.isArray(schema.required) ? schema.required : []
    return [
      ...required.filter(name => !Object.hasOwn(value, name)).map(name => `${path}.${name} is missing`),
      ...Object.entries(value).flatMap(([name, member]) => {
        const inner = properties[name] ?? additionalProperties
        return inner ? problemsOf(member, flat(inner, member), `${path}.${name}`) : [`${path}.${name} is not documented`]
      }),
    ]
  }
})

test.skipIf(present)('the Bot API specification is not beside this project: conformance was not checked', () => {})
