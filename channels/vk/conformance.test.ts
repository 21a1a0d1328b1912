/**
 * What the channel asks and what the simulator says, held against VK's own schema (5.199) where it lies beside the project.
 * A fresh clone has no such folder: then the tests say so and pass over. Of the schema only a part is there: what it refers to beyond that is not
 * looked at (walls, people, files).
 */
import { existsSync, readFileSync } from 'node:fs'
import { type Bench, type OutFixture, openBench, readFixtures, sampleBodies } from '@dragoman/channel-kit/contract'
import { sampleMedia } from '@dragoman/channel-kit/simulator'
import type { Content, HttpRequest } from '@dragoman/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { failureOf } from './failures.ts'
import { subject } from './fixtures/subject.ts'
import { vk } from './index.ts'
import { vkSimulator } from './simulator/index.ts'

interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  required?: boolean
  minimum?: number
  maximum?: number
  maxLength?: number
  maxItems?: number
  items?: Schema
  properties?: Record<string, Schema>
  allOf?: Schema[]
  oneOf?: Schema[]
}
interface Method {
  name: string
  access_token_type: string[]
  parameters?: (Schema & { name: string })[]
}

const folder = new URL('../../../shared/specs/vk/', import.meta.url)
const present = existsSync(new URL('errors.json', folder))
const namespaces = ['messages', 'groups', 'photos', 'docs']

/** VK's servers say these, and its schema does not. */
const beyond =
  /^message_typing_state\.state$|^message_new\.message\.version|\.(is_hidden|random_id)$|^message_(new|reply|edit)\..*attachments/

