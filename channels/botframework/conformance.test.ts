/**
 * What the channel asks and what the simulator says, held against the Connector's own description (Swagger 2.0) where it lies beside the project.
 * A fresh clone has no such folder: then the tests say so and pass over.
 */
import { existsSync, readFileSync } from 'node:fs'
import { type Bench, type OutFixture, openBench, readFixtures, sampleBodies } from '@dragoman/channel-kit/contract'
import { sampleMedia } from '@dragoman/channel-kit/simulator'
import type { HttpRequest } from '@dragoman/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { subject } from './fixtures/subject.ts'
import { botframework } from './index.ts'
import { botframeworkSimulator } from './simulator/index.ts'

interface Schema {
  $ref?: string
  type?: string
  format?: string
  enum?: string[]
  'x-ms-enum'?: { modelAsString?: boolean }
  items?: Schema
  properties?: Record<string, Schema>
}
interface Specification {
  paths: Record<string, Record<string, { parameters: { in: string; schema?: Schema }[]; responses: Record<string, { schema?: Schema }> }>>
  definitions: Record<string, Schema>
}

const file = new URL('../../../shared/specs/microsoft/ConnectorAPI.json', import.meta.url)
const present = existsSync(file)

/** Not in the description, though every SDK uses it: one member of a conversation. */
const undescribed = /^GET \/v3\/conversations\/[^/]+\/members\/[^/]+$/
/** Teams says more of a conversation, a person and an attachment than the description does. */
const beyond = new Set(['conversation.conversationType', 'conversation.tenantId', 'from.aadObjectId'])

