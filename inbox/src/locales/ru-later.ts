/** What the Russian catalogue says on pages that load when they are opened (`whenNeeded`): not fetched for the first paint. */

import { merged } from './merged.ts'
import accounts from './ru/accounts-later.json' with { type: 'json' }
import answers from './ru/answers-later.json' with { type: 'json' }
import audit from './ru/audit.json' with { type: 'json' }
import contacts from './ru/contacts.json' with { type: 'json' }
import cutover from './ru/cutover.json' with { type: 'json' }
import desk from './ru/desk-later.json' with { type: 'json' }
import finding from './ru/finding.json' with { type: 'json' }
import inbox from './ru/inbox-later.json' with { type: 'json' }
import machines from './ru/machines.json' with { type: 'json' }
import onePerson from './ru/one-person.json' with { type: 'json' }
import order from './ru/order-later.json' with { type: 'json' }
import pages from './ru/pages-later.json' with { type: 'json' }
import people from './ru/people-pages.json' with { type: 'json' }
import recovered from './ru/recovered.json' with { type: 'json' }
import registry from './ru/registry.json' with { type: 'json' }
import retention from './ru/retention.json' with { type: 'json' }
import told from './ru/told.json' with { type: 'json' }

export const ruLater: Record<string, unknown> = merged(
  accounts,
  answers,
  audit,
  machines,
  contacts,
  cutover,
  desk,
  finding,
  inbox,
  onePerson,
  order,
  pages,
  people,
  recovered,
  registry,
  retention,
  told,
)
