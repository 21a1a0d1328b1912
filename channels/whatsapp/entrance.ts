/**
 * What a customer meets before the first word: ice breakers (questions to tap) and commands.
 * Always holds: WhatsApp keeps one text for everybody, so the main language is set; all is replaced at once. What is tapped comes back as words only.
 * Vendor: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/conversational-components
 */
import type { ChannelExtras, Entrance } from '@dragoman/core'
import { graphUrl, phoneNumberIdOf } from './config.ts'
import { result } from './exchanges.ts'
import { authorization } from './send.ts'

export const entrance: NonNullable<ChannelExtras['entrance']> = {
  max: {
    // The switch for a welcome message exists and does nothing.
    greeting: 0,
    starters: 4,
    starterTitle: 80,
    menu: 30,
    menuTitle: 256,
    source: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/conversational-components',
    checkedOn: '2026-11-23',
    confidence: 'documented',
  },
  apply: {
    request: (input, account) => ({
      via: 'http',
      method: 'POST',
      url: graphUrl(account, `${encodeURIComponent(phoneNumberIdOf(account))}/conversational_automation`),
      headers: authorization,
      body: { type: 'json', value: { prompts: input.starters.map(row => firstOf(row.title)), commands: commandsOf(input) } },
    }),
    outcome: transmission => result(transmission, () => undefined),
  },
}

/** A page cannot be a command: such rows are left out. */
function commandsOf({ menu }: Entrance): { command_name: string; command_description: string }[] {
  const names = new Set<string>()
  return menu
    .filter(row => row.url === undefined)
    .map((row, index) => {
      let name = commandOf(row.payload ?? '', index)
      if (names.has(name)) name = `${name.slice(0, 28)}_${index + 1}`
      names.add(name)
      return { command_name: name, command_description: firstOf(row.title) || name }
    })
}

/** At most 32 characters; written with a slash before it. */
export function commandOf(payload: string, index: number): string {
  const name = payload
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 32)
  return name || `menu_${index + 1}`
}

function firstOf(texts: Readonly<Record<string, string>>): string {
  return Object.values(texts)[0] ?? ''
}
