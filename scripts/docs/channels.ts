/** `docs/channels.md`: what every channel can express, with its numbers and their sources; receipts, pace, windows, reach and law. */
import {
  type ButtonLimit,
  type Capabilities,
  type Channel,
  type Channels,
  featureNames,
  type ListLimit,
  mediaKinds,
  type Provenance,
  structuredKinds,
} from '@dragoman/core'
import { bytes, duration, page, provenance, provenanceHead, table } from './markdown.ts'
import { registrySections } from './registry.ts'

const marks = { native: '●', converted: '◐', none: '–' } as const
const words = (name: string) => name.replaceAll('_', ' ')

export function channelsPage(channels: Channels): string {
  const all = [...channels.values()].map(channel => ({ channel, can: channel.capabilities({}) }))
  return page('Channels', 'the `capabilities.ts` of every channel', [
    '● the messenger has it · ◐ expressed by other means, with a note before sending · – it cannot be done, and the inbox says why. Every fact has its source, the day on which it was checked and how sure it is, in the channel’s own section: documented by the vendor, observed in the field, or assumed until shown otherwise. `holds` says since when and until when, where that is known.',
    '## At a glance',
    table(['', ...all.map(({ channel }) => channel.badge.name)], glance(all.map(({ can }) => can))),
    '## Receipts',
    table(
      ['', 'delivered', 'read', ...provenanceHead],
      all.map(({ channel, can: { receipts } }) => [
        channel.badge.name,
        words(receipts.delivered),
        words(receipts.read),
        ...provenance(receipts),
      ]),
    ),
    ...registrySections(channels),
    ...all.flatMap(({ channel, can }) => section(channel, can)),
  ])
}

function glance(all: readonly Capabilities[]): string[][] {
  const row = (name: string, of: (can: Capabilities) => string) => [name, ...all.map(of)]
  const limit = (value: { max: number; unit: string }) => `${value.max.toLocaleString('en')} ${unitName(value.unit)}`
  return [
    row('text', can => limit(can.text)),
    row('caption', can => limit(can.caption)),
    ...mediaKinds.map(kind =>
      row(kind, can =>
        can.media[kind].level === 'none' ? marks.none : `${marks[can.media[kind].level]} ${bytes(can.media[kind].maxBytes)}`,
      ),
    ),
    ...structuredKinds.map(kind => row(words(kind), can => marks[can.structured[kind].level])),
    row('buttons', can => pressable(can.buttons)),
    row('quick replies', can => pressable(can.quickReplies)),
    row('list', can => (can.list.level === 'native' ? `${marks.native} ${can.list.maxRows} rows` : marks[can.list.level])),
    ...featureNames.map(name => row(words(name), can => marks[can.features[name].level])),
  ]
}

function pressable(limit: ButtonLimit): string {
  return limit.level === 'native' ? `${marks.native} ${limit.max}` : marks[limit.level]
}

function unitName(unit: string): string {
  return unit === 'utf16' ? 'UTF-16 units' : unit === 'codepoint' ? 'characters' : 'bytes'
}

