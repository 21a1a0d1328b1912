/** What a channel says of itself agrees with itself: dated facts, extras just where capabilities claim them, settings that a form can show. */
import type { Capabilities, Channel, Feature, FeatureName, Localized, Provenance } from '@dragoman/core'
import { describe, expect, test } from 'vitest'
import { placeholdersIn } from '../placeholders.ts'
import type { Context } from './subject.ts'

/** Which extra stands behind which feature. */
const behind: Partial<Record<FeatureName, (channel: Channel) => unknown>> = {
  edit: channel => channel.extras.edit,
  delete: channel => channel.extras.remove,
  react: channel => channel.extras.react,
  typing_out: channel => channel.extras.typing,
  mark_read: channel => channel.extras.markRead,
  polling: channel => channel.extras.poll,
  templates: channel => channel.extras.templates,
  profile: channel => channel.extras.profile,
  deep_link: channel => channel.deepLink,
  business_starts: channel => channel.addressOfPhone ?? channel.addressOfEmail,
}

/** What the hub does by itself in the chats of its own visitors [mechanics 21]. */
const doneByHub: ReadonlySet<string> = new Set<FeatureName>(['edit', 'delete', 'react', 'typing_out', 'mark_read'])

export function shapeTests({ channel, subject }: Context): void {
  const capabilities = channel.capabilities(subject.account.config)
  const isOurOwn = channel.config.ways.every(way => way === 'visitor')

  describe('agrees with itself', () => {
    test('every fact names its source and the day it was checked', () => {
      for (const surface of surfacesOf(channel)) {
        const facts = factsOf(surface.capabilities(subject.account.config))
        expect(facts.length).toBeGreaterThan(30)
        for (const { path, fact } of facts) {
          expect(fact.source, path).toMatch(/\S/)
          expect(fact.checkedOn, path).toMatch(/^\d{4}-\d{2}-\d{2}$/)
          if (fact.since !== undefined) expect(fact.since, path).toMatch(/^\d{4}(-\d{2}(-\d{2})?)?$/)
        }
        for (const rule of [...surface.replyPolicy.rules, ...Object.values(surface.replyPolicy.windows)]) {
          expect(rule.source).toMatch(/\S/)
          expect(rule.checkedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/)
        }
        for (const { window } of surface.replyPolicy.rules)
          if (window !== undefined) expect(surface.replyPolicy.windows).toHaveProperty(window)
      }
    })

    test('capabilities are plain JSON', () => {
      for (const surface of surfacesOf(channel)) {
        const made = surface.capabilities(subject.account.config)
        expect(JSON.parse(JSON.stringify(made))).toEqual(made)
      }
    })

    test('what is converted or missing says how or why, in both languages', () => {
      for (const surface of surfacesOf(channel)) {
        const { media, structured, features, buttons, quickReplies, list, album } = surface.capabilities(subject.account.config)
        const all: Record<string, Feature> = { ...media, ...structured, ...features, buttons, quickReplies, list, album }
        for (const [name, feature] of Object.entries(all)) if (feature.level !== 'native') expectLocalized(feature.note, name)
      }
    })

    test('other kinds of direct conversation are told apart by their thread ids, and mark read just where they say so', () => {
      const begins = channel.surfaces?.map(surface => surface.threads) ?? []
      expect(begins.filter((begin, index) => begin === '' || begins.some((other, at) => at !== index && other.startsWith(begin)))).toEqual(
        [],
      )
      for (const surface of channel.surfaces ?? []) {
        expectLocalized(surface.name, surface.id)
        const { mark_read } = surface.capabilities(subject.account.config).features
        expect((surface.extras?.markRead ?? channel.extras.markRead) !== undefined).toBe(mark_read.level !== 'none')
      }
    })

    for (const [feature, extra] of Object.entries(behind)) {
      test(`${feature} is claimed just where it can be done`, () => {
        // Where the hub itself is the platform there is nobody to ask: its own rows are the deed.
        if (isOurOwn && doneByHub.has(feature)) expect(extra(channel)).toBeUndefined()
        else expect(extra(channel) !== undefined).toBe(capabilities.features[feature as FeatureName].level !== 'none')
      })
    }

    test('settings can be shown in a form', () => {
      const { fields, steps, ways } = channel.config
      expect(ways.length).toBeGreaterThan(0)
      expect(new Set(fields.map(field => field.name)).size).toBe(fields.length)
      for (const field of fields) {
        expectLocalized(field.label, field.name)
        if (field.help) expectLocalized(field.help, field.name)
        if (field.kind === 'choice') expect(field.choices?.length, field.name).toBeGreaterThan(0)
        if (field.pattern !== undefined) new RegExp(field.pattern)
      }
      for (const step of steps) expectLocalized(step, 'steps')
      expect(ways.includes('poll')).toBe(channel.extras.poll !== undefined)
    })

    test('an address that health asks for lies below one of its origins and holds only secret settings', () => {
      const secret = new Set(channel.config.fields.filter(field => field.kind === 'secret').map(field => field.name))
      if (channel.accessToken) secret.add(channel.accessToken.name)
      const request = channel.extras.health?.request(undefined, subject.account)
      if (!request) return
      for (const one of request.via === 'all' ? request.requests : [request]) {
        if (one.via === 'http') {
          expect(Object.values(subject.account.origins).some(origin => one.url.startsWith(`${origin}/`))).toBe(true)
          for (const name of [one.url, ...Object.values(one.headers ?? {})].flatMap(placeholdersIn)) expect(secret).toContain(name)
        } else {
          expect([
            ...Object.values(subject.account.origins),
            ...Object.values(channel.originsOf?.(subject.account.config) ?? {}),
          ]).toContain(one.server)
          for (const name of [one.user, one.password].flatMap(placeholdersIn)) expect(secret).toContain(name)
        }
      }
    })
  })
}

/** Wherever something may be written: in the channel's own conversations, in public, in conversations of another kind. */
function surfacesOf(channel: Channel): Pick<Channel, 'capabilities' | 'replyPolicy'>[] {
  return [channel, ...(channel.comments ? [channel.comments] : []), ...(channel.surfaces ?? [])]
}

/** Everything with provenance, with its path. */
export function factsOf(capabilities: Capabilities): { path: string; fact: Provenance }[] {
  const { media, structured, features, pace, reach, law } = capabilities
  const named = (group: string, facts: Record<string, Provenance>) =>
    Object.entries(facts).map(([name, fact]) => ({ path: `${group}.${name}`, fact }))
  const { text, caption, album, buttons, quickReplies, list, receipts } = capabilities
  return [
    ...named('capabilities', { text, caption, album, buttons, quickReplies, list, receipts }),
    ...named('media', media),
    ...named('structured', structured),
    ...named('features', features),
    ...named('pace', Object.fromEntries(pace.entries())),
    ...named('reach', Object.fromEntries(reach.entries())),
    ...named('law', Object.fromEntries(law.entries())),
  ]
}

function expectLocalized(text: Localized | undefined, path: string): void {
  expect(text?.en, path).toMatch(/[A-Za-z]/)
  expect(text?.ru, path).toMatch(/\S/)
}
