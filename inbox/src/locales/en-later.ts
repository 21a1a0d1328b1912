/** What the English catalogue says on pages that load when they are opened (`whenNeeded`): not fetched for the first paint. */
import audit from './en/audit.json' with { type: 'json' }
import people from './en/people-pages.json' with { type: 'json' }
import { merged } from './merged.ts'

export const enLater: Record<string, unknown> = merged(audit, people)