function section(channel: Channel, can: Capabilities): string[] {
  const rows: string[][] = []
  const add = (name: string, level: keyof typeof marks | undefined, value: string, fact: Provenance & { note?: { en: string } }) => {
    rows.push([
      name,
      level === undefined ? '' : `${marks[level]} ${level}`,
      [value, fact.note?.en ?? ''].filter(Boolean).join('. '),
      ...provenance(fact),
    ])
  }
  add(
    'text',
    undefined,
    `up to ${can.text.max.toLocaleString('en')} ${unitName(can.text.unit)}, counted ${can.text.countedAfterMarkup ? 'without' : 'with'} the markup; shows ${can.text.entities.map(words).join(', ') || 'no formatting'}`,
    can.text,
  )
  add('caption', undefined, `up to ${can.caption.max.toLocaleString('en')} ${unitName(can.caption.unit)}`, can.caption)
  for (const kind of mediaKinds) {
    const limit = can.media[kind]
    const value =
      limit.level === 'none'
        ? ''
        : [
            `up to ${bytes(limit.maxBytes)}`,
            limit.mimeTypes.length > 0 ? limit.mimeTypes.join(', ') : 'any type',
            limit.caption ? 'with caption' : 'without caption',
            limit.becomes ? `becomes ${limit.becomes}` : '',
            limit.byUrlOnly ? 'by public address only' : '',
          ]
            .filter(Boolean)
            .join('; ')
    add(kind, limit.level, value, limit)
  }
  for (const kind of structuredKinds) add(words(kind), can.structured[kind].level, '', can.structured[kind])
  add(
    'album size',
    can.album.level,
    can.album.level === 'native'
      ? `${can.album.min} to ${can.album.max}; together: ${can.album.mixes.map(mix => mix.join(' and ')).join(' · ')}`
      : '',
    can.album,
  )
  add('buttons', can.buttons.level, buttonText(can.buttons), can.buttons)
  add('quick replies', can.quickReplies.level, buttonText(can.quickReplies), can.quickReplies)
  add('list', can.list.level, listText(can.list), can.list)
  for (const name of featureNames) add(words(name), can.features[name].level, timed(name, can), can.features[name])
  return [
    `## ${channel.badge.name}`,
    table(['', 'level', 'how much', ...provenanceHead], rows),
    '### Pace',
    can.pace.length === 0
      ? 'No limit is known.'
      : table(
          ['per', 'sendings per second', 'at once', ...provenanceHead],
          can.pace.map(rule => [rule.scope, String(Number(rule.perSecond.toFixed(3))), String(rule.burst), ...provenance(rule)]),
        ),
    `A webhook is retried by the vendor for up to ${duration(can.webhookRetryMs)}; a public link to one of our files must live ${duration(can.mediaLinkTtlMs)}.`,
    '### When the business may write',
    table(
      ['', 'window', 'price class', ...provenanceHead],
      channel.replyPolicy.rules.map(rule => [rule.allows, windowText(channel, rule.window), rule.priceClass, ...provenance(rule)]),
    ),
    '### Reach',
    can.reach.length === 0
      ? 'Nothing is recorded.'
      : table(
          ['country', 'state', '', ...provenanceHead],
          can.reach.map(fact => [fact.country, fact.state, fact.note.en, ...provenance(fact)]),
        ),
    '### Law',
    can.law.length === 0
      ? 'Nothing is recorded.'
      : table(
          ['country', 'business', 'message', 'state', '', ...provenanceHead],
          can.law.map(fact => [fact.country, words(fact.business), words(fact.message), fact.state, fact.note.en, ...provenance(fact)]),
        ),
  ]
}

function buttonText(limit: ButtonLimit): string {
  if (limit.level === 'none') return ''
  return [
    `up to ${limit.max}, ${limit.maxPerRow} in a row`,
    `title ${limit.title.max} ${unitName(limit.title.unit)}`,
    `payload ${limit.payload.max} ${unitName(limit.payload.unit)}`,
    limit.kinds.map(words).join(', '),
    limit.oneKindOnly ? 'one kind in a message' : '',
  ]
    .filter(Boolean)
    .join('; ')
}

function listText(limit: ListLimit): string {
  return limit.level === 'native'
    ? `${limit.maxRows} rows in ${limit.maxSections} sections; title ${limit.title.max}, description ${limit.description.max}, button ${limit.button.max} ${unitName(limit.title.unit)}`
    : ''
}

function timed(name: string, can: Capabilities): string {
  if (name === 'edit' && can.editWithinMs !== undefined) return `within ${duration(can.editWithinMs)}`
  if (name === 'delete' && can.deleteWithinMs !== undefined) return `within ${duration(can.deleteWithinMs)}`
  if (name === 'react' && can.reactionEmojis) return `one of ${can.reactionEmojis.length} emojis`
  return ''
}

function windowText(channel: Channel, window: string | undefined): string {
  if (window === undefined) return 'always'
  const known = channel.replyPolicy.windows[window]
  return known ? `${known.name.en}, ${duration(known.lengthMs)}` : words(window)
}
