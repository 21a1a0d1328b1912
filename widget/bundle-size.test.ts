/** What a visitor's browser has to load: the limits that a business is promised. Sizes are of the built files, gzip level 9. */
import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { buildFrontEnds } from '../server/src/front-ends.ts'

const fileOf = (name: string) => new URL(`./dist/${name}`, import.meta.url)
const sizeOf = (name: string) => gzipSync(readFileSync(fileOf(name)), { level: 9 }).length

beforeAll(async () => {
  if (!existsSync(fileOf('widget.js'))) await buildFrontEnds(() => {})
})

test('the button costs a page at most 2 KB', () => {
  expect(sizeOf('widget.js')).toBeLessThanOrEqual(2 * 1024)
})

test('the whole conversation costs at most 25 KB, and never more than 50', () => {
  expect(sizeOf('widget-app.js') + sizeOf('widget.js')).toBeLessThanOrEqual(25 * 1024)
})

test('each script is one file and asks no other address for anything', () => {
  for (const name of ['widget.js', 'widget-app.js']) {
    const code = readFileSync(fileOf(name), 'utf8')
    expect(code).not.toMatch(/^\s*import\s/m)
    expect(code).not.toMatch(/innerHTML\s*=(?!=)[^=]*\b(text|name|body)\b/)
    const addresses = [...code.matchAll(/https?:\/\/[^\s"'`<>\\)$]+/g)].map(match => new URL(match[0]).host)
    // The names of XML languages, and the map that a pressed link opens.
    expect(new Set(addresses)).toEqual(new Set(addresses.filter(host => ['www.w3.org', 'www.openstreetmap.org'].includes(host))))
  }
})
