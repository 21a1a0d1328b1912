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

/** Where a fact comes from, short. */
export function sourced(fact: { source: string; checkedOn: string; confidence?: string; since?: string; until?: string }): string {
  const place = /^https?:/.test(fact.source) ? `[${new URL(fact.source).hostname}](${fact.source})` : fact.source
  return [
    place,
    fact.confidence === undefined || fact.confidence === 'documented' ? '' : fact.confidence,
    fact.since ? `since ${fact.since}` : '',
    fact.until ? `until ${fact.until}` : '',
  ]
    .filter(Boolean)
    .join(', ')
}