describe.skipIf(!present)('conforms to the schema of VK', () => {
  const files = new Map<string, { definitions: Record<string, Schema> } | undefined>()
  const methods = new Map<string, Method>()
  let errors: Record<string, { code: number }>
  let bench: Bench

  beforeAll(async () => {
    const read = (path: string) => JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as Record<string, never>
    errors = read('errors.json').errors!
    for (const name of namespaces) for (const method of read(`${name}/methods.json`).methods! as Method[]) methods.set(method.name, method)
    bench = await openBench(vk, vkSimulator)
    const customer = await bench.newCustomer('Anna')
    const to = customer.recipient
    for (const sample of sampleBodies(vk.capabilities({}), subject.samples)) {
      await bench.send(customer, sample)
      const last = customer.phone().messages.at(-1)!
      if (sample.name === 'buttons') await customer.act({ act: 'press', messageId: last.id, row: 0, column: 0 })
      if (sample.name === 'quick_replies') await customer.act({ act: 'press_key', row: 0, column: 0 })
    }
    const media = sampleMedia()
    const own = { ref: { from: 'file' as const, fileId: 'upload' } }
    const contents: [Content, (typeof media)[keyof typeof media][]][] = [
      [{ kind: 'image', media: own, caption: { text: 'Look' } }, [media.jpeg]],
      [{ kind: 'file', media: own }, [media.pdf]],
      [{ kind: 'voice', media: own }, [media.ogg]],
      [{ kind: 'sticker', media: own }, [media.webp]],
      [{ kind: 'location', latitude: 1, longitude: 2, name: 'Shop' }, []],
    ]
    for (const [content, uploads] of contents) await customer.act({ act: 'send', content, uploads })
    await customer.act({ act: 'start', payload: 'promo_7' })
    await customer.act({
      act: 'write',
      text: 'Question',
      replyTo: customer.phone().messages.find(message => message.from === 'business')!.id,
    })
    const asked = await bench.next('message.received', event => JSON.stringify(event.message).includes('Question'))
    const messageId = customer.phone().messages.at(-1)!.id
    await customer.act({ act: 'edit', messageId, text: 'A better question' })
    await customer.act({ act: 'react', messageId, emoji: '👍' })
    await customer.act({ act: 'react', messageId, emoji: null })
    await customer.act({ act: 'typing' })
    await customer.act({ act: 'read' })
    await customer.act({ act: 'block' })
    await customer.act({ act: 'unblock' })
    await bench.next('contact.opted_out')
    await bench.next('contact.subscribed', event => event.referral === undefined)
    const { extras } = vk
    const body = { content: { kind: 'text' as const, text: { text: 'One' } } }
    const { outcome } = await bench.send(customer, { body }, { replyTo: asked.externalId })
    const externalId = outcome.kind === 'sent' ? outcome.externalIds[0]! : ''
    await bench.ask(extras.edit!, { to, externalId, body, previous: body })
    await bench.ask(extras.react!, { to, externalId: asked.externalId, emoji: '👍' })
    await bench.ask(extras.react!, { to, externalId: asked.externalId, emoji: null })
    await bench.ask(extras.markRead!, { to, externalId: asked.externalId })
    await bench.ask(extras.typing!, { to })
    await bench.ask(extras.health!, undefined)
    await bench.ask(extras.remove!, { to, externalId })
    await bench.ask(extras.acknowledge!, { token: '1|2|3', text: 'Noted' })
    await bench.ask(extras.poll!, { cursor: '', waitMs: 0 })
  })
  afterAll(() => bench?.close())

  test('every request is a described method for communities, with described parameters', () => {
    const fixtures = readFixtures<OutFixture>(new URL('./fixtures/out/', import.meta.url)).flatMap(({ fixture }) =>
      fixture.steps.map(step => step.request as HttpRequest),
    )
    const seen = new Set<string>()
    for (const request of [...bench.requests, ...fixtures]) {
      const name = /\/method\/([\w.]+)$/.exec(request.url)?.[1]
      if (name === undefined || !namespaces.includes(name.split('.')[0]!)) continue
      seen.add(name)
      const method = methods.get(name)
      expect(method, name).toBeDefined()
      expect(method!.access_token_type, name).toContain('group')
      expect(problemsOfCall(request, method!), name).toEqual([])
    }
    expect([...seen].length).toBeGreaterThanOrEqual(14)
  })

  test('every webhook of the simulator is a described event', () => {
    const types = new Set<string>()
    for (const raw of bench.accepted) {
      const event = JSON.parse(new TextDecoder().decode(raw.body)) as { type: string; object: unknown }
      types.add(event.type)
      const { object, ...frame } = event
      // The list of types lacks this one, whose object it describes.
      const { type, ...rest } = frame
      const shown = type === 'message_event' ? { ...rest, type: 'message_new' } : frame
      expect(problems(shown, { $ref: 'callback/objects.json#/definitions/callback_base' }, 'event')).toEqual([])
      const definition = ['message_reply', 'message_edit'].includes(event.type) ? 'callback_message' : `callback_${event.type}`
      const found = problems(object, { $ref: `callback/objects.json#/definitions/${definition}` }, event.type)
      expect(found.filter(problem => !beyond.test(problem.split(' ')[0]!))).toEqual([])
    }
    expect([...types].toSorted()).toEqual([
      'message_allow',
      'message_deny',
      'message_edit',
      'message_event',
      'message_new',
      'message_reaction_event',
      'message_read',
      'message_reply',
      'message_typing_state',
    ])
  })

  test('every code that failures know is one of VK’s, and those of messages are all known', () => {
    const codes = new Set(Object.values(errors).map(error => error.code))
    const known = (code: number) => {
      const failure = failureOf(code, '', { commits: true })
      return failure.kind !== 'permanent' || failure.reason !== 'other'
    }
    for (let code = 1; code < 10_000; code++) if (known(code)) expect(codes, String(code)).toContain(code)
    const ofSending = [
      900, 901, 902, 909, 910, 911, 912, 913, 914, 917, 920, 921, 922, 924, 925, 927, 936, 940, 943, 944, 945, 946, 950, 962, 969, 985, 987,
      988,
    ]
    expect(ofSending.filter(code => !known(code))).toEqual([])
  })

  function problemsOfCall(request: HttpRequest, method: Method): string[] {
    const { body } = request
    const given = new Map(body.type === 'form' ? body.fields : [])
    given.delete('v')
    const parameters = method.parameters ?? []
    const unknown = [...given.keys()].filter(name => !parameters.some(parameter => parameter.name === name))
    return [
      ...unknown.map(name => `${name} is not described`),
      ...parameters.filter(parameter => parameter.required && !given.has(parameter.name)).map(parameter => `${parameter.name} is missing`),
      ...parameters.flatMap(parameter => (given.has(parameter.name) ? problemsOfField(given.get(parameter.name)!, parameter) : [])),
    ]
  }

  function problemsOfField(text: string, parameter: Schema & { name: string }): string[] {
    const fits = (yes: boolean, why: string) => (yes ? [] : [`${parameter.name} ${why}: ${text}`])
    switch (parameter.type) {
      case 'integer':
        return fits(/^-?\d+$/.test(text) && Number(text) >= (parameter.minimum ?? Number.NEGATIVE_INFINITY), 'is no such number')
      case 'number':
        return fits(Number.isFinite(Number(text)), 'is no number')
      case 'boolean':
        return fits(/^[01]$/.test(text), 'is neither 0 nor 1')
      case 'array':
        return fits(
          text.split(',').every(item => /^-?\d+$/.test(item)) && text.split(',').length <= (parameter.maxItems ?? 1e9),
          'is no list',
        )
      default:
        return fits(text.length <= (parameter.maxLength ?? 1e9) && (!parameter.enum || parameter.enum.includes(text)), 'is not allowed')
    }
  }

  function problems(value: unknown, schema: Schema, path: string): string[] {
    const described = propertiesOf(schema)
    if (!described) return problemsOfPlain(value, resolve(schema), path)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no object`]
    const missing = Object.entries(described).filter(([name, member]) => member.required === true && !Object.hasOwn(value, name))
    return [
      ...missing.map(([name]) => `${path}.${name} is missing`),
      ...Object.entries(value).flatMap(([name, member]) =>
        described[name] ? problems(member, described[name], `${path}.${name}`) : [`${path}.${name} is not described`],
      ),
    ]
  }

  function problemsOfPlain(value: unknown, schema: Schema | undefined, path: string): string[] {
    if (!schema) return []
    if (schema.enum && !schema.enum.includes(value)) return [`${path} is none of the values`]
    if (schema.type === 'array')
      return Array.isArray(value)
        ? value.flatMap((item, index) => problems(item, schema.items ?? {}, `${path}[${index}]`))
        : [`${path} is no list`]
    if (schema.type === 'integer') return Number.isInteger(value) ? [] : [`${path} is no whole number`]
    // A payload is described as text and comes as an object.
    if (schema.type === 'string') return typeof value === 'string' || path.endsWith('.payload') ? [] : [`${path} is no text`]
    if (schema.type === 'boolean') return typeof value === 'boolean' ? [] : [`${path} is no boolean`]
    return []
  }

  /** All properties with those of `allOf`; undefined where it is no object, or lies in a part of the schema that is not here. */
  function propertiesOf(schema: Schema): Record<string, Schema> | undefined {
    const here = schema.$ref ? resolve(schema) : schema
    if (!here || here.oneOf) return undefined
    if (here.$ref) return propertiesOf(here)
    if (!here.allOf) return here.properties
    const parts = here.allOf.map(propertiesOf)
    return parts.includes(undefined) ? undefined : Object.assign({}, ...parts)
  }

  function resolve(schema: Schema): Schema | undefined {
    if (!schema.$ref) return schema
    const [path = '', name = ''] = schema.$ref.replace(/^(\.\.\/)+/, '').split('#/definitions/')
    if (!files.has(path)) {
      const url = new URL(path, folder)
      files.set(path, existsSync(url) ? (JSON.parse(readFileSync(url, 'utf8')) as { definitions: Record<string, Schema> }) : undefined)
    }
    return files.get(path)?.definitions[name]
  }
})

test.skipIf(present)('the schema of VK is not beside this project: conformance was not checked', () => {})
