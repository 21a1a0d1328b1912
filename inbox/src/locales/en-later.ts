/** What the English catalogue says on pages that load when they are opened (`whenNeeded`): not fetched for the first paint. */

import accounts from './en/accounts-later.json' with { type: 'json' }
import answers from './en/answers-later.json' with { type: 'json' }
import audit from './en/audit.json' with { type: 'json' }
import contacts from './en/contacts.json' with { type: 'json' }
import cutover from './en/cutover.json' with { type: 'json' }
import desk from './en/desk-later.json' with { type: 'json' }
import finding from './en/finding.json' with { type: 'json' }
import inbox from './en/inbox-later.json' with { type: 'json' }
import machines from './en/machines.json' with { type: 'json' }
import onePerson from './en/one-person.json' with { type: 'json' }
import order from './en/order-later.json' with { type: 'json' }
import pages from './en/pages-later.json' with { type: 'json' }
import people from './en/people-pages.json' with { type: 'json' }
import recovered from './en/recovered.json' with { type: 'json' }
import registry from './en/registry.json' with { type: 'json' }
import retention from './en/retention.json' with { type: 'json' }
import told from './en/told.json' with { type: 'json' }
import { merged } from './merged.ts'

export const enLater: Record<string, unknown> = merged(
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
