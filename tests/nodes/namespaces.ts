/**
 * Machines on one machine: network namespaces with two links each, one to the database's network, one to the world's. Always holds: names and networks carry this
 * process's id, so that two runs do not meet; `close` leaves none behind. Needs root and iproute2.
 */
import { spawnSync } from 'node:child_process'

export interface Machine {
  /** What runs a program there. */
  within: readonly string[]
  /** Where it listens for the world. */
  address: string
  /** The link to the database only. */
  cut(): void
  mend(): void
}

export interface Networks {
  /** Our own addresses: where the database and the platform listen. */
  database: string
  databaseNetwork: string
  world: string
  machine(name: string): Machine
  close(): void
}

/** Why there can be no namespaces here; undefined: there can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux’s'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  if (spawnSync('ip', ['-V']).status !== 0) return 'iproute2 is not installed'
  const name = `dragoman-${process.pid}-probe`
  const made = ip(['netns', 'add', name])
  if (made) return `a network namespace cannot be made: ${made}`
  return ip(['netns', 'del', name])
}

function ip(parameters: readonly string[]): string | undefined {
  const { status, stderr } = spawnSync('ip', parameters, { encoding: 'utf8' })
  return status === 0 ? undefined : stderr.trim() || `ip ended with ${status}`
}

function must(...parameters: string[]): void {
  const trouble = ip(parameters)
  if (trouble) throw new Error(`ip ${parameters.join(' ')}: ${trouble}`)
}

export function makeNetworks(): Networks {
  const id = process.pid % 100_000
  const third = process.pid % 250
  const undo: string[][] = []
  const bridge = (kind: 'd' | 'w', address: string) => {
    const name = `drg${kind}${id}`
    must('link', 'add', name, 'type', 'bridge')
    undo.push(['link', 'del', name])
    must('addr', 'add', `${address}/24`, 'dev', name)
    must('link', 'set', name, 'up')
    return name
  }
  const database = `10.213.${third}.1`
  const world = `10.214.${third}.1`
  const bridges = { d: bridge('d', database), w: bridge('w', world) }
  let count = 0
  return {
    database,
    databaseNetwork: `10.213.${third}.0/24`,
    world,
    machine(name) {
      const number = ++count
      const space = `dragoman-${id}-${name}`
      must('netns', 'add', space)
      undo.push(['netns', 'del', space])
      const address = `10.214.${third}.${10 + number}`
      for (const [kind, own] of [
        ['d', `10.213.${third}.${10 + number}`],
        ['w', address],
      ] as const) {
        const [here, there] = [`v${kind}${id}${number}h`, `v${kind}${id}${number}n`]
        must('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', space)
        undo.push(['link', 'del', here])
        must('link', 'set', here, 'master', bridges[kind], 'up')
        must('-n', space, 'addr', 'add', `${own}/24`, 'dev', there)
        must('-n', space, 'link', 'set', there, 'up')
      }
      must('-n', space, 'link', 'set', 'lo', 'up')
      return {
        within: ['ip', 'netns', 'exec', space],
        address,
        cut: () => must('link', 'set', `vd${id}${number}h`, 'down'),
        mend: () => must('link', 'set', `vd${id}${number}h`, 'up'),
      }
    },
    close() {
      for (const parameters of undo.reverse()) ip(parameters)
    },
  }
}