describe.skipIf(!present)('conforms to the description of the Connector', () => {
  let specification: Specification
  let bench: Bench
  const answers: { request: HttpRequest; status: number; body: unknown }[] = []

  beforeAll(async () => {
    specification = JSON.parse(readFileSync(file, 'utf8')) as Specification
    bench = await openBench(botframework, botframeworkSimulator)
    const customer = await bench.newCustomer('Anna')
    const to = customer.recipient
    for (const sample of sampleBodies(botframework.capabilities({}), subject.samples)) {
      const { steps } = await bench.send(customer, sample)
      for (const { request, transmission } of steps)
        if (request.via === 'http' && transmission.kind === 'answered')
          answers.push({ request, status: transmission.status, body: transmission.body })
      const last = customer.phone().messages.at(-1)!
      if (sample.name === 'buttons') await customer.act({ act: 'press', messageId: last.id, row: 0, column: 0 })
      if (sample.name === 'quick_replies') await customer.act({ act: 'press_key', row: 0, column: 0 })
    }
    const proactive = await bench.send(
      { ...customer, recipient: { ...to, threadId: '' } },
      { body: { content: { kind: 'text', text: { text: 'a' } } } },
    )
    for (const { request, transmission } of proactive.steps)
      if (request.via === 'http' && transmission.kind === 'answered')
        answers.push({ request, status: transmission.status, body: transmission.body })
    const media = sampleMedia()
    const own = { ref: { from: 'file' as const, fileId: 'upload' } }
    await customer.act({ act: 'send', content: { kind: 'image', media: own, caption: { text: 'Look' } }, uploads: [media.jpeg] })
    await customer.act({ act: 'send', content: { kind: 'file', media: own }, uploads: [media.pdf] })
    const business = customer.phone().messages.findLast(message => message.from === 'business')!
    await customer.act({ act: 'write', text: 'Question', replyTo: business.id })
    const mine = customer.phone().messages.at(-1)!.id
    await customer.act({ act: 'edit', messageId: mine, text: 'A better question' })
    await customer.act({ act: 'delete', messageId: mine })
    await customer.act({ act: 'react', messageId: business.id, emoji: '👍' })
    await customer.act({ act: 'read' })
    await customer.act({ act: 'typing' })
    await customer.act({ act: 'block' })
    await customer.act({ act: 'unblock' })
    await bench.next('contact.opted_out')
    const { extras } = botframework
    const externalId = proactive.outcome.kind === 'sent' ? proactive.outcome.externalIds[0]! : ''
    const body = { content: { kind: 'text' as const, text: { text: 'b' } } }
    await bench.ask(extras.typing!, { to })
    await bench.ask(extras.profile!, { to })
    await bench.ask(extras.edit!, { to, externalId, body, previous: body })
    await bench.ask(extras.remove!, { to, externalId })
  })
  afterAll(() => bench?.close())

  test('every request is a described one with a described body', () => {
    const fixtures = readFixtures<OutFixture>(new URL('./fixtures/out/', import.meta.url)).flatMap(({ fixture }) =>
      fixture.steps.map(step => step.request as HttpRequest),
    )
    const requests = [...bench.requests, ...fixtures].filter(request => request.url.includes('/v3/'))
    expect(requests.length).toBeGreaterThan(40)
    for (const request of requests) {
      const name = nameOf(request)
      if (undescribed.test(name)) continue
      const operation = operationOf(name)
      expect(operation, name).toBeDefined()
      const schema = operation!.parameters.find(parameter => parameter.in === 'body')?.schema
      const value = request.body.type === 'json' ? request.body.value : undefined
      expect(value === undefined, name).toBe(schema === undefined)
      if (schema) expect(problems(value, schema, ''), name).toEqual([])
    }
  })

  test('every answer of the simulator is a described one', () => {
    expect(answers.length).toBeGreaterThan(10)
    for (const { request, status, body } of answers) {
      const response = operationOf(nameOf(request))!.responses[String(status)]
      expect(response, `${nameOf(request)} ${status}`).toBeDefined()
      if (response!.schema) expect(problems(body, response!.schema, ''), nameOf(request)).toEqual([])
    }
  })

  test('every webhook of the simulator is an activity', () => {
    const types = new Set<unknown>()
    for (const raw of bench.accepted) {
      const activity = JSON.parse(new TextDecoder().decode(raw.body)) as Record<string, unknown>
      types.add(activity.type)
      expect(problems(activity, { $ref: '#/definitions/Activity' }, '').filter(problem => !beyond.has(problem.split(' ')[0]!))).toEqual([])
    }
    expect([...types].toSorted()).toEqual([
      'conversationUpdate',
      'event',
      'installationUpdate',
      'message',
      'messageDelete',
      'messageReaction',
      'messageUpdate',
      'typing',
    ])
  })

  function operationOf(name: string) {
    const [method = '', path = ''] = name.split(' ')
    const described = Object.keys(specification.paths).find(pattern => new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
    return described === undefined ? undefined : specification.paths[described]![method.toLowerCase()]
  }

  function problems(value: unknown, schema: Schema, path: string): string[] {
    if (schema.$ref) return problems(value, specification.definitions[schema.$ref.split('/').at(-1)!] ?? {}, path)
    if (schema.enum && schema['x-ms-enum']?.modelAsString !== true)
      return typeof value === 'string' && schema.enum.includes(value) ? [] : [`${path} is none of ${schema.enum.join(', ')}`]
    if (schema.type === 'string') return typeof value === 'string' ? [] : [`${path} is no text`]
    if (schema.type === 'boolean') return typeof value === 'boolean' ? [] : [`${path} is no boolean`]
    if (schema.type === 'array')
      return Array.isArray(value)
        ? value.flatMap((item, index) => problems(item, schema.items ?? {}, `${path}[${index}]`))
        : [`${path} is no list`]
    if (!schema.properties) return []
    if (typeof value !== 'object' || value === null) return [`${path} is no object`]
    return Object.entries(value).flatMap(([name, member]) => {
      const place = path === '' ? name : `${path}.${name}`
      const described = schema.properties![name]
      return described ? problems(member, described, place) : [`${place} is not described`]
    })
  }
})

test.skipIf(present)('the description of the Connector is not beside this project: conformance was not checked', () => {})

function nameOf(request: HttpRequest): string {
  return `${request.method} ${request.url.slice(request.url.indexOf('/v3/')).split('?')[0]}`
}
