/** `parse <channel> < body.json`: the events of a webhook body, by the same pure function that the hub uses. */
import type { AccountView, Channel } from '@dragoman/core'
import { channelNamed, printJson, readAccountSettings, readInput } from './usage.ts'

/** An account for a dry run: nothing is asked, nothing is stored. */
export function dryAccount(channel: Channel, config: Record<string, string>, externalId = ''): AccountView {
  const defaults = Object.fromEntries(
    channel.config.fields.flatMap(field => (field.defaultValue === undefined ? [] : [[field.name, field.defaultValue]])),
  )
  return { id: 'dry-run', externalId, config: { ...defaults, ...config }, origins: channel.origins, language: 'en' }
}

export async function parse(options: { channel: string; account?: string; file?: string }): Promise<void> {
  const channel = channelNamed(options.channel)
  const { externalId, ...config } = readAccountSettings(options.account)
  const body = await readInput(options.file)
  const spokenOf = channel.accountsOf(body)
  const named = spokenOf.kind === 'named' ? spokenOf.externalIds : []
  // A body may speak of several accounts: each gets its own events.
  const accounts = externalId !== undefined ? [externalId] : named.length > 0 ? named : ['']
  const answers = accounts.map(id => ({ account: id, events: channel.parse(body, dryAccount(channel, config, id)) }))
  printJson(answers.length === 1 ? answers[0]!.events : answers)
}
