/**
 * How a run names things: accounts, customers, messages. Shared by the platform, the desk and the accounting. Always holds: every text and id can be
 * read back to its conversation and number; conversation `c` belongs to account `c mod accounts`.
 */

export interface AccountSpec {
  kind: 'whatsapp' | 'telegram'
  /** Its id at the platform. */
  externalId: string
  token: string
}

export const businessId = '900100200300400'
export const appSecret = 'chaosappsecret0001'

/** The accounts of a run, in the order that conversations go by. */
export function accountSpecs(whatsapp: number, telegram: number): AccountSpec[] {
  return [
    ...Array.from(
      { length: whatsapp },
      (_, index): AccountSpec => ({ kind: 'whatsapp', externalId: String(700_800_900_100_200 + index), token: `chaos-token-${index}` }),
    ),
    ...Array.from(
      { length: telegram },
      (_, index): AccountSpec => ({
        kind: 'telegram',
        externalId: String(7_000_001 + index),
        token: `${7_000_001 + index}:AAchaosPlatformTokenThatNobodyKnows${index}`,
      }),
    ),
  ]
}

const firstCustomer = 491_600_000_000

/** The number under which the platform knows the customer of a conversation: a telephone number, a chat id. */
export const customerOf = (conversation: number): string => String(firstCustomer + conversation)

/** The conversation of a thread id, an address or a number; undefined: none of ours. */
export function conversationOf(text: string): number | undefined {
  const digits = /(\d{12})$/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits) - firstCustomer
}

/** What a customer writes: conversation, number, how often it was edited. */
export function inText(conversation: number, number: number, edit = 0): string {
  return `in ${conversation} ${number} e${edit} Where is my order, please? It should have been here yesterday.`
}
/** What an agent answers. */
export function outText(conversation: number, number: number): string {
  return `out ${conversation} ${number} It is on its way and will be there tomorrow.`
}

export type Told = { direction: 'in' | 'out'; conversation: number; number: number; edit: number }

/** What a text says of itself. */
export function readText(text: string): Told | undefined {
  const match = /^(in|out) (\d+) (\d+)(?: e(\d+))? /.exec(text)
  if (!match) return undefined
  return { direction: match[1] as 'in' | 'out', conversation: Number(match[2]), number: Number(match[3]), edit: Number(match[4] ?? 0) }
}

/** A growing list of small counters by conversation and number (from 1): a byte each. */
export interface Counters {
  get(conversation: number, number: number): number
  set(conversation: number, number: number, value: number): void
  /** Adds one; gives the new count. */
  add(conversation: number, number: number): number
}

export function createCounters(): Counters {
  const rows: Uint8Array[] = []
  const rowOf = (conversation: number, number: number) => {
    const row = rows[conversation]
    if (row && number < row.length) return row
    const grown = new Uint8Array(Math.max(16, number + 1, (row?.length ?? 0) * 2))
    if (row) grown.set(row)
    rows[conversation] = grown
    return grown
  }
  return {
    get: (conversation, number) => rows[conversation]?.[number] ?? 0,
    set: (conversation, number, value) => {
      rowOf(conversation, number)[number] = value
    },
    add(conversation, number) {
      const row = rowOf(conversation, number)
      row[number] = Math.min(255, row[number]! + 1)
      return row[number]
    },
  }
}
