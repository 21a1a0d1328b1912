/** What placeholders stand for in a conversation, in a language. Always holds: what is not known is the empty string, never a guess. */
import type { Hours, PlaceholderValues } from '@dragoman/api'
import type { Transaction } from '../database/transaction.ts'
import { isOpen, nextOpen } from '../hours/hours.ts'
import { dateOf, momentWords, type ReplyPromise } from '../hours/words.ts'
import { expectedReply } from './reply-time.ts'

export interface PlaceholderFacts {
  customerName: string
  attributes: Readonly<Record<string, string>>
  caseNumber: number | null
  companyName: string
  /** The workspace's own, main one first. */
  languages: readonly string[]
  /** The customer's, where it is known. */
  language: string | null
}

/** The facts of a conversation. Undefined where there is none. */
export async function placeholderFacts(tx: Transaction, conversationId: string): Promise<PlaceholderFacts | undefined> {
  const { rows } = await tx.client.query<{
    name: string
    attributes: Record<string, string>
    language: string | null
    number: number | null
    company: string
    languages: string[]
  }>({
    name: 'placeholder_facts',
    text: `select p.name, p.attributes, coalesce(p.language, i.language) as language, k.number, w.name as company, w.languages
      from conversation c join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
      join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id
      join workspace w on w.workspace_id = c.workspace_id
      left join conversation_case k on k.workspace_id = c.workspace_id and k.id = c.case_id where c.workspace_id = $1 and c.id = $2`,
    values: [tx.workspaceId, conversationId],
  })
  const row = rows[0]
  return (
    row && {
      customerName: row.name,
      attributes: row.attributes,
      caseNumber: row.number,
      companyName: row.company,
      languages: row.languages,
      language: row.language,
    }
  )
}

/** The values in one language. `promise`: what `{{reply_time}}` says, for whoever has to keep it. */
export async function placeholderValues(
  tx: Transaction,
  facts: PlaceholderFacts,
  place: { accountId: string; hours: Hours; agentName: string },
  nowMs: number,
  language: string,
): Promise<{ values: PlaceholderValues; promise: ReplyPromise | undefined }> {
  const { hours } = place
  const opensAt = isOpen(hours, nowMs) ? undefined : nextOpen(hours, nowMs)
  const promise = await expectedReply(tx, place.accountId, hours, nowMs, language)
  return {
    promise,
    values: {
      'customer.name': hasName(facts.customerName) ? facts.customerName.trim() : '',
      'customer.first_name': firstName(facts.customerName),
      'agent.name': place.agentName,
      'company.name': facts.companyName,
      'case.number': facts.caseNumber === null ? '' : String(facts.caseNumber),
      'date.today': dateOf(nowMs, hours, language),
      'hours.next_open': opensAt === undefined ? '' : momentWords(opensAt, nowMs, hours, language),
      reply_time: promise?.words ?? '',
      ...Object.fromEntries(Object.entries(facts.attributes).map(([name, value]) => [`attribute.${name}`, String(value)])),
    },
  }
}

/** A phone number, an address or “Visitor a1b2” is no name. */
function hasName(name: string): boolean {
  return /^[^\p{N}@]*\p{L}[^\p{N}@]*$/u.test(name)
}

/** How one would address a person; empty where the name is none. */
export function firstName(name: string): string {
  if (!hasName(name)) return ''
  const words = name
    .trim()
    .split(/\s+/)
    .map(word => word.replace(/^[^\p{L}]+|[^\p{L}.'’-]+$/gu, ''))
    .filter(word => /^\p{L}[\p{L}'’-]*$/u.test(word) && !/^(mr|mrs|ms|dr|prof|г-н|г-жа)$/iu.test(word))
  const first = words[0] ?? ''
  return [...first].length > 1 ? first : ''
}
