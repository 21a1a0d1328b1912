/** What an agent's browser has to load before the first row is there: script of the page, what it loads ahead, one catalogue. Gzip level 9. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { buildFrontEnds } from '../server/src/front-ends.ts'

const dist = new URL('./dist/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, dist))
const sizeOf = (name: string) => gzipSync(read(name), { level: 9 }).length

beforeAll(async () => {
  if (!existsSync(new URL('index.html', dist))) await buildFrontEnds(() => {})
})

const firstScripts = () =>
  [
    ...read('index.html')
      .toString('utf8')
      .matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g),
  ].map(match => match[1]!)

test('the first load of script is at most 320 KB, in the longer language', () => {
  const catalogues = readdirSync(new URL('assets/', dist))
    .filter(name => /^(en|ru)-[\w-]+\.js$/.test(name) && !/^(en|ru)-later-/.test(name))
    .map(name => sizeOf(`assets/${name}`))
  expect(catalogues.length).toBeGreaterThanOrEqual(2)
  const total = firstScripts().reduce((sum, name) => sum + sizeOf(name), 0) + Math.max(...catalogues)
  expect(total).toBeGreaterThan(100 * 1024)
  expect(total).toBeLessThanOrEqual(320 * 1024)
})

test('it comes in a few files', () => {
  expect(firstScripts().length).toBeLessThanOrEqual(4)
})
