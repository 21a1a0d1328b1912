/** Markdown by plain functions. Always holds: nothing in a cell can break the table; the same data give the same text. */

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ')
}

/** A page: its title, that it is made, and its parts with a blank line between. */
export function page(title: string, source: string, parts: readonly string[]): string {
  return `${[`# ${title}`, `<!-- Made by \`npm run docs\` from ${source}. Change it there. -->`, ...parts].join('\n\n')}\n`
}

const units = [
  ['B', 1],
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
] as const

export function bytes(count: number): string {
  const [name, size] = units.findLast(([, size]) => count >= size) ?? units[0]
  return `${Number((count / size).toFixed(1))} ${name}`
}

export function duration(ms: number): string {
  const [value, name] =
    ms >= 86_400_000
      ? [ms / 86_400_000, 'days']
      : ms >= 3_600_000
        ? [ms / 3_600_000, 'hours']
        : ms >= 60_000
          ? [ms / 60_000, 'minutes']
          : [ms / 1_000, 'seconds']
  const rounded = Number(value.toFixed(1))
  return `${rounded} ${rounded === 1 ? name.slice(0, -1) : name}`
}

interface Sourced {
  source: string
  checkedOn: string
  confidence?: string
  since?: string
  until?: string
}

/** Where a fact comes from: an address as a link, with what is said beside it. */
export function placeOf(source: string): string {
  const [address, ...rest] = source.split(' ')
  return /^https?:/.test(source) && address ? [`[${new URL(address).hostname}](${address})`, ...rest].join(' ') : source
}

/** Heads of the four columns that every fact has. */
export const provenanceHead = ['holds', 'checked', 'how sure', 'source'] as const

/** From when until when a fact holds, when it was checked, how sure it is, and who says so. */
export function provenance(fact: Sourced): string[] {
  const span = [fact.since ? `since ${fact.since}` : '', fact.until ? `until ${fact.until}` : ''].filter(Boolean).join(', ')
  return [span, fact.checkedOn, fact.confidence ?? '', placeOf(fact.source)]
}
