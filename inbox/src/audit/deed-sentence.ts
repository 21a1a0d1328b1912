/** A deed of the audit log as a sentence in the person's language. Always holds: something is said of every deed; an unknown one (of a newer hub) gives its own name. */
import type { AuditEntryView, Right, Role } from '@dragoman/api'
import type { TFunction } from 'i18next'
import { rightWords } from '../roles/role-words.ts'

/** What was done, without who did it. */
export function deedSentence(entry: AuditEntryView, t: TFunction): string {
  // An invitation without an address is a link.
  const what = entry.what.startsWith('invitation.') && entry.details.email === null ? `${entry.what}_link` : entry.what
  return t(`auditDeeds.${what}`, { ...wordsOf(entry.details, t), defaultValue: entry.what })
}

function wordsOf(details: Record<string, unknown>, t: TFunction): Record<string, string> {
  const words: Record<string, string> = { contactName: '?', email: '–', member: '?', reason: '' }
  for (const [name, value] of Object.entries(details)) words[name] = wordOf(name, value, t)
  return words
}

function wordOf(name: string, value: unknown, t: TFunction): string {
  if (value === null || value === undefined) return '–'
  if (Array.isArray(value)) {
    if (value.length === 0) return '–'
    return ['rights', 'added', 'removed'].includes(name)
      ? value.map(right => rightWords(right as Right, t).name).join(', ')
      : value.join(', ')
  }
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value)
  if (name === 'way') return t(`audit.ways.${text}`, { defaultValue: text })
  if (name === 'role') return t(`roles.${text as Role}`, { defaultValue: text })
  return text
}
