/**
 * The hub's processes as real children, and their supervisor: who dies is started again at once. Always holds: each keeps its port, its way to the
 * database and its key file; `close` leaves none behind.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../server/src/main.ts', import.meta.url))
/** What a supervisor such as systemd waits before it starts a process again, ms. */
const restartDelayMs = 50
/** So much of what a process said last is kept, characters. */
const lastWords = 600

export interface HubProcessSpec {
  name: string
  role: 'web' | 'worker'
  environment: Record<string, string>
}

export interface HubProcess {
  name: string
  role: 'web' | 'worker'
  pid(): number | undefined
  /** How often it was started. */
  starts(): number
  kill(signal: 'SIGKILL' | 'SIGTERM'): void
}

export interface HubProcesses {
  all: HubProcess[]
  /** From each start until the process said that it works, ms. */
  startupMs: number[]
  /** Processes that ended without being killed, with their last words: none should. */
  crashes: { name: string; code: number | null; signal: string | null; words: string }[]
  /** Until each has said that it works. */
  ready(): Promise<void>
  close(): Promise<void>
}

export function startProcesses(specs: readonly HubProcessSpec[], logFolder: string): HubProcesses {
  const startupMs: number[] = []
  const crashes: HubProcesses['crashes'] = []
  let closing = false
  const readiness: Promise<void>[] = []
  const running: { child: () => ChildProcess; done: () => Promise<void> }[] = []

  const all = specs.map((spec): HubProcess => {
    const log: WriteStream = createWriteStream(join(logFolder, `${spec.name}.log`), { flags: 'a' })
    let count = 0
    let wanted = false
    let child: ChildProcess
    let ended: Promise<void>
    let isReady = () => {}
    readiness.push(new Promise(resolve => (isReady = resolve)))

    const start = () => {
      count++
      wanted = false
      const startedAt = performance.now()
      child = spawn(process.execPath, [program], {
        env: {
          PATH: process.env.PATH,
          DRAGOMAN_ROLE: spec.role,
          DRAGOMAN_SIMULATOR: '0',
          LOG_LEVEL: 'warn',
          ...spec.environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child.stdout!.on('data', (chunk: Buffer) => {
        if (/Dragoman (is ready|works)/.test(chunk.toString())) {
          startupMs.push(Math.round(performance.now() - startedAt))
          isReady()
        }
      })
      child.stdout!.pipe(log, { end: false })
      child.stderr!.pipe(log, { end: false })
      let words = ''
      child.stderr!.on('data', (chunk: Buffer) => (words = (words + chunk).slice(-lastWords)))
      ended = new Promise(resolve =>
        child.once('exit', (code, signal) => {
          log.write(`--- ended: code ${code}, signal ${signal}\n`)
          if (!closing && !wanted) crashes.push({ name: spec.name, code, signal, words: words.trim() })
          if (!closing) setTimeout(() => !closing && start(), restartDelayMs)
          resolve()
        }),
      )
    }
    start()
    running.push({ child: () => child, done: () => ended })
    return {
      name: spec.name,
      role: spec.role,
      pid: () => (child.exitCode === null && child.signalCode === null ? child.pid : undefined),
      starts: () => count,
      kill(signal) {
        wanted = true
        child.kill(signal)
      },
    }
  })

  return {
    all,
    startupMs,
    crashes,
    ready: async () => {
      await Promise.all(readiness)
    },
    async close() {
      closing = true
      for (const { child } of running) child().kill('SIGTERM')
      const deadline = setTimeout(() => {
        for (const { child } of running) child().kill('SIGKILL')
      }, 6_000)
      await Promise.all(running.map(({ done }) => done()))
      clearTimeout(deadline)
    },
  }
}
