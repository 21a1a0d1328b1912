/**
 * Hosts every channel's simulator inside the hub's process: platforms reached over real HTTP on loopback, state kept in a folder for the next start.
 * Always holds: nothing here knows a messenger; a simulator gets its environment and nothing else of ours; webhooks go out by real HTTP too.
 */

import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Simulator, SimulatorEnvironment, SimulatorKind, SimulatorLogEntry } from '@dragoman/channel-kit/simulator'

export interface HostedSimulator {
  kind: SimulatorKind
  simulator: Simulator
  log: readonly (SimulatorLogEntry & { id: number })[]
  /** Changes whenever a phone would look different. */
  version(): number
}

export interface SimulatorHostOptions {
  kinds: readonly SimulatorKind[]
  /** Where state and files are kept. */
  folder: string
  /** Of the hub, such as `http://127.0.0.1:3000`; known when it listens. */
  localUrl(): string
  onChange(channel: string): void
  onTrouble(error: Error): void
}

export interface Simulators {
  get(channel: string): HostedSimulator | undefined
  all(): readonly HostedSimulator[]
  /** Under which the platform of a channel is reached. */
  origin(channel: string): string
  file(fileId: string): { bytes: Uint8Array; mimeType: string; name: string } | undefined
  close(): Promise<void>
}

export const platformPath = '/simulator/platform'
export const filePath = '/simulator/files'
const longestLog = 400
const saveAfterMs = 400

/** Creates all simulators, with the state of the last run. */
export async function openSimulators(options: SimulatorHostOptions): Promise<Simulators> {
  await mkdir(join(options.folder, 'files'), { recursive: true })
  const timers = new Set<NodeJS.Timeout>()
  const hosted = new Map<string, HostedSimulator>()
  const settles: (() => Promise<void>)[] = []
  let closed = false
  let logged = 0

  const files = {
    keep(bytes: Uint8Array, mimeType: string, name: string) {
      const fileId = randomUUID()
      writeFileSync(join(options.folder, 'files', fileId), bytes)
      writeFileSync(join(options.folder, 'files', `${fileId}.json`), JSON.stringify({ mimeType, name }))
      return { fileId, url: `${filePath}/${fileId}` }
    },
    kept(fileId: string) {
      if (!/^[0-9a-f-]{36}$/.test(fileId)) return undefined
      try {
        const facts = JSON.parse(readFileSync(join(options.folder, 'files', `${fileId}.json`), 'utf8')) as {
          mimeType: string
          name: string
        }
        return { bytes: new Uint8Array(readFileSync(join(options.folder, 'files', fileId))), ...facts }
      } catch {
        return undefined
      }
    },
  }

  // The hub may listen at another port than when its address was set: its own webhooks follow it.
  const hereNow = (url: string) => {
    const target = new URL(url)
    return target.hostname === '127.0.0.1' && target.pathname.startsWith('/webhooks/')
      ? `${options.localUrl()}${target.pathname}${target.search}`
      : url
  }

  for (const kind of options.kinds) {
    const statePath = join(options.folder, `${kind.id}.json`)
    const log: (SimulatorLogEntry & { id: number })[] = []
    let version = 0
    let saving: NodeJS.Timeout | undefined
    let writing: Promise<void> = Promise.resolve()
    settles.push(async () => {
      clearTimeout(saving)
      await writing
    })
    const save = () => {
      saving = undefined
      if (closed) return
      writing = writeFile(`${statePath}.part`, JSON.stringify(simulator.save()))
        .then(() => rename(`${statePath}.part`, statePath))
        .catch(options.onTrouble)
    }
    const environment: SimulatorEnvironment = {
      now: Date.now,
      random: Math.random,
      // Asked each time: the port is known only when the hub listens.
      get origin() {
        return `${options.localUrl()}${platformPath}/${kind.id}`
      },
      after(delayMs, work) {
        if (closed) return
        const timer = setTimeout(() => {
          timers.delete(timer)
          work()
        }, delayMs)
        timers.add(timer)
      },
      async post(webhook) {
        if (closed) return { status: 0, body: '' }
        try {
          const response = await fetch(hereNow(webhook.url), {
            method: webhook.method ?? 'POST',
            headers: webhook.headers,
            redirect: 'manual',
            signal: AbortSignal.timeout(20_000),
            ...(webhook.method === 'GET' ? {} : { body: Buffer.from(webhook.body) }),
          })
          return { status: response.status, body: await response.text() }
        } catch {
          return { status: 0, body: '' }
        }
      },
      changed() {
        version++
        if (closed) return
        saving ??= setTimeout(save, saveAfterMs)
        options.onChange(kind.id)
      },
      log(entry) {
        log.push({ ...entry, id: ++logged })
        if (log.length > longestLog) log.splice(0, log.length - longestLog)
        options.onChange(kind.id)
      },
      ...files,
    }
    const saved = await readFile(statePath, 'utf8').then(
      text => JSON.parse(text) as unknown,
      () => undefined,
    )
    const simulator = kind.create(environment, saved)
    await simulator.open?.()
    hosted.set(kind.id, { kind, simulator, log, version: () => version })
  }

  return {
    get: channel => hosted.get(channel),
    all: () => [...hosted.values()],
    origin: channel => `${options.localUrl()}${platformPath}/${channel}`,
    file: files.kept,
    async close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      for (const settle of settles) await settle()
      for (const { simulator } of hosted.values()) await simulator.close?.()
      mkdirSync(options.folder, { recursive: true })
      for (const { kind, simulator } of hosted.values()) {
        const path = join(options.folder, `${kind.id}.json`)
        writeFileSync(`${path}.last`, JSON.stringify(simulator.save()))
        renameSync(`${path}.last`, path)
      }
    },
  }
}
