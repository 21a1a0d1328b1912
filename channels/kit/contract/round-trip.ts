/** There and back: what the customer does arrives as an event, what the business sends shows on the phone. */
import { type Content, mediaOf } from '@dragoman/core'
import { describe, expect } from 'vitest'
import { sampleMedia } from '../simulator/media.ts'
import type { PhoneMessage, Upload } from '../simulator/types.ts'
import type { Bench, Customer } from './bench.ts'
import { expectSent } from './limits.ts'
import { sampleBodies } from './samples.ts'
import { type Context, check } from './subject.ts'

export type Open = () => Promise<{ bench: Bench; customer: Customer }>

export function roundTripTests({ channel, subject }: Context, open: Open): void {
  const capabilities = channel.capabilities(subject.account.config)
  const features = capabilities.features

  describe('hears the customer', () => {
    check(subject, 'round_trip.in', 'every kind that the phone can send arrives as that kind, with its bytes', async () => {
      const { bench, customer } = await open()
      for (const kind of customer.phone().abilities.kinds) {
        const made = fromPhone(kind)
        if (!made) continue
        await customer.act({ act: 'send', content: made.content, uploads: made.uploads })
        const event = await bench.next('message.received')
        expect(event.message.content.kind).toBe(kind === 'album' ? 'image' : kind)
        expect(event.threadId).toBe(customer.recipient.threadId)
        const [medium] = mediaOf(event.message.content)
        if (medium && medium.ref.from === 'platform' && channel.extras.media) {
          const bytes = await bench.fetchMedia(medium.ref)
          expect(Buffer.from(bytes).equals(made.uploads[0]!.bytes), `${kind}: the same bytes`).toBe(true)
        }
        if (kind === 'album') {
          const second = await bench.next('message.received')
          expect(second.message.groupId).toBe(event.message.groupId)
          expect(second.message.groupId).toMatch(/./)
        }
      }
    })

    check(subject, 'round_trip.in', 'a reply names the message that it answers', async () => {
      const { bench, customer } = await open()
      if (!customer.phone().abilities.reply) return
      const { outcome } = await bench.send(customer, { body: { content: { kind: 'text', text: { text: 'Which colour?' } } } })
      expectSent(outcome)
      await customer.act({ act: 'write', text: 'Blue', replyTo: lastOf(customer, 'business').id })
      const event = await bench.next('message.received')
      expect(outcome.kind === 'sent' && outcome.externalIds).toContain(event.message.replyTo)
    })

    check(subject, 'round_trip.in', 'reactions, edits, deletes, presses, votes and blocks arrive where they exist', async () => {
      const { bench, customer } = await open()
      const { abilities } = customer.phone()
      const sent = await bench.send(customer, { body: { content: { kind: 'text', text: { text: 'Done' } } } })
      expectSent(sent.outcome)
      const sentIds = sent.outcome.kind === 'sent' ? sent.outcome.externalIds : []
      if (abilities.react) {
        const emoji = abilities.react === 'any' ? '👍' : abilities.react[0]!
        await customer.act({ act: 'react', messageId: lastOf(customer, 'business').id, emoji })
        const on = await bench.next('reaction.changed')
        expect(sentIds).toContain(on.of)
        expect(on.emojis).toHaveLength(1)
        await customer.act({ act: 'react', messageId: lastOf(customer, 'business').id, emoji: null })
        expect((await bench.next('reaction.changed', event => event !== on)).emojis).toEqual([])
      }
      expect(Boolean(abilities.react)).toBe(features.customer_reactions.level !== 'none')
      await customer.act({ act: 'write', text: 'Thansk' })
      const written = await bench.next('message.received')
      if (abilities.edit) {
        await customer.act({ act: 'edit', messageId: lastOf(customer, 'customer').id, text: 'Thanks' })
        const edited = await bench.next('message.edited')
        expect(edited.of).toBe(written.externalId)
        expect(edited.message.content).toMatchObject({ kind: 'text', text: { text: 'Thanks' } })
      }
      expect(abilities.edit).toBe(features.customer_edits.level !== 'none')
      if (abilities.delete) {
        await customer.act({ act: 'delete', messageId: lastOf(customer, 'customer').id })
        // Some messengers let people delete and tell the business nothing.
        if (features.customer_deletes.level !== 'none') expect((await bench.next('message.deleted')).of).toContain(written.externalId)
      } else expect(features.customer_deletes.level).toBe('none')
      if (abilities.typing) {
        await customer.act({ act: 'typing' })
        await bench.next('typing')
      }
      expect(abilities.typing).toBe(features.typing_in.level !== 'none')
      if (abilities.block && features.block_notice.level !== 'none') {
        await customer.act({ act: 'block' })
        await bench.next('contact.opted_out')
        const refused = await bench.send(customer, { body: { content: { kind: 'text', text: { text: 'Are you there?' } } } })
        expect(refused.outcome).toMatchObject({ kind: 'failed', failure: { kind: 'permanent', reason: 'blocked' } })
        await customer.act({ act: 'unblock' })
        await bench.next('contact.subscribed')
        expectSent((await bench.send(customer, { body: { content: { kind: 'text', text: { text: 'Welcome back' } } } })).outcome)
      }
    })

    check(subject, 'round_trip.in', 'a pressed button, key or row comes back with what it carried', async () => {
      const { bench, customer } = await open()
      for (const sample of sampleBodies(capabilities, subject.samples)) {
        const { keyboard } = sample.body
        if (!keyboard || !['buttons', 'quick_replies', 'list'].includes(sample.name)) continue
        const { outcome } = await bench.send(customer, sample)
        expectSent(outcome)
        if (keyboard.kind === 'quick_replies' && customer.phone().keyboard) {
          await customer.act({ act: 'press_key', row: 0, column: 0 })
          const event = await bench.next('message.received')
          expect(JSON.stringify(event.message.content)).toContain('Yes')
          continue
        }
        await customer.act({ act: 'press', messageId: lastOf(customer, 'business').id, row: 0, column: 0 })
        const event = await bench.next('action.chosen')
        expect(event.title).toBe(keyboard.kind === 'list' ? 'Delivery' : 'Yes')
        expect(event.payload).toBe(keyboard.kind === 'list' ? 'topic:delivery' : 'answer:yes')
        // Some platforms do not say under which message it was pressed.
        if (outcome.kind === 'sent' && event.of !== undefined) expect(outcome.externalIds).toContain(event.of)
        if (event.acknowledge && channel.extras.acknowledge) {
          expect(await bench.ask(channel.extras.acknowledge, { token: event.acknowledge, text: 'Noted' })).toMatchObject({ ok: true })
        }
      }
      if (capabilities.structured.poll.level === 'native') {
        const poll: Content = { kind: 'poll', question: 'Rate us', options: [{ text: 'Good' }, { text: 'Bad' }], anonymous: false }
        expectSent((await bench.send(customer, { body: { content: poll } })).outcome)
        await customer.act({ act: 'vote', messageId: lastOf(customer, 'business').id, options: [1] })
        expect((await bench.next('poll.voted')).options).toEqual([1])
      }
    })

    check(subject, 'two_customers', 'two customers whose messages have the same number stay two', async () => {
      const { bench, customer } = await open()
      const other = await bench.newCustomer('Boris')
      expect(other.recipient.threadId).not.toBe(customer.recipient.threadId)
      const ids = bench.events.filter(event => event.kind === 'message.received').map(event => event.externalId)
      expect(new Set(ids).size).toBe(ids.length)
      const threads = new Map(
        bench.events.filter(event => event.kind === 'message.received').map(event => [event.externalId, event.threadId]),
      )
      expect(new Set(threads.values())).toContain(other.recipient.threadId)
    })
  })

  describe('is seen by the customer', () => {
    for (const sample of sampleBodies(capabilities, subject.samples)) {
      check(subject, 'round_trip.out', sample.name, async () => {
        const { bench, customer } = await open()
        const before = customer.phone().messages.length
        const { outcome } = await bench.send(customer, sample)
        expectSent(outcome)
        const shown = customer
          .phone()
          .messages.slice(before)
          .filter(message => message.from === 'business')
        const { content } = sample.body
        const whole = shown.at(-1)?.body.content
        // A letter carries all files in one message; elsewhere each of them is one.
        if (content.kind === 'album' && whole?.kind === 'album') expect(whole.items).toHaveLength(content.items.length)
        else if (content.kind === 'album') {
          expect(shown).toHaveLength(content.items.length)
          expect(outcome.kind === 'sent' && outcome.externalIds).toHaveLength(content.items.length)
        } else if (content.kind !== 'template') expect(shown.at(-1)!.body.content.kind).toBe(content.kind)
        if (content.kind === 'text') expect(shown.at(-1)!.body.content).toMatchObject({ kind: 'text', text: { text: content.text.text } })
        const uploaded = Object.values(sample.files ?? {})[0]
        const [medium] = mediaOf(shown.at(-1)!.body.content)
        if (uploaded && medium?.ref.from === 'link')
          expect(Buffer.from(bench.served.kept(medium.ref.url)!.bytes).equals(uploaded.bytes)).toBe(true)
        if (sample.body.keyboard && !customer.phone().keyboard) expect(shown.at(-1)!.body.keyboard).toBeDefined()
      })
    }

    check(subject, 'round_trip.out', 'a reply is shown as one', async () => {
      const { bench, customer } = await open()
      if (features.reply_to.level !== 'native') return
      await customer.act({ act: 'write', text: 'And the price?' })
      const question = await bench.next('message.received')
      const { outcome } = await bench.send(
        customer,
        { body: { content: { kind: 'text', text: { text: '5 euro' } } } },
        { replyTo: question.externalId },
      )
      expectSent(outcome)
      expect(lastOf(customer, 'business').replyTo).toBe(lastOf(customer, 'customer').id)
    })

    check(subject, 'round_trip.out', 'edit, reaction, typing, read mark, profile and removal do what they say', async () => {
      const { bench, customer } = await open()
      const { edit, remove, react, typing, markRead, profile, health } = channel.extras
      const body = { content: { kind: 'text' as const, text: { text: 'Teh answer' } } }
      const sent = await bench.send(customer, { body })
      expectSent(sent.outcome)
      const externalId = sent.outcome.kind === 'sent' ? sent.outcome.externalIds[0]! : ''
      const to = customer.recipient
      await customer.act({ act: 'write', text: 'I wait' })
      const waiting = await bench.next('message.received')
      if (edit) {
        const better = { content: { kind: 'text' as const, text: { text: 'The answer' } } }
        expect(await bench.ask(edit, { to, externalId, body: better, previous: body })).toEqual({ ok: true, value: undefined })
        expect(lastOf(customer, 'business')).toMatchObject({ edited: true, body: { content: { text: { text: 'The answer' } } } })
      }
      if (react) {
        const emoji = capabilities.reactionEmojis?.[0] ?? '👍'
        expect(await bench.ask(react, { to, externalId: waiting.externalId, emoji })).toMatchObject({ ok: true })
        expect(lastOf(customer, 'customer').reactions).toEqual([{ by: 'business', emoji }])
        expect(await bench.ask(react, { to, externalId: waiting.externalId, emoji: null })).toMatchObject({ ok: true })
        expect(lastOf(customer, 'customer').reactions).toEqual([])
      }
      if (typing) {
        expect(await bench.ask(typing, { to, lastInboundId: waiting.externalId })).toMatchObject({ ok: true })
        expect(customer.phone().businessTyping).toBe(true)
      }
      if (markRead) {
        expect(await bench.ask(markRead, { to, externalId: waiting.externalId })).toMatchObject({ ok: true })
        expect(lastOf(customer, 'customer').status).toBe('read')
      }
      if (profile)
        expect(await bench.ask(profile, { to })).toMatchObject({
          ok: true,
          value: { name: expect.stringContaining(customer.phone().customerName) },
        })
      if (health) expect(await bench.ask(health, undefined)).toMatchObject({ ok: true, value: { externalId: bench.account.externalId } })
      if (remove) {
        expect(await bench.ask(remove, { to, externalId })).toMatchObject({ ok: true })
        expect(
          customer.phone().messages.filter(message => message.from === 'business' && !message.deleted && message.id === externalId),
        ).toEqual([])
        expect(lastOf(customer, 'business')?.deleted ?? true).toBe(true)
      }
    })

    check(subject, 'round_trip.in', 'polling brings what a webhook would have brought, once', async () => {
      const { bench, customer } = await open()
      const { poll, subscription } = channel.extras
      if (!poll) return
      if (subscription) {
        // A webhook and a poll exclude each other, and that is no matter of credentials [mechanics 19].
        const refused = await bench.ask(poll, { cursor: '', waitMs: 0 })
        if (!refused.ok) expect(refused.failure.kind).toBe('retryable')
        expect(await bench.ask(subscription.unsubscribe, { url: bench.served.webhookUrl })).toMatchObject({ ok: true })
      }
      // Some platforms only say from where on to ask when they are asked for the first time.
      const begin = await bench.ask(poll, { cursor: '', waitMs: 0 })
      await customer.act({ act: 'write', text: 'By poll' })
      const first = await bench.ask(poll, { cursor: begin.ok ? begin.value.cursor : '', waitMs: 0 })
      expect(first.ok).toBe(true)
      if (!first.ok) return
      const events = first.value.bodies.flatMap(body => channel.parse(new TextEncoder().encode(body), bench.account))
      expect(events.filter(event => event.kind === 'message.received')).toMatchObject([
        { message: { content: { kind: 'text', text: { text: 'By poll' } } } },
      ])
      const started = Date.now()
      const waiting = bench.ask(poll, { cursor: first.value.cursor, waitMs: 2_000 })
      setTimeout(() => void customer.act({ act: 'write', text: 'While waiting' }), 50)
      const second = await waiting
      expect(second.ok && second.value.bodies.length).toBe(1)
      expect(Date.now() - started).toBeLessThan(1_500)
    })

    check(subject, 'receipts', 'receipts come as far as the messenger gives them', async () => {
      const { bench, customer } = await open()
      const { delivered, read } = capabilities.receipts
      const { outcome } = await bench.send(customer, { body: { content: { kind: 'text', text: { text: 'Seen?' } } } })
      expectSent(outcome)
      if (delivered !== 'never') await bench.next('delivery.updated', event => event.receipt === 'delivered')
      await customer.act({ act: 'read' })
      if (read !== 'never') await bench.next('delivery.updated', event => event.receipt === 'read')
      if (delivered === 'never' && read === 'never') expect(bench.events.filter(event => event.kind === 'delivery.updated')).toEqual([])
    })
  })
}

