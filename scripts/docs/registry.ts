/**
 * The parts of `docs/channels.md` that look over all channels at once: reach and law by country, and what changed when. Always holds: “as of” is the
 * day of the newest check in the data, not the day of writing, so that the same data give the same page; nothing recorded is told as unknown.
 */
import { type Channels, changesSince, latestOn, type RegistryFact, reachOn, registryFacts } from '@dragoman/core'
import { placeOf, table } from './markdown.ts'

const words = (name: string) => name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`).replaceAll('_', ' ')
const marks: Readonly<Record<string, string>> = {
  reachable: '●',
  allowed: '●',
  degraded: '▲',
  restricted: '▲',
  blocked: '✕',
  closed: '✕',
  forbidden: '✕',
  unknown: '?',
}
const marked = (state: string) => `${marks[state] ?? ''} ${words(state)}`.trim()

export function registrySections(channels: Channels): string[] {
  const all = [...channels.values()].map(channel => ({
    name: channel.badge.name,
    facts: registryFacts({ id: channel.id, capabilities: channel.capabilities({}), replyPolicy: channel.replyPolicy }),
  }))
  const day = all.flatMap(({ facts }) => facts.map(fact => fact.checkedOn)).reduce((a, b) => (a > b ? a : b), '')
  const names = all.map(({ name }) => name)
  const nameOf = new Map([...channels.values()].map(channel => [channel.id, channel.badge.name]))
  return [
    '## Reach by country',
    `As of ${day}. What is not listed is unknown: nothing is recorded, which is not a yes.`,
    table(
      ['country', ...names],
      countriesOf(all, 'reach').map(country => [
        country === '*' ? 'elsewhere' : country,
        ...all.map(({ facts }) => {
          const { state, fact } = reachOn(placed(facts, 'reach'), country, day)
          return fact?.since ? `${marked(state)} since ${fact.since}` : marked(state)
        }),
      ]),
    ),
    '## Law by country',
    `As of ${day}, by kind of message and kind of business. Not legal advice. What is not listed is unknown.`,
    table(['country', 'message', ...names], lawRows(all, day)),
    '## History',
    'What began, ended or changed, the newest first. The same in the inbox, for any span: “Messengers compared”, “What changed”.',
    table(['day', 'messenger', 'what', 'before', 'after', '', 'source'], historyRows(all, nameOf)),
  ]
}

interface Column {
  name: string
  facts: RegistryFact[]
}
type Placed = RegistryFact & { country: string; business: string; message: string; state: never }

function placed(facts: readonly RegistryFact[], group: 'reach' | 'law'): Placed[] {
  return facts.filter(fact => fact.group === group) as Placed[]
}

/** Countries by name, everywhere last. */
function countriesOf(all: readonly Column[], group: 'reach' | 'law'): string[] {
  const codes = new Set(all.flatMap(({ facts }) => placed(facts, group).map(fact => fact.country)))
  return [...codes].sort((a, b) => Number(a === '*') - Number(b === '*') || a.localeCompare(b))
}

function lawRows(all: readonly Column[], day: string): string[][] {
  return countriesOf(all, 'law').flatMap(country => {
    const messages = new Set(
      all.flatMap(({ facts }) => placed(facts, 'law').flatMap(fact => (fact.country === country ? fact.message : []))),
    )
    return [...messages].sort().map(message => [
      country === '*' ? 'everywhere' : country,
      message === '*' ? 'any' : words(message),
      ...all.map(({ facts }) => {
        const own = placed(facts, 'law').filter(fact => fact.country === country && fact.message === message)
        const current = [...Map.groupBy(own, fact => fact.business).values()].flatMap(some => latestOn(some, day) ?? [])
        return (
          [...Map.groupBy(current, fact => fact.state as string)]
            .map(([state, some]) => `${marked(state)}: ${businesses(some)}`)
            .join('; ') || '?'
        )
      }),
    ])
  })
}

function businesses(facts: readonly RegistryFact[]): string {
  const kinds = facts.map(fact => fact.business)
  return kinds.includes('*') ? 'all' : kinds.map(kind => words(kind ?? '')).join(', ')
}

function historyRows(all: readonly Column[], nameOf: ReadonlyMap<string, string>): string[][] {
  const changes = changesSince(
    all.flatMap(({ facts }) => facts),
    '0000-01-01',
    '9999-12-31',
  )
  // One law names many kinds of business: one line for all of them.
  const said = Map.groupBy(changes, ({ day, channel, key, before, after }) => {
    const fact = after ?? before
    return fact?.group === 'law'
      ? JSON.stringify([day, channel, fact.country, fact.message, before?.state, after?.state, fact.note?.en])
      : `${day} ${channel} ${key}`
  })
  return [...said.values()].map(some => {
    const { day, channel, key, before, after } = some[0]!
    const fact = (after ?? before)!
    const facts = some.map(change => (change.after ?? change.before)!)
    const subject =
      fact.group === 'law'
        ? `law ${fact.country}: ${fact.message === '*' ? 'any message' : words(fact.message ?? '')} (${businesses(facts)})`
        : fact.group === 'reach'
          ? `reach ${fact.country}`
          : words(key.replaceAll('.', ' '))
    return [day, nameOf.get(channel) ?? channel, subject, stateOf(before), stateOf(after), fact.note?.en ?? '', placeOf(fact.source)]
  })
}

function stateOf(fact: RegistryFact | undefined): string {
  if (!fact) return '–'
  return fact.state === undefined ? 'other numbers' : marked(fact.state)
}
