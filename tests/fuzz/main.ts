/**
 * `npm run fuzz -- --bodies N --seed S [--texts N] [--json] [--report]`: mutated webhook bodies over all channels, and hostile texts through everything that reads
 * or writes markup. The same seed gives the same run. `--report` writes `docs/fuzz.md`. Exit status 1 where something was found.
 */
import { writeFileSync } from 'node:fs'
import { readSeeds } from './corpus.ts'
import { emptyResult, fuzzPure, type PureResult } from './pure.ts'
import { createRandom } from './random.ts'
import { fuzzTexts, type TextResult } from './texts.ts'

const known = ['bodies', 'seed', 'texts', 'json', 'report']
/** Bodies between two looks at the clock, and two lines of progress. */
const piece = 20_000

interface Report {
  seed: number
  seeds: number
  pure: PureResult
  texts: TextResult
}

function readOptions(parameters: readonly string[]): Map<string, string> {
  const options = new Map<string, string>()
  for (let index = 0; index < parameters.length; index++) {
    const [name = '', value] = parameters[index]!.replace(/^--/, '').split('=')
    if (!known.includes(name)) stop(`There is no option --${name}. There are: ${known.map(one => `--${one}`).join(', ')}`)
    const isFlag = name === 'json' || name === 'report'
    options.set(name, value ?? (isFlag ? '1' : (parameters[++index] ?? '')))
  }
  return options
}

function stop(words: string): never {
  process.stderr.write(`${words}\n`)
  process.exit(2)
}

function countOf(options: Map<string, string>, name: string, otherwise: number): number {
  const count = Number(options.get(name) ?? otherwise)
  if (!Number.isSafeInteger(count) || count < 0) stop(`--${name} is a whole number`)
  return count
}

const options = readOptions(process.argv.slice(2))
const seed = countOf(options, 'seed', Date.now() % 2 ** 31)
const bodies = countOf(options, 'bodies', 100_000)
const texts = countOf(options, 'texts', Math.ceil(bodies / 20))
const seeds = await readSeeds()
const random = createRandom(seed)
const pure = emptyResult()
while (pure.bodies < bodies) {
  fuzzPure(seeds, Math.min(piece, bodies - pure.bodies), random, pure)
  process.stderr.write(`${pure.bodies} of ${bodies} bodies, ${pure.findings.length} findings\n`)
}
const report: Report = { seed, seeds: seeds.length, pure, texts: fuzzTexts(texts, random) }
if (options.has('report')) writeFileSync(new URL('../../docs/fuzz.md', import.meta.url), page(report))
process.stdout.write(options.has('json') ? `${JSON.stringify(report)}\n` : page(report))
process.exit(pure.findings.length + report.texts.findings.length > 0 ? 1 : 0)

function page({ seed: chosen, seeds: fixtures, pure: result, texts: written }: Report): string {
  const rows = Object.entries(result.channels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([channel, one]) => `| ${channel} | ${one.bodies} | ${one.read} | ${one.ignored} | ${one.malformed} | ${one.slowestMs.toFixed(0)} |`,
    )
  return `# Fuzz

Written by \`npm run fuzz -- --bodies ${result.bodies} --seed ${chosen} --report\`. The same seed gives the same bodies.

${result.bodies} mutated webhook bodies (${(result.bytes / 1_048_576).toFixed(0)} MiB) made of ${fixtures} fixtures: values of other types, enormous and deeply nested ones, names of JavaScript's own, NUL
and lone surrogates, doubled keys, cut, flipped and re-encoded bytes. Each was verified, its accounts were named, it was parsed and cleaned.

- nothing thrown, no empty list, every event storable: **${result.findings.length === 0 ? 'yes' : `no, ${result.findings.length} findings`}**
- bodies that took more than 50 ms of the processor, twice: **${result.stalls.length}** (the slowest took ${result.slowestMs.toFixed(0)} ms)

| channel | bodies | read | ignored with a reason | malformed, set aside | slowest, ms |
|---|---|---|---|---|---|
${rows.join('\n')}

${written.texts} hostile texts of up to 20,000 characters through everything that reads or writes markup: **${written.findings.length}** findings. The slowest on the processor:

| what | ms |
|---|---|
${written.slowest
  .slice(0, 8)
  .map(({ work, ms }) => `| ${work} | ${ms.toFixed(0)} |`)
  .join('\n')}

The stage through a whole hub over HTTP (signed, with real messages in between) is a test: \`tests/fuzz/fuzz.test.ts\`; \`FUZZ_HUB_BODIES\` makes it longer.
`
}
