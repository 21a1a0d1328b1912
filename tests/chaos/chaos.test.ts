/**
 * The short form of `npm run chaos`: 2,000 messages, 10 kills, and every message accounted for. No figure of time is asserted: only what may never be.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { OptionsError, readOptions } from '../../chaos/options.ts'
import { makePlan } from '../../chaos/plan.ts'

const program = fileURLToPath(new URL('../../chaos/main.ts', import.meta.url))

async function run(parameters: string[]): Promise<{ code: number | null; out: string; errors: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let errors = ''
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (errors += chunk))
    child.on('error', reject)
    child.on('close', code => resolve({ code, out, errors }))
  })
}

test('2,000 messages, 10 kills: nothing lost, nothing twice, in order', { timeout: 900_000 }, async () => {
  const { code, out, errors } = await run(['--messages', '2000', '--kills', '10', '--seed', '7', '--budget', '800', '--json'])
  const result = JSON.parse(out || '{}') as Record<string, number>
  expect({ ...result, log: code === 0 ? '' : errors.slice(-4_000) }).toMatchObject({
    lost: 0,
    duplicated: 0,
    reordered: 0,
    regressed: 0,
    sentTwice: 0,
    uncertainUnjustified: 0,
    wrong: 0,
    kills: 10,
    seed: 7,
    log: '',
  })
  expect(code).toBe(0)
  expect(result.messages).toBeGreaterThanOrEqual(2_000)
  for (const name of ['uncertain', 'backP50Ms', 'backMaxMs']) expect(result[name]).toBeTypeOf('number')
})

test('options that are not understood are one line and status 2', async () => {
  const { code, out, errors } = await run(['--messages', 'many'])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(errors.trim().split('\n')).toHaveLength(1)
  expect(errors).toContain('--messages=many')
  for (const wrong of [['--kills', '-1'], ['--kill', '3'], ['ten'], ['--seed'], ['--json=1'], ['--messages', '12.5']])
    expect(() => readOptions(wrong)).toThrow(OptionsError)
  expect(readOptions(['--messages=500', '--kills', '3', '--seed', '9', '--json'])).toMatchObject({
    messages: 500,
    kills: 3,
    seed: 9,
    json: true,
  })
})

test('a plan is its seed’s alone, in order, and has every kind of kill where there are enough', () => {
  expect(makePlan(5, 30)).toEqual(makePlan(5, 30))
  expect(makePlan(5, 30)).not.toEqual(makePlan(6, 30))
  const { kills } = makePlan(5, 30)
  expect(kills.map(({ at }) => at)).toEqual(kills.map(({ at }) => at).toSorted((a, b) => a - b))
  expect(new Set(makePlan(1, 7).kills.map(({ what }) => what)).size).toBe(7)
})
