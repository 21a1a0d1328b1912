/**
 * Kinds of business and kinds of message that law tells apart: the words of `LawFact.business` and `LawFact.message`.
 * Always holds: one list for settings, forms, API and facts; a test holds the facts of every channel against it.
 */

/** What a firm is, as it says of itself. `*` in a fact means all of them. */
export const businessKinds = [
  'shop',
  'services',
  'food',
  'beauty',
  'health',
  'education',
  'travel',
  'real_estate',
  'bank',
  'payment_system',
  'broker',
  'insurer',
  'pension_fund',
  'depository',
  'telecom',
  'marketplace',
  'classifieds',
  'state_body',
  'state_owned',
  'other',
] as const
export type BusinessKind = (typeof businessKinds)[number]

/** What is written, as far as law asks. `*` in a fact means all of them. */
export const lawMessages = ['service_notice', 'personal_data', 'advertising'] as const
export type LawMessage = (typeof lawMessages)[number]
