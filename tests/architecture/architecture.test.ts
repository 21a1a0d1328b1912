/**
 * The house keeps its shape: imports go one way, no channel is named outside its own folder and the two registries, files stay readable.
 * Always holds: every rule here is shown to bite, by a file that breaks it.
 */
import { describe, expect, it } from 'vitest'
import { channelFolders, isTest, refusal, registries, unitOf } from './arrows.ts'
import { importsOf, type SourceFile, sourcesOf, withoutComments, withoutStrings } from './scan.ts'

const productFolders = ['core', 'channels', 'hub', 'api', 'server', 'inbox', 'simulator', 'widget']
const files = productFolders.flatMap(sourcesOf)
const product = files.filter(file => !isTest(file.path))
const longestFile = 400
const mayBeLonger = /\/locales\/|\/migrations\/|\/fixtures\/|^hub\/src\/database-types\.ts$/

const made = (path: string, text: string): SourceFile => ({
  path,
  text,
  code: withoutComments(text),
  imports: importsOf(withoutComments(text)),
})

describe('imports', () => {
  it('go only along the allowed arrows', () => {
    const wrong = files.flatMap(file =>
      file.imports.flatMap(specifier => {
        const why = refusal(file, specifier)
        return why ? [`${file.path} → ${specifier}: ${why}`] : []
      }),
    )
    expect(wrong).toEqual([])
  })

  it('are all seen, whatever their form', () => {
    const text = `import a from 'a'
import type { B } from "b"
import 'c'
export * from 'd'
export type { E } from 'e'
const f = await import('f')
type G = import('g').G
import {
  h,
} from 'h'
// import z from 'z'
/* import y from 'y' */
const text = "x // not a comment"; import i from 'i'
const pattern = /['"]/; import j from 'j'`
    expect(importsOf(withoutComments(text)).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'])
  })

  it.each([
    ['core/src/a.ts', 'node:fs'],
    ['core/src/a.ts', 'zod'],
    ['core/src/a.ts', '@dragoman/api'],
    ['api/src/a.ts', '@dragoman/hub'],
    ['hub/src/a.ts', '@dragoman/channel-kit'],
    ['hub/src/a.ts', `@dragoman/channel-${channelFolders[0]!.slice(9)}`],
    ['hub/src/a.ts', '../../server/src/start.ts'],
    ['inbox/src/a.ts', '@dragoman/core'],
    ['inbox/src/a.ts', '../../hub/src/hub.ts'],
    ['widget/src/a.ts', '@dragoman/core'],
    ['simulator/src/a.ts', `@dragoman/channel-${channelFolders[0]!.slice(9)}/simulator`],
    ['server/src/a.ts', `@dragoman/channel-${channelFolders[0]!.slice(9)}`],
    [`${channelFolders[0]}/send.ts`, './simulator/state.ts'],
    [`${channelFolders[0]}/send.ts`, '@dragoman/channel-kit/simulator'],
    [`${channelFolders[0]}/simulator/state.ts`, '../wire.ts'],
    [`${channelFolders[0]}/send.ts`, 'undici'],
    [`${channelFolders[0]}/send.ts`, `../${channelFolders[1]!.slice(9)}/wire.ts`],
    [`${channelFolders[0]}/send.ts`, './contract.test.ts'],
    ['channels/kit/perform.ts', '@dragoman/hub'],
  ])('%s may not import %s', (path, specifier) => {
    expect(refusal(made(path, ''), specifier)).toBeTypeOf('string')
  })

  it.each([
    ['channels/kit/perform.ts', 'undici'],
    ['hub/src/a.ts', '@dragoman/api'],
    ['hub/src/a.ts', 'kysely'],
    ['simulator/src/simulators.ts', `@dragoman/channel-${channelFolders[0]!.slice(9)}/simulator`],
    ['server/src/channels.ts', `@dragoman/channel-${channelFolders[0]!.slice(9)}`],
    [`${channelFolders[0]}/simulator/state.ts`, '@dragoman/channel-kit/simulator'],
    [`${channelFolders[0]}/contract.test.ts`, './simulator/index.ts'],
  ])('%s may import %s', (path, specifier) => {
    expect(refusal(made(path, ''), specifier)).toBeUndefined()
  })
})

// ---- names of channels -------------------------------------------------------------------------------------------------------------------

/** Ids of channels that are also ordinary English words (a kind of entity, a setting): searched only where they mean the channel. */
const ordinaryWords = new Set(['max', 'line', 'signal', 'email', 'sms', 'messenger'])
const names = channelFolders.map(folder => folder.slice('channels/'.length))

/** Where a channel is named in code: in identifiers, string literals and imports (comments are free to). */
export function namingsOf(code: string, name: string): number[] {
  const asChannel = `@dragoman/channel-${name}\\b|channel(?:\\.id|Id)?\\s*(?:[!=]==|:)\\s*(['"\`])${name}\\1`
  const pattern = new RegExp(ordinaryWords.has(name) ? asChannel : name, 'gi')
  return [...code.matchAll(pattern)].map(match => code.slice(0, match.index).split('\n').length)
}

function mayName(file: SourceFile, name: string): boolean {
  const unit = unitOf(file.path)
  // The widget is the web chat's own half.
  return unit === `channels/${name}` || registries.includes(file.path) || (unit === 'widget' && name === 'webchat')
}

describe('names of channels', () => {
  it('appear only in their own folder and in the two registries', () => {
    const named = product.flatMap(file =>
      names
        .filter(name => !mayName(file, name))
        .flatMap(name => namingsOf(file.code, name).map(line => `${file.path}:${line} names ${name}`)),
    )
    expect(named).toEqual([])
  })

  it('are found in identifiers, strings and imports, not in comments', () => {
    const [name] = names as [string]
    const capital = name[0]!.toUpperCase() + name.slice(1)
    expect(
      namingsOf(
        withoutComments(
          `// ${name}\n/* ${name} */\nconst is${capital} = 1\nif (channel === '${name}') {}\nimport '@dragoman/channel-${name}'`,
        ),
        name,
      ),
    ).toEqual([3, 4, 5])
    expect(namingsOf('Math.max(1, max)', 'max')).toEqual([])
    expect(namingsOf("if (channel === 'max') {}", 'max')).toEqual([1])
  })
})

/** Lines where `any` stands as a type. */
function anysOf(code: string): number[] {
  const bare = withoutStrings(code)
  return [...bare.matchAll(/(?:[:<,|&]\s*|\bas\s+|\btype\s+\w+\s*=\s*)any\b(?!\s*[:?(.])/g)].map(
    match => bare.slice(0, match.index).split('\n').length,
  )
}

// ---- readable files ----------------------------------------------------------------------------------------------------------------------

describe('files', () => {
  it(`are under ${longestFile} lines`, () => {
    const long = files
      .filter(file => !mayBeLonger.test(file.path))
      .map(file => [file.path, file.text.trimEnd().split('\n').length] as const)
      .filter(([, lines]) => lines >= longestFile)
    expect(long).toEqual([])
  })

  it('open with a comment that says what they are', () => {
    const silent = files
      .filter(file => !mayBeLonger.test(file.path) && !/^(#!.*\n)?(\/\/\/ <reference.*\n)*\s*\/(\*|\/)/.test(file.text))
      .map(file => file.path)
    expect(silent).toEqual([])
  })

  it('never say `any` where a type stands', () => {
    const loose = product
      .filter(file => /\.tsx?$/.test(file.path) && !mayBeLonger.test(file.path))
      .flatMap(file => anysOf(file.code).map(line => `${file.path}:${line}`))
    expect(loose).toEqual([])
    expect(
      anysOf(
        "const a: any = 1\nconst b = c as any\nfunction d(e: Map<string, any>): any[] {}\nconst f = 'as any' + `: any`\nconst g = { any: 1 }",
      ),
    ).toEqual([1, 2, 3, 3])
  })

  it('are named in kebab-case', () => {
    const odd = files.map(file => file.path).filter(path => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(path.split('/').at(-1)!))
    expect(odd).toEqual([])
  })
})
