/// <reference types="node" />
/**
 * Builds the inbox into `dist`, which the hub serves at `/`.
 * Always holds: nothing in the built page asks another origin for anything; emoji data are copied from npm beside the page.
 */
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { pwa } from './build-pwa.ts'

const require = createRequire(import.meta.url)
const emojiFiles = ['en', 'ru'].flatMap(language => ['data', 'messages'].map(name => `${language}/${name}.json`))
const hub = process.env.DRAGOMAN_HUB ?? 'http://127.0.0.1:3000'

function emojiData(): Plugin {
  const read = (file: string) => readFileSync(require.resolve(`emojibase-data/${file}`))
  return {
    name: 'emoji-data',
    generateBundle() {
      for (const file of emojiFiles) this.emitFile({ type: 'asset', fileName: `emoji/${file}`, source: read(file) })
    },
    configureServer(server) {
      server.middlewares.use('/emoji/', (request, response, next) => {
        const file = (request.url ?? '').split('?')[0]?.slice(1) ?? ''
        if (!emojiFiles.includes(file)) return next()
        response.setHeader('content-type', 'application/json')
        response.end(read(file))
      })
    },
  }
}

/** Beside each file of text its packed forms, made once here and not on each request. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      const names = Object.keys(bundle).filter(name => /\.(js|css|json|svg|webmanifest)$/.test(name) && name !== 'service-worker.js')
      await Promise.all(
        names.map(async name => {
          const path = join(dir ?? '', name)
          const body = await readFile(path)
          if (body.length < 1_024) return
          const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
          await writeFile(`${path}.br`, await promisify(brotliCompress)(body, { params }))
          await writeFile(`${path}.gz`, await promisify(gzip)(body, { level: 9 }))
        }),
      )
    },
  }
}

/** Of a route the browser needs only where it is: its forms, a tenth of all script, are checked by the hub. */
function lightRoutes(): Plugin {
  const file = fileURLToPath(new URL('../api/src/routes/index.ts', import.meta.url))
  return {
    name: 'light-routes',
    apply: 'build',
    async load(id) {
      if (id !== file) return undefined
      const { routes } = (await import(pathToFileURL(file).href)) as { routes: Record<string, { method: string; path: string }> }
      const light = Object.fromEntries(Object.entries(routes).map(([name, { method, path }]) => [name, { method, path }]))
      return `export const routes = ${JSON.stringify(light)}`
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), lightRoutes(), emojiData(), pwa(), packed()],
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: {
      output: {
        // What the first screen needs comes in three files, not in a hundred and twenty: few requests, and each packs better.
        codeSplitting: {
          groups: [
            // The order of the layers stands before the first layer.
            { name: 'libraries', tags: ['$initial'], test: /node_modules|styles\/layers\.css/ },
            { name: 'first', tags: ['$initial'] },
          ],
        },
      },
    },
  },
  server: { proxy: { '/v1': { target: hub, ws: true }, '/media': hub, '/simulator': hub } },
})
