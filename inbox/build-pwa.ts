/// <reference types="node" />
/**
 * What makes the inbox installable: icons drawn from the one SVG, and the service worker with the list of the page's files. Always holds: the worker's
 * version is a hash over everything that it keeps, so that any change of the page makes a new one.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Plugin } from 'vite'

const here = import.meta.dirname
/** Alphabets that the screens are written in; others come from the network when a customer writes in them. */
const keptFonts = /-(latin|cyrillic)-[^/]*\.woff2$/

export function pwa(): Plugin {
  return {
    name: 'pwa',
    apply: 'build',
    enforce: 'post',
    async generateBundle(_options, bundle) {
      const icons = await drawIcons()
      for (const [fileName, source] of icons) this.emitFile({ type: 'asset', fileName, source })
      const built = Object.keys(bundle).filter(name => /\.(js|css)$/.test(name) || keptFonts.test(name))
      const own = readdirSync(join(here, 'public'))
      const hash = createHash('sha256').update(built.join())
      for (const name of own) hash.update(readFileSync(join(here, 'public', name)))
      const source = readFileSync(join(here, 'src/service-worker/service-worker.ts'), 'utf8')
      const version = hash.update(source).digest('hex').slice(0, 16)
      const files = [...built, ...own, ...icons.map(([name]) => name)].map(name => `/${name}`)
      const values = `const buildVersion = ${JSON.stringify(version)}\nconst buildFiles = ${JSON.stringify(files)}\n`
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: values + stripTypeScriptTypes(source) })
    },
  }
}

async function drawIcons(): Promise<[string, Buffer][]> {
  const svg = readFileSync(join(here, 'public/favicon.svg'), 'utf8')
  const drawing = /<rect[^>]*fill="(#\w+)"\/>(.*)<\/svg>/s.exec(svg)
  if (!drawing) throw new Error('favicon.svg has no ground that a maskable icon could be made of')
  // Systems cut their own shape out of it: the ground goes to the edge, the drawing stays in the middle.
  const maskable = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="${drawing[1]}"/><g transform="translate(3.2 3.2) scale(0.8)">${drawing[2]}</g></svg>`
  const png = (text: string, size: number) =>
    sharp(Buffer.from(text), { density: (72 * size) / 32 })
      .resize(size, size)
      .png()
      .toBuffer()
  return [
    ['icon-192.png', await png(svg, 192)],
    ['icon-512.png', await png(svg, 512)],
    ['icon-maskable-512.png', await png(maskable, 512)],
  ]
}
