/** What every command needs: wrong use as one line and exit status 2, the standard input, a known channel. */
import { readFile } from 'node:fs/promises'
import type { Channel } from '@dragoman/core'
import { channels } from '../channels.ts'
import { readSettings, type Settings, SettingsError } from '../settings.ts'

/** Wrong use: one line on standard error, exit status 2. */
export class UsageError extends Error {}
/** The command was right and could not be done: one line, exit status 1. */
export class CommandError extends Error {}

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

/** The channel of an id. */
export function channelNamed(id: string): Channel {
  const channel = channels.get(id)
  if (!channel) throw new UsageError(`There is no channel “${id}”. There are: ${[...channels.keys()].join(', ')}.`)
  return channel
}

/** All of standard input, or of a file. */
export async function readInput(file: string | undefined): Promise<Uint8Array> {
  if (file !== undefined)
    return await readFile(file).catch(() => {
      throw new UsageError(`The file ${file} cannot be read.`)
    })
  if (process.stdin.isTTY) throw new UsageError('Give the JSON on standard input (… < body.json) or with --file.')
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  if (chunks.length === 0) throw new UsageError('Standard input is empty: give the JSON there (… < body.json) or with --file.')
  return Buffer.concat(chunks)
}

/** JSON that a person typed. */
export function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${what} is not valid JSON: ${error instanceof Error ? error.message : error}`)
  }
}

/** Settings of an account given on the command line: a flat object of texts. */
export function readAccountSettings(text: string | undefined): Record<string, string> {
  if (text === undefined) return {}
  const value = readJson(text, '--account')
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError('--account takes a JSON object, such as \'{"username":"shop_bot"}\'.')
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]))
}

export function commandSettings(): Settings {
  try {
    return readSettings(process.env)
  } catch (error) {
    if (error instanceof SettingsError) throw new UsageError(error.message)
    throw error
  }
}
