/**
 * `npm run dragoman -- <command>`: the operator's and the integrator's commands. Always holds: wrong use is one line on standard error and exit status 2,
 * a failure one line and 1; what a command prints on standard output is all that another program needs.
 */
import { stripVTControlCharacters } from 'node:util'
import { type ArgsDef, type CommandDef, defineCommand, renderUsage, runCommand } from 'citty'
import { backup } from './backup.ts'
import { crowd } from './crowd.ts'
import { doctor } from './doctor.ts'
import { fit } from './fit.ts'
import { parse } from './parse.ts'
import { recovered } from './recovered.ts'
import { reset } from './reset.ts'
import { restore } from './restore.ts'
import { secondFactorOff } from './second-factor-off.ts'
import { trigger } from './trigger.ts'
import { CommandError, UsageError } from './usage.ts'

const input = {
  channel: { type: 'positional', description: 'Id of a channel', required: true },
  account: { type: 'string', description: 'Settings of the account as JSON; externalId says which one', valueHint: 'json' },
  file: { type: 'string', description: 'Read this file instead of standard input', valueHint: 'path' },
} as const satisfies ArgsDef

const commands = {
  doctor: defineCommand({
    meta: { name: 'doctor', description: 'Looks at everything a hub needs; each failure with its reason and the command that mends it' },
    args: { json: { type: 'boolean', description: 'Print JSON' } },
    run: async ({ args }) => await doctor(args),
  }),
  parse: defineCommand({
    meta: { name: 'parse', description: 'The events of a webhook body' },
    args: input,
    run: async ({ args }) => await parse(args),
  }),
  fit: defineCommand({
    meta: { name: 'fit', description: 'The parts, requests and notes of a message' },
    args: { ...input, to: { type: 'string', description: 'To whom: thread or id of a person, as the channel names it' } },
    run: async ({ args }) => await fit(args),
  }),
  trigger: defineCommand({
    meta: { name: 'trigger', description: 'Makes a simulated customer do something in the running hub' },
    args: {
      event: {
        type: 'positional',
        description: '<channel>.message, .start, .picture, .voice, .file, .location, .typing, .block or .unblock',
        required: true,
      },
      text: { type: 'string', description: 'What is written: text, caption, or payload of a start' },
      customer: { type: 'string', description: 'Name or id; the newest where absent' },
      json: { type: 'boolean', description: 'Print JSON' },
    },
    run: async ({ args }) => await trigger(args),
  }),
  'second-factor-off': defineCommand({
    meta: { name: 'second-factor-off', description: 'Takes the second factor of somebody away who has lost it' },
    args: { email: { type: 'positional', description: 'E-mail of the member', required: true } },
    run: async ({ args }) => await secondFactorOff(args),
  }),
  crowd: defineCommand({
    meta: { name: 'crowd', description: 'Plays a peak hour of simulated customers in the running hub, and tells what each of them saw' },
    args: {
      customers: { type: 'string', description: 'How many people come (550)' },
      messages: { type: 'string', description: 'How many messages they write in all (2760)' },
      minutes: { type: 'string', description: 'How long the hour is (60)' },
      speed: { type: 'string', description: 'How many times as fast it is played (10)' },
      seed: { type: 'string', description: 'The same seed plays the same hour (1)' },
      patience: { type: 'string', description: 'Seconds to wait for last answers (20)' },
      json: { type: 'boolean', description: 'Print JSON, with what each customer saw' },
    },
    run: async ({ args }) => await crowd(args),
  }),
  backup: defineCommand({
    meta: { name: 'backup', description: 'Everything but the key as files in a new folder; a hub may run meanwhile' },
    args: {
      folder: { type: 'positional', description: 'A folder that is not there yet; with --verify: a backup', required: true },
      verify: { type: 'boolean', description: 'Look whether this backup is whole' },
      physical: {
        type: 'boolean',
        description: 'Copy the embedded database file by file: quicker for a big one, and only for the same PostgreSQL',
      },
      json: { type: 'boolean', description: 'Print JSON' },
    },
    run: async ({ args }) => await backup(args),
  }),
  restore: defineCommand({
    meta: {
      name: 'restore',
      description: 'Makes the database of these settings from a backup; the hub starts recovered, and sends nothing before it is released',
    },
    args: {
      folder: { type: 'positional', description: 'A backup', required: true },
      key: { type: 'string', description: 'Your copy of the key file, where this data folder has none', valueHint: 'path' },
      replace: { type: 'string', description: 'Delete what the database holds: the number of its messages', valueHint: 'number' },
      json: { type: 'boolean', description: 'Print JSON' },
    },
    run: async ({ args }) => await restore(args),
  }),
  recovered: defineCommand({
    meta: { name: 'recovered', description: 'Says whether sending is held since a restore or a promotion; enters or leaves that mode' },
    args: {
      mark: { type: 'boolean', description: 'Hold everything: this database was promoted or copied by hand' },
      release: { type: 'string', description: 'Go on: “none” of what is held is sent, or “all” of it again', valueHint: 'none|all' },
      json: { type: 'boolean', description: 'Print JSON' },
    },
    run: async ({ args }) => await recovered(args),
  }),
  reset: defineCommand({
    meta: { name: 'reset', description: 'Deletes all data of the embedded database’s folder' },
    args: { yes: { type: 'boolean', alias: 'y', description: 'Do not ask' } },
    run: async ({ args }) => await reset(args),
  }),
}

