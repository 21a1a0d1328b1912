/**
 * Readers of fields in JSON that somebody else wrote: each gives a value of the wanted type or undefined, whatever lies there.
 * Always holds: never throws, looks at own properties only. With these a parser is total without a schema.
 */

export type JsonObject = Readonly<Record<string, unknown>>

/** What lies at the end of a path of keys (or indexes), or undefined. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<string | number, unknown>)[key]
  }
  return here
}

/** What a table of ours holds under a key that somebody else wrote; never what every JavaScript object has by itself (`constructor`). */
export function entryOf<Value>(table: Readonly<Record<string, Value>>, key: string | undefined): Value | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined
}

/** The object at a path; arrays are no objects here. */
export function objectAt(value: unknown, ...path: (string | number)[]): JsonObject | undefined {
  const found = at(value, ...path)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as JsonObject) : undefined
}

/** The array at a path; empty where there is none. */
export function arrayAt(value: unknown, ...path: (string | number)[]): readonly unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

/** The text at a path. */
export function stringAt(value: unknown, ...path: (string | number)[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : undefined
}

/** The text at a path where it has at least one character. */
export function textAt(value: unknown, ...path: (string | number)[]): string | undefined {
  return stringAt(value, ...path) || undefined
}

/** The finite number at a path. */
export function numberAt(value: unknown, ...path: (string | number)[]): number | undefined {
  const found = at(value, ...path)
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}

/** The number at a path, also where it is written as text. */
export function numericAt(value: unknown, ...path: (string | number)[]): number | undefined {
  const found = at(value, ...path)
  const number = typeof found === 'string' && found.trim() !== '' ? Number(found) : found
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** True or false at a path. */
export function booleanAt(value: unknown, ...path: (string | number)[]): boolean | undefined {
  const found = at(value, ...path)
  return typeof found === 'boolean' ? found : undefined
}

/** An id at a path, as text: platforms write them as numbers or as strings. */
export function idAt(value: unknown, ...path: (string | number)[]): string | undefined {
  const found = at(value, ...path)
  if (typeof found === 'string') return found || undefined
  return typeof found === 'number' && Number.isSafeInteger(found) ? String(found) : undefined
}

/** Drops the members that are undefined, so that results compare and store as they look. */
export function compact<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
}
