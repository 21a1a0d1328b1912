/**
 * Which folder may import what. Always holds: this table is all there is; a folder that is not in it may not be imported across.
 * `core ← channels`, `core ← api ← hub`, `api ← inbox, widget`, `core, api, kit ← simulator`, and `server` wires all of it.
 */
import { readdirSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { root, type SourceFile } from './scan.ts'

export type Unit = string

/** The channels that share Meta's Graph API, and the folder that they share. */
const sharedFolders: Record<string, readonly string[]> = {
  'channels/meta-graph': ['channels/whatsapp', 'channels/messenger', 'channels/instagram'],
}
const libraries = ['channels/kit', 'channels/meta-graph']

export const channelFolders: readonly string[] = readdirSync(join(root, 'channels'))
  .map(name => `channels/${name}`)
  .filter(folder => !libraries.includes(folder))

/** Package names of the workspaces, and the folder each stands for. */
const packages: Record<string, string> = {
  '@dragoman/core': 'core',
  '@dragoman/api': 'api',
  '@dragoman/hub': 'hub',
  '@dragoman/server': 'server',
  '@dragoman/inbox': 'inbox',
  '@dragoman/widget': 'widget',
  '@dragoman/simulator': 'simulator',
  '@dragoman/channel-kit': 'channels/kit',
  '@dragoman/channel-meta-graph': 'channels/meta-graph',
  ...Object.fromEntries(channelFolders.map(folder => [`@dragoman/channel-${folder.slice('channels/'.length)}`, folder])),
}

/** What an import leads to: a folder of ours (with `/simulator` where it is a simulator), `node:`, or a package of npm. */
export type Target = { kind: 'ours'; unit: Unit; simulator: boolean; test: boolean } | { kind: 'node' } | { kind: 'npm'; name: string }

export function targetOf(file: SourceFile, specifier: string): Target {
  if (specifier.startsWith('node:')) return { kind: 'node' }
  const own = Object.keys(packages).find(name => specifier === name || specifier.startsWith(`${name}/`))
  if (own) {
    const inside = specifier.slice(own.length + 1)
    const unit = packages[own]!
    return { kind: 'ours', unit, simulator: unit.startsWith('channels/') && inside.startsWith('simulator'), test: inside === 'contract' }
  }
  if (specifier.startsWith('.')) {
    const path = posix.normalize(posix.join(dirname(file.path), specifier))
    return {
      kind: 'ours',
      unit: unitOf(path),
      simulator: isSimulator(path),
      test: /^tests\/|\/contract(\/|\.ts$)|\.test\.tsx?$/.test(path),
    }
  }
  if (specifier.startsWith('/')) return { kind: 'npm', name: specifier }
  return {
    kind: 'npm',
    name: specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/'),
  }
}

export function unitOf(path: string): Unit {
  const [first, second] = path.split('/')
  return first === 'channels' ? `channels/${second}` : first!
}

/** Whether a path lies in a channel's (or the kit's) simulator. */
export function isSimulator(path: string): boolean {
  return /^channels\/[^/]+\/simulator\//.test(path)
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.startsWith('tests/') || path.startsWith('channels/kit/contract')
}

/** The arrows of product code. Own folder always; npm where `npm` says so. */
const arrows: Record<Unit, { units: readonly string[]; npm: boolean; node: boolean }> = {
  core: { units: [], npm: false, node: false },
  'channels/kit': { units: ['core'], npm: true, node: true },
  'channels/meta-graph': { units: ['core', 'channels/kit'], npm: false, node: true },
  api: { units: ['core'], npm: true, node: false },
  hub: { units: ['core', 'api'], npm: true, node: true },
  inbox: { units: ['api'], npm: true, node: false },
  widget: { units: ['api'], npm: true, node: false },
  simulator: { units: ['core', 'api', 'channels/kit'], npm: true, node: true },
  server: { units: ['core', 'api', 'hub', 'simulator', 'channels/kit'], npm: true, node: true },
}
const channelArrows = { units: ['core', 'channels/kit'], npm: false, node: true }

/** The two places that name channels. */
export const registries: readonly string[] = ['server/src/channels.ts', 'simulator/src/simulators.ts']

/** Why an import may not be, or undefined where it may. */
export function refusal(file: SourceFile, specifier: string): string | undefined {
  const unit = unitOf(file.path)
  const target = targetOf(file, specifier)
  const test = isTest(file.path)
  const isBuild = /(^|\/)(vite\.config|build-[\w-]+)\.ts$/.test(file.path)
  const rule = arrows[unit] ?? (channelFolders.includes(unit) ? channelArrows : undefined)
  if (!rule) return undefined
  if (target.kind === 'node') return rule.node || test || isBuild ? undefined : `${unit} runs where node: does not`
  if (target.kind === 'npm') return rule.npm || test || isBuild ? undefined : `${unit} imports no package of npm (${target.name})`
  if (target.unit === unit) return refuseWithin(file, target, test)
  if (test && target.unit === 'tests') return undefined
  if (registries.includes(file.path) && channelFolders.includes(target.unit))
    return target.simulator === (file.path === 'simulator/src/simulators.ts')
      ? undefined
      : 'a registry of channels takes channels, one of simulators takes simulators'
  const shared = sharedFolders[target.unit]
  if (shared?.includes(unit))
    return target.simulator && !isSimulator(file.path) && !test ? 'an adapter never imports a simulator' : undefined
  if (rule.units.includes(target.unit)) {
    if (target.test && !test) return 'product code imports no test'
    const fromAdapter = channelFolders.includes(unit) && !isSimulator(file.path)
    return target.simulator && fromAdapter && !test ? 'an adapter never imports a simulator' : undefined
  }
  // End-to-end tests inside a folder put several together on purpose.
  if (test && ['server', 'hub', 'widget', 'inbox', 'simulator'].includes(unit) && !channelFolders.includes(target.unit)) return undefined
  return `${unit} may not import ${target.unit}`
}

/** Within a channel: adapter and simulator do not know each other; a test may use both. */
function refuseWithin(file: SourceFile, target: Extract<Target, { kind: 'ours' }>, test: boolean): string | undefined {
  if (target.test && !test && !file.path.startsWith('channels/kit/contract')) return 'product code imports no test'
  if (!channelFolders.includes(target.unit) || test) return undefined
  return isSimulator(file.path) === target.simulator
    ? undefined
    : target.simulator
      ? 'an adapter never imports its simulator'
      : 'a simulator never imports its adapter'
}