async function main(given: string[]): Promise<void> {
  const [name = '', ...rest] = given
  const overview = defineCommand({ meta: { name: 'dragoman', description: 'One desk for every messenger' }, subCommands: commands })
  if (name === '--help' || name === '-h' || name === 'help') return help(await renderUsage(overview))
  if (!Object.hasOwn(commands, name))
    throw new UsageError(
      `${name === '' ? 'Say what to do' : `There is no command “${name}”`}. There are: ${Object.keys(commands).join(', ')} (--help explains).`,
    )
  const command = commands[name as keyof typeof commands] as CommandDef
  if (rest.includes('--help') || rest.includes('-h')) return help(await renderUsage(command))
  refuseUnknown(rest, command.args as ArgsDef)
  await runCommand(command, { rawArgs: rest })
}

/** Colours are for a terminal only. */
function help(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? text : stripVTControlCharacters(text)}\n`)
}

/** An option that does not exist is wrong use, never passed over. */
function refuseUnknown(given: readonly string[], known: ArgsDef): void {
  const names = Object.entries(known).flatMap(([name, definition]) => [
    name,
    ...('alias' in definition ? [definition.alias ?? []].flat() : []),
  ])
  const valued = Object.entries(known)
    .filter(([, definition]) => definition.type === 'string')
    .map(([name]) => `--${name}`)
  let places = Object.values(known).filter(definition => definition.type === 'positional').length
  for (const [index, word] of given.entries()) {
    if (valued.includes(given[index - 1] ?? '')) continue
    if (!word.startsWith('-') || word === '-') {
      if (places-- <= 0) throw new UsageError(`“${word}” is one word too many.`)
      continue
    }
    const name = word.replace(/^--?(no-)?/, '').split('=')[0]!
    if (!names.includes(name))
      throw new UsageError(
        `There is no option “${word.split('=')[0]}”. There are: ${
          Object.entries(known)
            .filter(([, definition]) => definition.type !== 'positional')
            .map(([option]) => `--${option}`)
            .join(', ') || 'none'
        }.`,
      )
    if (valued.includes(word) && (given[index + 1] === undefined || given[index + 1]!.startsWith('--')))
      throw new UsageError(`The option ${word} needs a value.`)
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const isWrongUse = error instanceof UsageError || name === 'CLIError'
  const line = isWrongUse || error instanceof CommandError ? message : `This failed: ${message}`
  process.stderr.write(`${line.split('\n')[0]}\n`)
  process.exitCode = isWrongUse ? 2 : 1
})
