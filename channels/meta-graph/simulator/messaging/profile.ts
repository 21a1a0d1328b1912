/** What the account shows before the first word: greeting, first questions, menu; checked as the platform does. */
import { arrayAt, objectAt, parseJson, stringAt, textAt } from '@dragoman/channel-kit'
import type { PhoneView } from '@dragoman/channel-kit/simulator'
import type { World } from './rules.ts'
import type { BusinessAccount, Customer } from './state.ts'
import { invalid, type Refusal, tooLong } from './validate.ts'

const mostIceBreakers = 4
const mostRows = 20

/** Sets what is named; the rest stays. */
export function setProfile(world: World, account: BusinessAccount, values: Record<string, unknown>): Refusal {
  const { entrance } = account
  const next = structuredClone(entrance)
  const greeting = arrayAt(values, 'greeting')
  if (objectAt(values, 'get_started')) {
    if (!world.rules.greeting) return invalid('There is no Get Started button here')
    next.getStarted = textAt(values, 'get_started', 'payload')
  }
  if (greeting.length > 0) {
    if (!world.rules.greeting) return invalid('There is no greeting here')
    for (const entry of greeting) {
      const refusal = tooLong(stringAt(entry, 'text'), 160, 'greeting')
      if (refusal) return refusal
    }
    if (!hasDefault(greeting)) return invalid('A greeting for the locale default is required')
    next.greeting = greeting.map(entry => ({ locale: stringAt(entry, 'locale') ?? '', text: stringAt(entry, 'text') ?? '' }))
  }
  const iceBreakers = arrayAt(values, 'ice_breakers')
  if (iceBreakers.length > 0) {
    if (!hasDefault(iceBreakers)) return invalid('Ice breakers for the locale default are required')
    for (const entry of iceBreakers) {
      const questions = arrayAt(entry, 'call_to_actions')
      if (questions.length < 1 || questions.length > mostIceBreakers) return invalid(`1 to ${mostIceBreakers} ice breakers`)
      if (questions.some(question => !textAt(question, 'question') || !textAt(question, 'payload')))
        return invalid('question and payload are required')
    }
    next.iceBreakers = iceBreakers.map(entry => ({
      locale: stringAt(entry, 'locale') ?? '',
      questions: arrayAt(entry, 'call_to_actions').map(question => ({
        question: stringAt(question, 'question') ?? '',
        payload: stringAt(question, 'payload') ?? '',
      })),
    }))
  }
  const menu = arrayAt(values, 'persistent_menu')
  if (menu.length > 0) {
    if (!hasDefault(menu)) return invalid('A menu for the locale default is required')
    if (world.rules.greeting && next.getStarted === undefined) return invalid('A persistent menu needs a Get Started button')
    for (const entry of menu) {
      const rows = arrayAt(entry, 'call_to_actions')
      if (rows.length < 1 || rows.length > mostRows) return invalid(`1 to ${mostRows} rows of the menu`)
      for (const row of rows) {
        const refusal = tooLong(stringAt(row, 'title'), 30, 'menu title')
        if (refusal) return refusal
      }
    }
    next.menu = menu.map(entry => ({
      locale: stringAt(entry, 'locale') ?? '',
      rows: arrayAt(entry, 'call_to_actions').map(row => {
        const payload = textAt(row, 'payload')
        const url = textAt(row, 'url')
        return { title: stringAt(row, 'title') ?? '', ...(payload ? { payload } : {}), ...(url ? { url } : {}) }
      }),
    }))
  }
  account.entrance = next
  return undefined
}

/** Takes properties away. */
export function clearProfile(account: BusinessAccount, values: Record<string, unknown>): Refusal {
  const said = typeof values.fields === 'string' ? parseJson(values.fields) : values.fields
  const fields = Array.isArray(said) ? said : []
  if (fields.length === 0) return invalid('Param fields is required')
  if (fields.includes('greeting')) account.entrance.greeting = []
  if (fields.includes('ice_breakers')) account.entrance.iceBreakers = []
  if (fields.includes('persistent_menu')) account.entrance.menu = []
  if (fields.includes('get_started')) account.entrance.getStarted = undefined
  return undefined
}

function hasDefault(list: readonly unknown[]): boolean {
  return list.some(entry => textAt(entry, 'locale') === 'default')
}

/** What this customer's phone shows of it. */
export function entranceFor(account: BusinessAccount, customer: Customer): Pick<PhoneView, 'entrance'> {
  const of = <Entry extends { locale: string }>(list: readonly Entry[]): Entry | undefined =>
    list.find(entry => entry.locale.startsWith(`${customer.language}_`)) ?? list.find(entry => entry.locale === 'default')
  const { greeting, iceBreakers, menu } = account.entrance
  if (greeting.length + iceBreakers.length + menu.length === 0) return {}
  const words = of(greeting)?.text
  return {
    entrance: {
      ...(words ? { greeting: words } : {}),
      starters: (of(iceBreakers)?.questions ?? []).map(({ question, payload }) => ({ title: question, payload })),
      menu: of(menu)?.rows ?? [],
    },
  }
}
