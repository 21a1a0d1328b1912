/**
 * Words for the registry: names of rows, states and details, numbers with their units. Always holds: what has no words yet is shown by its own name in the
 * data, never hidden.
 */
import type { RegistryFactView, RegistryRowView } from '@dragoman/api'
import type { TFunction } from 'i18next'
import { localizedText } from '../i18n.ts'
import { dayText } from '../text/day.ts'
import { fileSize, money } from '../text/time.ts'

export const rowGroups = ['reach', 'law', 'content', 'buttons', 'features', 'receipts', 'policy', 'pace', 'terms', 'more'] as const
export type RowGroup = (typeof rowGroups)[number]

const groupOfFirst: Readonly<Record<string, RowGroup>> = {
  reach: 'reach',
  law: 'law',
  text: 'content',
  caption: 'content',
  media: 'content',
  structured: 'content',
  album: 'content',
  buttons: 'buttons',
  quickReplies: 'buttons',
  list: 'buttons',
  features: 'features',
  receipts: 'receipts',
  policy: 'policy',
  pace: 'pace',
  terms: 'terms',
}

/** The group in which a row stands on the screen. */
export function groupOf(key: string): RowGroup {
  return groupOfFirst[key.split('.')[0] ?? ''] ?? 'more'
}

export function countryName(code: string, language: string): string {
  return new Intl.DisplayNames(language, { type: 'region' }).of(code) ?? code
}

/** The name of a row, or of a fact by its key. */
export function rowName(row: Pick<RegistryRowView, 'key'> & Partial<RegistryRowView>, t: TFunction, language: string): string {
  const [first = '', ...rest] = row.key.split('.')
  const last = rest.at(-1) ?? first
  if (first === 'reach') return place(rest[0] ?? '*', t, language)
  if (first === 'law')
    return t('registry.lawRow', {
      country: place(row.country ?? rest[0] ?? '*', t, language),
      message: messageName(row.message ?? last, t),
    })
  if (first === 'text') return t('kinds.text')
  if (first === 'buttons' || first === 'list') return t(`keyboards.${first}`)
  if (first === 'quickReplies') return t('keyboards.quick_replies')
  if (first === 'media' || first === 'structured') return t(`kinds.${last}`, { defaultValue: plain(last) })
  if (first === 'features' || first === 'receipts') return t(`features.${last}`, { defaultValue: plain(last) })
  return t(`registry.rows.${row.key}`, { defaultValue: capital(plain(last)) })
}

export function place(country: string, t: TFunction, language: string): string {
  return country === '*' ? t('registry.everywhere') : countryName(country, language)
}

export function messageName(message: string, t: TFunction): string {
  return message === '*' ? t('reach.note.everything') : t(`reach.messages.${message}`, { defaultValue: plain(message) })
}

export function businessName(business: string, t: TFunction): string {
  return business === '*' ? t('registry.everybody') : t(`business.${business}`, { defaultValue: plain(business) })
}

/** A state in a word; empty where the fact is only numbers. */
export function stateWord(state: string, group: string, t: TFunction): string {
  if (state === 'holds') return ''
  if (group === 'reach') return t(`reach.states.${state}`, { defaultValue: plain(state) })
  if (group === 'law') return t(`reach.laws.${state}`, { defaultValue: plain(state) })
  return t(`registry.states.${state}`, { defaultValue: plain(state) })
}

/** The one number of a fact that is worth a place in the table. */
export function shortValue(fact: RegistryFactView, t: TFunction, language: string): string {
  const { detail } = fact
  const number = (name: string) => (typeof detail[name] === 'number' ? detail[name] : undefined)
  if (fact.state === 'none' || fact.state === 'never') return ''
  const bytes = number('maxBytes')
  if (bytes !== undefined) return fileSize(bytes, language)
  const rows = number('maxRows')
  if (rows !== undefined) return fact.state === 'native' ? t('registry.rows_count', { count: rows }) : ''
  const perSecond = number('perSecond')
  if (perSecond !== undefined) return pace(perSecond, t)
  const within = number('withinMs') ?? number('maxMs')
  if (within !== undefined) return span(within, t)
  if (Array.isArray(detail.windows))
    return detail.windows
      .map(one => windowLength(one, t))
      .filter(Boolean)
      .join(', ')
  if (typeof detail.charged === 'string') return charge(detail.charged, number('amountMinor'), detail.currency, t, language)
  const max = number('max')
  if (max === undefined || (fact.state !== undefined && fact.state !== 'native')) return ''
  const min = number('min')
  const shown = max.toLocaleString(language)
  return min === undefined ? shown : `${min.toLocaleString(language)}–${shown}`
}

