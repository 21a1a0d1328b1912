/**
 * What a customer meets before the first word: the greeting is the bot's description (shown in an empty chat, above Start), the menu its commands.
 * Always holds: Telegram sets one thing in one language at a time, so the whole is several requests; the main language goes without a code and
 * serves everybody who has none of his own. First questions do not exist. https://core.telegram.org/bots/features#commands
 */
import type { AccountView, ChannelExtras, Entrance, Exchange } from '@dragoman/core'
import { command } from './exchanges.ts'
import { call } from './wire.ts'

type Row = Entrance['menu'][number]

export const entrance: NonNullable<ChannelExtras['entrance']> = {
  max: {
    greeting: 512,
    starters: 0,
    starterTitle: 0,
    menu: 100,
    menuTitle: 256,
    source: 'https://core.telegram.org/bots/api#setmydescription, #setmycommands, #botcommand',
    checkedOn: '2026-11-23',
    since: '2023-04-21',
    confidence: 'documented',
  },
  apply: command((input, account) => commandsCall(input, undefined, account)),
  also(input) {
    const [, ...others] = languagesOf(input)
    const inEach = others.flatMap((language): Exchange<Entrance, void>[] => [
      command((given, account) => commandsCall(given, language, account)),
      command((given, account) => descriptionCall(given, language, account)),
    ])
    return [
      command((given, account) => descriptionCall(given, undefined, account)),
      ...inEach,
      command((given, account) => call(account, 'setChatMenuButton', { menu_button: buttonOf(given) })),
    ]
  },
}

/** Every language that something is written in, the main one first. */
function languagesOf({ greeting, menu }: Entrance): string[] {
  return [...new Set([greeting ?? {}, ...menu.map(row => row.title)].flatMap(texts => Object.keys(texts)))]
}

/** Rows that lead to a page have no place among commands: the first of them becomes the button beside the composer. */
function commandsCall({ menu }: Entrance, language: string | undefined, account: AccountView) {
  const names = new Set<string>()
  const commands = menu
    .filter(row => row.url === undefined)
    .map((row, index) => {
      let name = commandOf(row, index)
      if (names.has(name)) name = `${name.slice(0, 28)}_${index + 1}`
      names.add(name)
      return { command: name, description: textIn(row.title, language) || name }
    })
  return call(account, 'setMyCommands', { commands, ...codeOf(language) })
}

function descriptionCall({ greeting }: Entrance, language: string | undefined, account: AccountView) {
  return call(account, 'setMyDescription', { description: textIn(greeting ?? {}, language), ...codeOf(language) })
}

function buttonOf({ menu }: Entrance): Record<string, unknown> {
  const page = menu.find(row => row.url?.startsWith('https://'))
  if (!page) return { type: 'commands' }
  return { type: 'web_app', text: textIn(page.title, undefined) || 'Open', web_app: { url: page.url } }
}

/** 1–32 of a–z, 0–9 and _: what the row carries, as far as it can be written so. */
export function commandOf(row: Pick<Row, 'payload'>, index: number): string {
  const name = (row.payload ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 32)
  return name || `menu_${index + 1}`
}

/** The text in a language, else in the first one. */
function textIn(texts: Readonly<Record<string, string>>, language: string | undefined): string {
  return (language === undefined ? undefined : texts[language]) ?? Object.values(texts)[0] ?? ''
}

function codeOf(language: string | undefined): { language_code?: string } {
  return language === undefined ? {} : { language_code: language.slice(0, 2).toLowerCase() }
}
