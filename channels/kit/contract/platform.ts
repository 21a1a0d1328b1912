/** A channel against its simulator's rules: signatures, accounts, routes, secrets, and the faults that can be switched on. */
import { type Channel, type Entrance, type HttpRequest, mediaOf, type RawWebhook } from '@dragoman/core'
import { describe, expect } from 'vitest'
import { placeholdersIn } from '../placeholders.ts'
import { matchRoute } from '../simulator/http.ts'
import { sampleMedia } from '../simulator/media.ts'
import type { FaultName } from '../simulator/types.ts'
import type { Bench, Customer } from './bench.ts'
import { expectSent } from './limits.ts'
import type { Open } from './round-trip.ts'
import { sampleBodies } from './samples.ts'
import { type Context, check } from './subject.ts'

export function platformTests({ channel, subject }: Context, open: Open): void {
  const capabilities = channel.capabilities(subject.account.config)
  const text = (words: string) => ({ body: { content: { kind: 'text' as const, text: { text: words } } } })

  describe('keeps to its platform', () => {
    check(subject, 'signature', 'what is signed, altered by one byte, is rejected', async () => {
      const { bench } = await open()
      const genuine = bench.accepted.at(-1)!
      const verdict = async (raw: RawWebhook, endpoint = bench.endpoint) => (await bench.verify(raw, endpoint)).kind
      expect(await verdict(genuine)).toBe('accepted')
      for (const altered of alterations(genuine, subject.signs ?? channel.signs, Object.values(bench.endpoint.secrets).flat()))
        expect(await verdict(altered)).toBe('rejected')
      const rotated = {
        ...bench.endpoint,
        secrets: Object.fromEntries(Object.entries(bench.endpoint.secrets).map(([name, list]) => [name, ['new', ...list]])),
      }
      expect(await verdict(genuine, rotated), 'a secret being rotated').toBe('accepted')
      const empty = { ...bench.endpoint, secrets: {}, accounts: [] }
      expect(await verdict(genuine, empty), 'an endpoint without secrets and accounts').toBe('rejected')
    })

    check(subject, 'accounts', 'a body names the account that it is for', async () => {
      const { bench } = await open()
      const accounts = channel.accountsOf(bench.accepted.at(-1)!.body)
      if (accounts.kind === 'named') expect(accounts.externalIds).toEqual([bench.account.externalId])
    })

    check(subject, 'routes', 'every address that it asks for is a route, and no secret leaves its place', async () => {
      const { bench } = await open()
      await exercise(bench)
      const secretNames = channel.config.fields.filter(field => field.kind === 'secret').map(field => field.name)
      if (channel.accessToken) secretNames.push(channel.accessToken.name)
      for (const request of bench.requests) {
        expect(routeOf(bench, request), `${request.method} ${request.url}`).toBeDefined()
        const { url, headers, ...rest } = request
        const accountSecrets = Object.entries(bench.secrets).filter(([name]) =>
          channel.config.fields.some(field => field.name === name && field.of === 'account'),
        )
        for (const [name, secret] of accountSecrets) expect(JSON.stringify(request), name).not.toContain(secret)
        for (const name of [url, ...Object.values(headers ?? {})].flatMap(placeholdersIn)) expect(secretNames).toContain(name)
        for (const name of secretNames)
          expect(JSON.stringify(rest), 'placeholders are filled in address, headers and named form fields only').not.toContain(`{${name}}`)
      }
      for (const request of bench.serverRequests.flatMap(one => (one.via === 'all' ? one.requests : [one]))) {
        expect(Object.values(bench.account.origins), request.via).toContain(request.server)
        for (const secret of Object.values(bench.secrets)) expect(JSON.stringify(request)).not.toContain(secret)
        const { user: _user, password: _password, ...rest } = request
        for (const name of secretNames)
          expect(JSON.stringify(rest), 'placeholders are filled in user and password only').not.toContain(`{${name}}`)
      }
    })

    check(subject, 'routes.reverse', 'every route of the simulator is asked for', async () => {
      const { bench } = await open()
      await exercise(bench)
      const asked = new Set(bench.requests.map(request => routeOf(bench, request)?.route))
      const unused = subject.simulator!.routes.filter(route => !asked.has(route)).map(route => `${route.method} ${route.path}`)
      expect(unused.toSorted()).toEqual(Object.keys(subject.simulatorOnlyRoutes ?? {}).toSorted())
    })

    const faults: { name: FaultName; check: 'faults.rate_limit' | 'faults.server_error' | 'faults.expired_token'; kinds: string[] }[] = [
      { name: 'rateLimit', check: 'faults.rate_limit', kinds: ['rate_limited'] },
      { name: 'serverError', check: 'faults.server_error', kinds: ['retryable', 'uncertain'] },
      { name: 'expiredToken', check: 'faults.expired_token', kinds: ['auth'] },
    ]
    for (const fault of faults) {
      check(subject, fault.check, `${fault.name} is ${fault.kinds.join(' or ')}, and over when it is over`, async () => {
        const { bench, customer } = await open()
        bench.served.simulator.faults[fault.name] = 1
        const before = customer.phone().messages.length
        const { outcome } = await bench.send(customer, text('With a fault'))
        expect(outcome.kind === 'failed' && fault.kinds.includes(outcome.failure.kind), JSON.stringify(outcome)).toBe(true)
        expect(customer.phone().messages.length).toBe(before)
        expectSent((await bench.send(customer, text('Without'))).outcome)
      })
    }

    check(subject, 'faults.time_out', 'a time-out after accepting is uncertain, and the customer has the message once', async () => {
      const { bench, customer } = await open()
      bench.served.simulator.faults.timeoutAfterAccept = 1
      bench.timeoutMs = 150
      const { outcome } = await bench.send(customer, text('Only once'))
      bench.timeoutMs = 5_000
      expect(outcome).toMatchObject({ kind: 'failed', failure: { kind: 'uncertain' } })
      expect(customer.phone().messages.filter(message => JSON.stringify(message.body).includes('Only once'))).toHaveLength(1)
    })

    check(subject, 'faults.webhooks', 'a repeated webhook repeats its ids, swapped ones both come', async () => {
      const { bench, customer } = await open()
      bench.served.simulator.faults.duplicateWebhooks = 1
      const before = bench.served.webhooks.length
      await customer.act({ act: 'write', text: 'Twice' })
      await bench.served.waitForWebhooks(before + 2)
      await bench.next('message.received')
      await customer.act({ act: 'write', text: 'Marker' })
      await bench.next('message.received', event => JSON.stringify(event.message).includes('Marker'))
      const twice = bench.events.filter(event => event.kind === 'message.received' && JSON.stringify(event.message).includes('Twice'))
      expect(twice).toHaveLength(2)
      expect(twice[0]!.externalId).toBe(twice[1]!.externalId)
      bench.served.simulator.faults.reorderWebhooks = 1
      await customer.act({ act: 'write', text: 'First' })
      await customer.act({ act: 'write', text: 'Second' })
      const later = await bench.next('message.received')
      const earlier = await bench.next('message.received')
      expect(JSON.stringify(later.message)).toContain('Second')
      expect(JSON.stringify(earlier.message)).toContain('First')
      expect(earlier.at).toBeLessThanOrEqual(later.at)
    })
  })

  /** Everything that the channel can ask for, once. */
  async function exercise(bench: Bench): Promise<void> {
    const customer = await bench.newCustomer('Vera')
    for (const sample of sampleBodies(capabilities, subject.samples)) await bench.send(customer, sample)
    await customer.act({ act: 'write', text: 'Target' })
    const inbound = await bench.next('message.received', event => JSON.stringify(event.message).includes('Target'))
    const { extras } = channel
    const to = customer.recipient
    const media = sampleBodies(capabilities, subject.samples).filter(sample => ['text', 'image', 'location'].includes(sample.name))
    for (const sample of media) {
      const { outcome } = await bench.send(customer, sample)
      const externalId = outcome.kind === 'sent' ? outcome.externalIds[0]! : subject.messageId
      if (extras.edit) await bench.ask(extras.edit, { to, externalId, body: sample.body, previous: sample.body })
      if (extras.remove) await bench.ask(extras.remove, { to, externalId })
    }
    if (extras.react) await bench.ask(extras.react, { to, externalId: inbound.externalId, emoji: capabilities.reactionEmojis?.[0] ?? '👍' })
    if (extras.typing) await bench.ask(extras.typing, { to, lastInboundId: inbound.externalId })
    if (extras.markRead) await bench.ask(extras.markRead, { to, externalId: inbound.externalId })
    if (extras.profile) await bench.ask(extras.profile, { to })
    if (extras.health) await bench.ask(extras.health, undefined)
    if (extras.acknowledge) await bench.ask(extras.acknowledge, { token: 'unknown' })
    if (extras.templates) await bench.ask(extras.templates, {})
    if (extras.accept) await bench.ask(extras.accept, { to })
    if (extras.takeControl) await bench.ask(extras.takeControl, { to })
    if (extras.entrance?.clear) await bench.ask(extras.entrance.clear, undefined)
    if (extras.entrance) await bench.ask(extras.entrance.apply, sampleEntrance)
    for (const more of extras.entrance?.also?.(sampleEntrance) ?? []) await bench.ask(more, sampleEntrance)
    if (extras.broadcast) await bench.ask(extras.broadcast.send, { to: [to], body: text('To many').body, media: {}, ref: 'broadcast-1' })
    if (extras.publish) await bench.ask(extras.publish, { body: text('A post').body, media: {}, ref: 'post-1' })
    if (channel.comments) await exerciseComments(bench, customer)
    if (extras.media && customer.phone().abilities.kinds.includes('image')) {
      const content = { kind: 'image' as const, media: { ref: { from: 'file' as const, fileId: 'upload' } } }
      await customer.act({ act: 'send', content, uploads: [sampleMedia().jpeg] })
      const received = await bench.next('message.received', event => event.message.content.kind === 'image')
      const [medium] = mediaOf(received.message.content)
      if (medium?.ref.from === 'platform') await bench.fetchMedia(medium.ref)
    }
    if (extras.subscription) {
      const { inspect, unsubscribe } = extras.subscription
      // `unknown` where the platform says that it is subscribed, and not to which address.
      const isOneOf = (...states: string[]) => ({
        ok: true,
        value: { state: expect.stringMatching(new RegExp(`^(${states.join('|')})$`)) },
      })
      expect(await bench.ask(inspect, { ourUrl: bench.served.webhookUrl })).toMatchObject(isOneOf('ours', 'unknown'))
      expect(await bench.ask(inspect, { ourUrl: 'https://other.example/' })).toMatchObject(isOneOf('someone_else', 'unknown'))
      expect(await bench.ask(unsubscribe, { url: bench.served.webhookUrl })).toMatchObject({ ok: true })
      expect(await bench.ask(inspect, { ourUrl: bench.served.webhookUrl })).toMatchObject({ ok: true, value: { state: 'none' } })
    }
    // After the webhook is gone: the two exclude each other. The first answer may only say from where on to ask.
    if (extras.poll) {
      const begin = await bench.ask(extras.poll, { cursor: '', waitMs: 0 })
      if (begin.ok && begin.value.cursor !== '') await bench.ask(extras.poll, { cursor: begin.value.cursor, waitMs: 0 })
    }
  }

  async function exerciseComments(bench: Bench, customer: Customer): Promise<void> {
    const { extras } = channel
    const postId = bench.served.simulator.newPost?.(bench.account.externalId, 'New in the shop')
    if (postId === undefined) return
    await customer.act({ act: 'comment', postId, text: 'How much is it?' })
    const comment = await bench.next('message.received', event => JSON.stringify(event.message).includes('How much is it?'))
    expect(comment.place).toMatchObject({ kind: 'comments' })
    const to = { threadId: comment.threadId!, externalIds: comment.identity!.externalIds, place: comment.place! }
    const target = { to, externalId: comment.externalId }
    expectSent((await bench.send({ ...customer, recipient: to }, text('In public'), { replyTo: comment.externalId })).outcome)
    if (extras.hide)
      for (const hidden of [true, false]) expect(await bench.ask(extras.hide, { ...target, hidden })).toMatchObject({ ok: true })
    if (extras.answerPrivately) {
      const words = { body: text('In private').body, idempotencyKey: 'private-1' }
      expect(await bench.ask(extras.answerPrivately, { ...target, ...words })).toMatchObject({ ok: true })
    }
    if (extras.removeComment) expect(await bench.ask(extras.removeComment, target)).toMatchObject({ ok: true })
  }

  function routeOf(bench: Bench, request: HttpRequest) {
    const path = request.url.slice(bench.served.origin.length).split('?')[0] ?? ''
    return request.url.startsWith(bench.served.origin) ? matchRoute(subject.simulator!.routes, request.method, path) : undefined
  }
}

