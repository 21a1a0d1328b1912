/**
 * What is remembered of a visitor in his browser: token, name, and what could not be posted yet. Always holds: where storage is refused (private mode,
 * blocked by the site) memory takes its place; queued events have a key each, so that two windows never overwrite each other's.
 */
import type { Queued } from './queue.ts'

export interface Remembered {
  token?: string
  visitor?: string
  person?: { name?: string; email?: string }
  /** He was asked who he is, and answered or would not. */
  asked?: boolean
}

const memory = new Map<string, string>()

function store(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> & { keys(): string[] } {
  try {
    const real = localStorage
    real.setItem('dragoman:?', '')
    real.removeItem('dragoman:?')
    return {
      getItem: key => real.getItem(key),
      setItem: (key, value) => real.setItem(key, value),
      removeItem: key => real.removeItem(key),
      keys: () => Object.keys(real),
    }
  } catch {
    return {
      getItem: key => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: key => void memory.delete(key),
      keys: () => [...memory.keys()],
    }
  }
}

export function remembered(key: string): Remembered {
  return read<Remembered>(key) ?? {}
}

export function remember(key: string, change: Remembered): void {
  write(key, { ...remembered(key), ...change })
}

/** Queued events of all windows, oldest first. */
export function queued(key: string): Queued[] {
  const prefix = `${key}:queue:`
  const found = store()
    .keys()
    .filter(one => one.startsWith(prefix))
    .map(one => read<Queued>(one))
  return found.filter(one => one !== undefined).sort((a, b) => a.n - b.n)
}

export function keep(key: string, item: Queued): void {
  write(`${key}:queue:${item.id}`, item)
}

export function forget(key: string, id: string): void {
  try {
    store().removeItem(`${key}:queue:${id}`)
  } catch {}
}

function read<Value>(key: string): Value | undefined {
  try {
    return (JSON.parse(store().getItem(key) ?? 'null') as Value | null) ?? undefined
  } catch {
    return undefined
  }
}

function write(key: string, value: unknown): void {
  try {
    store().setItem(key, JSON.stringify(value))
  } catch {
    // Full: what cannot be kept lives as long as the page.
    memory.set(key, JSON.stringify(value))
  }
}
