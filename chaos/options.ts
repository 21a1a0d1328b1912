/**
 * The options of `npm run chaos`. Always holds: whatever is not understood is refused with one line that names it, before anything is started.
 */

export interface ChaosOptions {
  /** Customers' messages and agents' answers together. */
  messages: number
  /** SIGKILLs of hub processes and of the database. */
  kills: number
  seed: number
  json: boolean
  /** Where the long form of the result is written, as Markdown. */
  report: string | undefined
  /** The part of the messages that are agents' answers. */
  answers: number
  /** How long the whole run may take, s. */
  budgetSeconds: number
  /** Keep the folder of the run (database, logs) afterwards. */
  keep: boolean
}

export class OptionsError extends Error {}

const numbers: Record<string, { least: number; most: number; whole: boolean }> = {
  messages: { least: 100, most: 10_000_000, whole: true },
  kills: { least: 0, most: 10_000, whole: true },
  seed: { least: 0, most: 2_147_483_647, whole: true },
  answers: { least: 0.01, most: 0.5, whole: false },
  budget: { least: 30, most: 86_400, whole: true },
}

export const usage =
  'npm run chaos -- [--messages 2000] [--kills 10] [--seed 1] [--answers 0.15] [--budget SECONDS] [--report FILE] [--json] [--keep]'

/** Reads the options. Throws OptionsError with one line. */
export function readOptions(parameters: readonly string[]): ChaosOptions {
  const given = new Map<string, string>()
  for (let index = 0; index < parameters.length; index++) {
    const [, name, inline] = /^--([a-z]+)(?:=(.*))?$/s.exec(parameters[index]!) ?? []
    if (name === undefined) throw new OptionsError(`“${parameters[index]}” is not understood. ${usage}`)
    if (name === 'json' || name === 'keep') {
      if (inline !== undefined) throw new OptionsError(`--${name} takes no value. ${usage}`)
      given.set(name, '1')
      continue
    }
    if (!(name in numbers) && name !== 'report') throw new OptionsError(`There is no option --${name}. ${usage}`)
    const value = inline ?? parameters[++index]
    if (value === undefined || value === '' || (inline === undefined && value.startsWith('--')))
      throw new OptionsError(`--${name} needs a value. ${usage}`)
    given.set(name, value)
  }
  const number = (name: string, fallback: number) => {
    const text = given.get(name)
    if (text === undefined) return fallback
    const { least, most, whole } = numbers[name]!
    const value = Number(text)
    if (!/^\d+(\.\d+)?$/.test(text) || value < least || value > most || (whole && !Number.isInteger(value)))
      throw new OptionsError(`--${name}=${text}: must be ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}.`)
    return value
  }
  const messages = number('messages', 2_000)
  const kills = number('kills', 10)
  return {
    messages,
    kills,
    seed: number('seed', 1),
    answers: number('answers', 0.15),
    // Generous: it only ends a run that hangs.
    budgetSeconds: number('budget', Math.round(240 + messages / 250 + kills * 15)),
    json: given.has('json'),
    keep: given.has('keep'),
    report: given.get('report'),
  }
}
