/** Mistyped words led to words that are there. Always holds: a word that anybody has used is never corrected; the words in use are counted by a job. */
import { otherLayout } from '@dragoman/api'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'

const shortest = 4
const mostWords = 8

/** The query with its unknown words replaced by likely ones; undefined when there is nothing to correct. */
export async function correctedQuery(tx: Transaction, query: string): Promise<string | undefined> {
  const words = query.match(/\p{L}+/gu)?.slice(0, mostWords) ?? []
  let changed = false
  const corrected: string[] = []
  for (const word of words) {
    const better = word.length < shortest ? undefined : await correction(tx, word)
    changed ||= better !== undefined
    corrected.push(better ?? word)
  }
  return changed ? corrected.join(' ') : undefined
}

async function correction(tx: Transaction, word: string): Promise<string | undefined> {
  const stem = await stemOf(tx, word)
  if (stem === undefined || (await isKnown(tx, stem))) return undefined
  const swapped = otherLayout(word)
  const swappedStem = /^\p{L}+$/u.test(swapped) ? await stemOf(tx, swapped) : undefined
  if (swappedStem !== undefined && (await isKnown(tx, swappedStem))) return swapped
  const { rows } = await tx.client.query<{ corrected: string }>({
    name: 'search_corrections',
    text: 'select corrected from search_corrections($1, 1)',
    values: [stem],
  })
  return rows[0]?.corrected
}

/** The stem under which a word is indexed; undefined for one that is not (a stop word). */
async function stemOf(tx: Transaction, word: string): Promise<string | undefined> {
  const { rows } = await tx.client.query<{ stem: string }>({
    name: 'search_stem',
    text: `select unnest(tsvector_to_array(to_tsvector('russian', $1))) as stem limit 1`,
    values: [word],
  })
  return rows[0]?.stem
}

async function isKnown(tx: Transaction, stem: string): Promise<boolean> {
  const { rows } = await tx.client.query<{ known: boolean }>({
    name: 'search_word_known',
    text: 'select search_word_known($1) as known',
    values: [stem],
  })
  return rows[0]!.known
}

/** What was indexed so recently may still be in a transaction that has not committed. */
const settleMs = 60_000

/** Counts the words of messages that were indexed since the last time, in every workspace. */
export async function countSearchWords(hub: Pick<Hub, 'pools' | 'now'>, settledMs = settleMs): Promise<void> {
  const { rows } = await hub.pools.system.query<{ workspace_id: string }>('select workspace_id from workspace where search_index')
  for (const row of rows)
    await hub.pools.system.query('select count_search_words($1, $2)', [row.workspace_id, new Date(hub.now() - settledMs)])
}