const sampleEntrance: Entrance = {
  greeting: { en: 'Hello!' },
  starters: [{ title: { en: 'When are you open?' }, payload: 'hours' }],
  menu: [{ title: { en: 'My orders' }, payload: 'orders' }],
}

/** The webhook with what is signed altered, each time in one place. */
function alterations(genuine: RawWebhook, signs: Channel['signs'], secrets: readonly string[]): RawWebhook[] {
  const middle = Math.floor(genuine.body.length / 2)
  const bodyWith = (place: number) => {
    const body = Uint8Array.from(genuine.body)
    body[place]! ^= 1
    return body
  }
  switch (signs) {
    case 'body': {
      const signed = [0, middle, genuine.body.length - 1].map(place => ({ ...genuine, body: bodyWith(place) }))
      return [...signed, { ...genuine, headers: {} }]
    }
    case 'header':
      return [
        { ...genuine, headers: {} },
        ...Object.entries(genuine.headers)
          .filter(([, value]) => secrets.some(secret => value.includes(secret)))
          .flatMap(([name, value]) => [
            { ...genuine, headers: { ...genuine.headers, [name]: `${value}x` } },
            { ...genuine, headers: { ...genuine.headers, [name]: value.slice(0, -1) } },
            { ...genuine, headers: { ...genuine.headers, [name]: '' } },
          ]),
      ]
    case 'token': {
      const token = genuine.headers.authorization ?? ''
      // Head, claims and signature of a JWT, one character of each; the last ones may be padding.
      const changed = token.split('.').map((piece, index, pieces) => {
        const at = Math.floor(piece.length / 2)
        const other = piece[at] === 'A' ? 'B' : 'A'
        return pieces.with(index, piece.slice(0, at) + other + piece.slice(at + 1)).join('.')
      })
      return [
        { ...genuine, headers: {} },
        ...changed.map(authorization => ({ ...genuine, headers: { ...genuine.headers, authorization } })),
      ]
    }
    case 'secret_in_body': {
      const text = new TextDecoder().decode(genuine.body)
      return secrets
        .filter(secret => text.includes(secret))
        .map(secret => ({ ...genuine, body: new TextEncoder().encode(text.replace(secret, `${secret.slice(0, -1)}~`)) }))
    }
  }
}