/** Everything that a fact says beside its state. */
export function detailLines(fact: RegistryFactView, t: TFunction, language: string): { name: string; value: string }[] {
  const { detail } = fact
  return Object.entries(detail).flatMap(([name, value]) => {
    const said = name === 'unit' || (besidePrice.has(name) && detail.charged) ? '' : detailText(name, value, detail, t, language)
    return said === '' ? [] : [{ name: t(`registry.details.${name}`, { defaultValue: plain(name) }), value: said }]
  })
}

/** Said by the price as a whole. */
const besidePrice = new Set(['amountMinor', 'currency'])

function detailText(name: string, value: unknown, beside: Readonly<Record<string, unknown>>, t: TFunction, language: string): string {
  if (typeof value === 'boolean') return t(value ? 'registry.details.yes' : 'registry.details.no')
  if (typeof value === 'number') {
    if (name.endsWith('Bytes')) return fileSize(value, language)
    if (name.endsWith('Ms')) return span(value, t)
    const shown = Number(value.toFixed(3)).toLocaleString(language)
    return name === 'max' && typeof beside.unit === 'string'
      ? `${shown} ${t(`units.${beside.unit}`, { defaultValue: beside.unit })}`
      : shown
  }
  if (name === 'charged') return charge(String(value), beside.amountMinor as number | undefined, beside.currency, t, language)
  if (typeof value === 'string') return t(`kinds.${value}`, { defaultValue: plain(value) })
  if (Array.isArray(value)) {
    if (value.length === 0) return name === 'mimeTypes' ? t('registry.details.any') : ''
    return value.map(one => item(name, one, t)).join(', ')
  }
  if (typeof value === 'object' && value !== null) {
    const { max, unit } = value as { max?: unknown; unit?: unknown }
    if (typeof max === 'number') return `${max.toLocaleString(language)} ${t(`units.${unit}`, { defaultValue: String(unit ?? '') })}`.trim()
    return JSON.stringify(value)
  }
  return ''
}

function item(name: string, value: unknown, t: TFunction): string {
  if (Array.isArray(value)) return value.map(one => item(name, one, t)).join(t('registry.details.and'))
  if (typeof value === 'object' && value !== null) {
    const { name: title, lengthMs } = value as { name?: Record<string, string>; lengthMs?: number }
    return [title && localizedText(title), lengthMs !== undefined && span(lengthMs, t)].filter(Boolean).join(': ')
  }
  const text = String(value)
  if (name === 'mimeTypes') return text
  if (name === 'kinds') return t(`registry.buttonKinds.${text}`, { defaultValue: plain(text) })
  if (name === 'entities') return t(`entities.${text}`, { defaultValue: plain(text) }).toLocaleLowerCase()
  return t(`kinds.${text}`, { defaultValue: plain(text) }).toLocaleLowerCase()
}

function windowLength(value: unknown, t: TFunction): string {
  const length = (value as { lengthMs?: unknown } | null)?.lengthMs
  return typeof length === 'number' ? span(length, t) : ''
}

/** What is paid, and for what: `€100.00 a month`. */
function charge(charged: string, amountMinor: number | undefined, currency: unknown, t: TFunction, language: string): string {
  const amount = amountMinor !== undefined && typeof currency === 'string' ? money({ amountMinor, currency }, language) : ''
  return `${amount} ${t(`registry.charges.${charged}`, { defaultValue: plain(charged) })}`.trim()
}

function pace(perSecond: number, t: TFunction): string {
  return perSecond < 1
    ? t('registry.perMinuteShort', { count: Math.round(perSecond * 60) })
    : t('registry.perSecondShort', { count: Number(perSecond.toFixed(1)) })
}

/** A length of time in its largest whole unit. */
export function span(ms: number, t: TFunction): string {
  if (ms >= 86_400_000 && ms % 86_400_000 === 0 && ms !== 86_400_000) return t('registry.days', { count: ms / 86_400_000 })
  if (ms >= 3_600_000) return t('registry.hours', { count: Math.round(ms / 3_600_000) })
  if (ms >= 60_000) return t('registry.minutes', { count: Math.round(ms / 60_000) })
  return t('registry.seconds', { count: Math.round(ms / 1_000) })
}

/** From when until when a fact holds, in words; empty where nobody has recorded it. */
export function validity(fact: Pick<RegistryFactView, 'since' | 'until'>, t: TFunction, language: string): string {
  if (fact.since && fact.until)
    return t('registry.sinceUntil', { since: dayText(fact.since, language), until: dayText(fact.until, language) })
  if (fact.since) return t('registry.since', { day: dayText(fact.since, language) })
  return fact.until ? t('registry.until', { day: dayText(fact.until, language) }) : ''
}

function plain(name: string): string {
  return name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`).replaceAll('_', ' ')
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
