/** What the Russian catalogue says on pages that load when they are opened (`whenNeeded`): not fetched for the first paint. */

import { merged } from './merged.ts'
import audit from './ru/audit.json' with { type: 'json' }
import people from './ru/people-pages.json' with { type: 'json' }

export const ruLater: Record<string, unknown> = merged(audit, people)
