/** Other ways in which a query may have been meant. Pure. (Alphabets are one to the search itself: see search_key in migration 0016.) */
import { otherLayout } from '@dragoman/api'

/** The query as typed, and as the same keys in the other keyboard layout. */
export function spellingsOf(query: string): string[] {
  const swapped = otherLayout(query)
  return /\p{L}/u.test(query) && /^[\p{L}\s-]+$/u.test(swapped) && swapped !== query.toLowerCase() ? [query, swapped] : [query]
}
