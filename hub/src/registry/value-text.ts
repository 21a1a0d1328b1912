/**
 * What a fact says beside its state, in a few English words for a spreadsheet: numbers with their units, lists with commas.
 * Always holds: whatever a fact carries is said, by the name that it has in the data; pure.
 */

export function valueText(detail: Readonly<Record<string, unknown>>): string {
  const unit = typeof detail.unit === 'string' ? ` ${unitName(detail.unit)}` : ''
  return Object.entries(detail)
    .filter(([name]) => name !== 'unit')
    .flatMap(([name, value]) => say(name, value, name === 'max' ? unit : ''))
    .join('; ')
}

function say(name: string, value: unknown, unit: string): string[] {
  if (value === null || value === undefined || value === '') return []
  const title = words(name)
  if (typeof value === 'boolean') return [`${title}: ${value ? 'yes' : 'no'}`]
  if (typeof value === 'number')
    return [
      name.endsWith('Bytes')
        ? `${words(name.slice(0, -5))} ${bytes(value)}`
        : name.endsWith('Ms')
          ? `${words(name.slice(0, -2))} ${duration(value)}`
          : `${title} ${round(value)}${unit}`,
    ]
  if (typeof value === 'string') return [`${title}: ${value}`]
  if (Array.isArray(value)) return value.length === 0 ? [] : [`${title}: ${value.map(inner).join(', ')}`]
  return [`${title}: ${inner(value)}`]
}

function inner(value: unknown): string {
  if (Array.isArray(value)) return value.map(inner).join(' and ')
  if (typeof value !== 'object' || value === null) return String(value)
  const record = value as Record<string, unknown>
  if (typeof record.en === 'string') return record.en
  return Object.entries(record)
    .filter(([name]) => name !== 'unit')
    .map(([name, one]) =>
      typeof one === 'number'
        ? name.endsWith('Ms')
          ? duration(one)
          : `${name === 'max' ? '' : `${words(name)} `}${round(one)}${typeof record.unit === 'string' ? ` ${unitName(record.unit)}` : ''}`
        : inner(one),
    )
    .join(' ')
}

const words = (name: string) => name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`).replaceAll('_', ' ')
const round = (value: number) => Number(value.toFixed(3))
const unitName = (unit: string) =>
  unit === 'utf16' ? 'UTF-16 units' : unit === 'codepoint' ? 'characters' : unit === 'byte' ? 'bytes' : unit

function bytes(count: number): string {
  const [name, size] = [['GiB', 1024 ** 3] as const, ['MiB', 1024 ** 2] as const, ['KiB', 1024] as const].find(
    ([, size]) => count >= size,
  ) ?? ['B', 1]
  return `${round(count / size)} ${name}`
}

function duration(ms: number): string {
  const [name, size] = [['d', 86_400_000] as const, ['h', 3_600_000] as const, ['min', 60_000] as const].find(([, size]) => ms >= size) ?? [
    's',
    1_000,
  ]
  return `${round(ms / size)} ${name}`
}
