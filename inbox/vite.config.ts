/// <reference types="node" />
/**
 * Builds the inbox into `dist`, which the hub serves at `/`.
 * Always holds: nothing in the built page asks another origin for anything; emoji data are copied from npm beside the page.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
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
  plugins: [react(), lightRoutes(), emojiData(), pwa()],
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
            { name: 'libraries', tags: ['$initial'], test: /node_modules/ },
            { name: 'first', tags: ['$initial'] },
          ],
        },
      },
    },
  },
  server: { proxy: { '/v1': { target: hub, ws: true }, '/media': hub, '/simulator': hub } },
})