function lastOf(customer: Customer, from: PhoneMessage['from']): PhoneMessage {
  return customer
    .phone()
    .messages.filter(message => message.from === from)
    .at(-1)!
}

/** What a customer would send of a kind, with its uploads; undefined for what is written in other ways. */
function fromPhone(kind: Content['kind']): { content: Content; uploads: Upload[] } | undefined {
  const media = sampleMedia()
  const ref = { ref: { from: 'file' as const, fileId: 'upload' } }
  switch (kind) {
    case 'image':
      return { content: { kind, media: ref, caption: { text: 'Look' } }, uploads: [media.jpeg] }
    case 'video':
      return { content: { kind, media: ref }, uploads: [media.mp4] }
    case 'audio':
      return { content: { kind, media: ref, title: 'Song' }, uploads: [{ ...media.ogg, mimeType: 'audio/mpeg', name: 'song.mp3' }] }
    case 'voice':
      return { content: { kind, media: { ...ref, durationMs: 2_000 } }, uploads: [media.ogg] }
    case 'file':
      return { content: { kind, media: ref }, uploads: [media.pdf] }
    case 'sticker':
      return { content: { kind, media: ref, emoji: '👍' }, uploads: [media.webp] }
    case 'location':
      return { content: { kind, latitude: 52.5, longitude: 13.4 }, uploads: [] }
    case 'contact_card':
      return { content: { kind, contacts: [{ name: 'Nina', phones: ['+15550100'] }] }, uploads: [] }
    case 'poll':
      return { content: { kind, question: 'Tea?', options: [{ text: 'Yes' }, { text: 'No' }] }, uploads: [] }
    case 'album': {
      const item = { kind: 'image' as const, media: ref }
      return { content: { kind, items: [item, item] }, uploads: [media.jpeg, media.png] }
    }
    default:
      return undefined
  }
}
