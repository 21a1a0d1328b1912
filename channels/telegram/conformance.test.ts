/**
 * What the channel asks and what the simulator says, held against the machine-readable Bot API (10.1) where it lies beside the project.
 * A fresh clone has no such folder: then the tests say so and pass over.
 */
import { existsSync, readFileSync } from 'node:fs'
import { type Bench, type Customer, type OutFixture, openBench, readFixtures, sampleBodies } from '@dragoman/channel-kit/contract'
import { sampleMedia } from '@dragoman/channel-kit/simulator'
import type { Content, HttpRequest, Transmission } from '@dragoman/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { telegram } from './index.ts'
import { telegramSimulator } from './simulator/index.ts'

interface Field {
  name: string
  types: string[]
  required: boolean
}
interface Specification {
  version: string
  methods: Record<string, { fields?: Field[]; returns: string[] }>
  types: Record<string, { fields?: Field[]; subtypes?: string[] }>
}

const file = new URL('../../../shared/specs/telegram/telegram-bot-api.min.json', import.meta.url)
const present = existsSync(file)

describe.skipIf(!present)('conforms to the Bot API specification', () => {
  let specification: Specification
  let bench: Bench
  const answers: { method: string; result: unknown }[] = []

  beforeAll(async () => {
    specification = JSON.parse(readFileSync(file, 'utf8')) as Specification
    bench = await openBench(telegram, telegramSimulator)
    const customer = await bench.newCustomer('Anna')
    const to = customer.recipient
    const capabilities = telegram.capabilities({})
    const clip = (style: 'note' | 'animation') => ({
      name: style,
      body: { content: { kind: 'video' as const, style, media: { ref: { from: 'file' as const, fileId: style } } } },
    })
    const poll: Content = { kind: 'poll', question: 'Tea?', options: [{ text: 'Yes' }, { text: 'No' }] }
    for (const sample of sampleBodies(capabilities, [clip('note'), clip('animation'), { name: 'vote', body: { content: poll } }])) {
      const { steps } = await bench.send(customer, sample)
      for (const { request, transmission } of steps) if (request.via === 'http') keep(request, transmission)
      const message = customer.phone().messages.at(-1)!
      if (sample.name === 'buttons') await customer.act({ act: 'press', messageId: message.id, row: 0, column: 0 })
      if (sample.name === 'vote') await customer.act({ act: 'vote', messageId: message.id, options: [0] })
    }
    const media = sampleMedia()
    const own = { ref: { from: 'file' as const, fileId: 'upload' } }
    const contents: [Content, (typeof media)[keyof typeof media][]][] = [
      [{ kind: 'image', media: own, caption: { text: 'see https://a.example/x' } }, [media.jpeg]],
      [{ kind: 'video', media: own }, [media.mp4]],
      [{ kind: 'video', media: own, style: 'note' }, [media.mp4]],
      [{ kind: 'video', media: own, style: 'animation' }, [media.mp4]],
      [{ kind: 'audio', media: own, title: 'T' }, [media.ogg]],
      [{ kind: 'voice', media: own }, [media.ogg]],
      [{ kind: 'file', media: own }, [media.pdf]],
      [{ kind: 'sticker', media: own, emoji: '👍' }, [media.webp]],
      [{ kind: 'location', latitude: 1, longitude: 2 }, []],
      [{ kind: 'location', latitude: 1, longitude: 2, name: 'Shop', address: 'Here' }, []],
      [{ kind: 'contact_card', contacts: [{ name: 'Nina', phones: ['+15550100'] }] }, []],
      [poll, []],
      [
        {
          kind: 'album',
          items: [
            { kind: 'image', media: own },
            { kind: 'video', media: own },
          ],
        },
        [media.png, media.mp4],
      ],
    ]
    for (const [content, uploads] of contents) await customer.act({ act: 'send', content, uploads })
    await customer.act({ act: 'write', text: 'A question', replyTo: customer.phone().messages[0]!.id })
    const asked = await bench.next(
      'message.received',
      event => event.message.content.kind === 'text' && event.message.content.text.text === 'A question',
    )
    const messageId = customer.phone().messages.at(-1)!.id
    await customer.act({ act: 'edit', messageId, text: 'A better question' })
    await customer.act({ act: 'react', messageId, emoji: '👍' })
    await customer.act({ act: 'react', messageId, emoji: null })
    const { extras } = telegram
    const body = { content: { kind: 'text' as const, text: { text: 'One' } } }
    const { outcome } = await bench.send(customer, { body })
    const externalId = outcome.kind === 'sent' ? outcome.externalIds[0]! : ''
    await bench.ask(extras.edit!, {
      to,
      externalId,
      previous: body,
      body: {
        content: { kind: 'text', text: { text: 'Two' } },
        keyboard: { kind: 'buttons', rows: [[{ kind: 'url', title: 'Open', url: 'https://a.example/' }]] },
      },
    })
    await bench.ask(extras.react!, { to, externalId: asked.externalId, emoji: '👍' })
    await bench.ask(extras.typing!, { to })
    await bench.ask(extras.profile!, { to })
    await bench.ask(extras.health!, undefined)
    await bench.ask(extras.remove!, { to, externalId })
    await bench.ask(extras.acknowledge!, { token: '1', text: 'Noted' })
    await bench.ask(extras.subscription!.inspect, { ourUrl: '' })
    await speakInPublic(customer)
    await speakForPerson(customer)
    await customer.act({ act: 'block' })
    await customer.act({ act: 'unblock' })
    await bench.next('contact.subscribed', event => event.referral === undefined && event.at > asked.at)
    await bench.ask(extras.subscription!.unsubscribe, undefined)
    await bench.ask(extras.poll!, { cursor: '5', waitMs: 0 })
  })
  afterAll(() => bench?.close())

  const hello = { content: { kind: 'text' as const, text: { text: 'Hello' } } }

  async function speakInPublic(customer: Customer): Promise<void> {
    const { extras } = telegram
    const { simulator } = bench.served
    const postId = simulator.newPost!(bench.account.externalId, 'New teas')
    await customer.act({ act: 'comment', postId, text: 'How much?' })
    const comment = await bench.next('message.received', event => event.place?.kind === 'comments')
    const to = { threadId: comment.threadId!, externalIds: comment.identity!.externalIds, place: comment.place! }
    const { steps } = await bench.send({ ...customer, recipient: to }, { body: hello }, { replyTo: comment.externalId })
    for (const { request, transmission } of steps) keep(request as HttpRequest, transmission)
    await customer.act({ act: 'edit_comment', commentId: customer.phone().posts![0]!.comments[0]!.id, text: 'How much is it?' })
    const target = { to, externalId: comment.externalId }
    await bench.ask(extras.answerPrivately!, { ...target, body: hello, idempotencyKey: 'k' })
    await bench.ask(extras.removeComment!, target)
    await bench.ask(extras.publish!, { body: hello, media: {}, ref: 'r' })
    simulator.control!(bench.account.externalId, 'rights_supergroup', { rights: '' })
    const entrance = { greeting: { en: 'Hi', ru: 'Да' }, starters: [], menu: [{ title: { en: 'Orders' }, payload: 'orders' }] }
    for (const exchange of [extras.entrance!.apply, ...extras.entrance!.also!(entrance)]) await bench.ask(exchange, entrance)
  }

  async function speakForPerson(customer: Customer): Promise<void> {
    const { simulator } = bench.served
    const owner = await bench.newCustomer('Olga')
    const control = (id: string, values: Record<string, string>) => {
      const result = simulator.control!(bench.account.externalId, id, values)
      return result.ok ? (result.messageId ?? '') : result.reason
    }
    const rights = 'can_reply can_read_messages can_delete_sent_messages'
    const connection = control('connect_person', { person: owner.id, rights })
    const chat = control('chat_with_person', { connection, customer: customer.id })
    await simulator.act(chat, { act: 'write', text: 'To the person' })
    const asked = await bench.next('message.received', event => event.threadId?.startsWith('business:') === true)
    const to = { threadId: asked.threadId!, externalIds: asked.identity!.externalIds }
    const { steps, outcome } = await bench.send({ ...customer, recipient: to }, { body: hello }, { replyTo: asked.externalId })
    for (const { request, transmission } of steps) keep(request as HttpRequest, transmission)
    await bench.ask(telegram.surfaces![0]!.extras!.markRead!, { to, externalId: asked.externalId })
    await bench.ask(telegram.extras.typing!, { to })
    const externalId = outcome.kind === 'sent' ? outcome.externalIds[0]! : ''
    const body = { content: { kind: 'text' as const, text: { text: 'Hello again' } } }
    await bench.ask(telegram.extras.edit!, { to, externalId, previous: hello, body })
    await bench.ask(telegram.extras.remove!, { to, externalId })
    control('write_as_person', { chat, text: 'Myself' })
    const phone = () => simulator.phones().find(view => view.customerId === chat)!
    await simulator.act(chat, { act: 'edit', messageId: phone().messages[0]!.id, text: 'To you' })
    await simulator.act(chat, { act: 'delete', messageId: phone().messages[0]!.id })
    await bench.next('message.deleted')
    control('disconnect_person', { connection })
    await bench.next('account.changed', event => event.change.facts?.connected === false)
  }

  function keep(request: HttpRequest, transmission: Transmission): void {
    const result = transmission.kind === 'answered' ? (transmission.body as { result?: unknown }).result : undefined
    answers.push({ method: methodOf(request), result })
  }

  test('every request is a documented method with documented parameters', () => {
    const fixtures = readFixtures<OutFixture>(new URL('./fixtures/out/', import.meta.url)).flatMap(({ fixture }) =>
      fixture.steps.map(step => step.request as HttpRequest),
    )
    const requests = [...bench.requests, ...fixtures].filter(request => !request.url.includes('/file/'))
    expect(requests.length).toBeGreaterThan(40)
    for (const request of requests) {
      const method = specification.methods[methodOf(request)]
      expect(method, methodOf(request)).toBeDefined()
      expect(problems(parametersOf(request), method!.fields ?? [], methodOf(request))).toEqual([])
    }
  })

  test('every webhook of the simulator is a documented update', () => {
    const kinds = new Set<string>()
    for (const raw of bench.accepted) {
      const update = JSON.parse(new TextDecoder().decode(raw.body)) as Record<string, unknown>
      for (const key of Object.keys(update)) kinds.add(key)
      expect(problemsOfType(update, 'Update', 'update')).toEqual([])
    }
    expect([...kinds].toSorted()).toEqual([
      'business_connection',
      'business_message',
      'callback_query',
      'deleted_business_messages',
      'edited_business_message',
      'edited_message',
      'message',
      'message_reaction',
      'my_chat_member',
      'poll_answer',
      'update_id',
    ])
  })

  test('every answer of the simulator is what the method returns', () => {
    expect(answers.length).toBeGreaterThan(15)
    for (const { method, result } of answers) {
      expect(result, method).toBeDefined()
      expect(problemsOfAny(result, specification.methods[method]!.returns, method)).toEqual([])
    }
  })

  function problems(object: Record<string, unknown>, fields: readonly Field[], path: string): string[] {
    const known = new Map(fields.map(field => [field.name, field]))
    const unknown = Object.keys(object).filter(name => !known.has(name))
    return [
      ...unknown.map(name => `${path}.${name} is not documented`),
      ...fields.filter(field => field.required && object[field.name] === undefined).map(field => `${path}.${field.name} is missing`),
      ...Object.entries(object).flatMap(([name, value]) =>
        known.has(name) ? problemsOfAny(value, known.get(name)!.types, `${path}.${name}`) : [],
      ),
    ]
  }

  /** No problem where one of the types fits; else those of the one that fits best. */
  function problemsOfAny(value: unknown, types: readonly string[], path: string): string[] {
    return types.map(type => problemsOfType(value, type, path)).toSorted((a, b) => a.length - b.length)[0] ?? []
  }

  function problemsOfType(value: unknown, type: string, path: string): string[] {
    const list = /^Array of (.+)$/.exec(type)
    if (list)
      return Array.isArray(value)
        ? value.flatMap((item, index) => problemsOfType(item, list[1]!, `${path}[${index}]`))
        : [`${path} is no array`]
    const fits = (yes: boolean) => (yes ? [] : [`${path} is no ${type}`])
    switch (type) {
      case 'String':
        return fits(typeof value === 'string')
      case 'Integer':
        return fits(typeof value === 'number' && Number.isInteger(value))
      case 'Float':
        return fits(typeof value === 'number')
      case 'Boolean':
      case 'True':
        return fits(typeof value === 'boolean')
      case 'InputFile':
        return fits(value === upload)
    }
    const described = specification.types[type]
    if (!described) return [`${path}: unknown type ${type}`]
    if (described.subtypes?.length) return problemsOfAny(value, described.subtypes, path)
    if (typeof value !== 'object' || value === null) return [`${path} is no ${type}`]
    return problems(value as Record<string, unknown>, described.fields ?? [], path)
  }
})

test.skipIf(present)('the Bot API specification is not beside this project: conformance was not checked', () => {})

/** Stands for the bytes of an upload. */
const upload = Symbol('upload')

function methodOf(request: HttpRequest): string {
  return request.url.split('/').at(-1)!
}

/** As the server reads them: form fields that look like JSON are JSON where their type is not text. */
function parametersOf(request: HttpRequest): Record<string, unknown> {
  const { body } = request
  if (body.type === 'json') return body.value as Record<string, unknown>
  if (body.type !== 'multipart') return {}
  const attached = new Set(
    body.fields.flatMap(field => ('value' in field ? [...field.value.matchAll(/attach:\/\/(\w+)/g)].map(match => match[1]) : [])),
  )
  return Object.fromEntries(
    body.fields.flatMap((field): [string, unknown][] => {
      if ('fileId' in field) return attached.has(field.name) ? [] : [[field.name, upload]]
      return [
        [
          field.name,
          /^(caption|text|title|performer|emoji|first_name|phone_number)$/.test(field.name) ? field.value : JSON.parse(field.value),
        ],
      ]
    }),
  )
}
