/// <reference types="node" />
/**
 * Builds the simulator's page into `dist`, which the hub serves at `/simulator`.
 * Always holds: nothing in the built page asks another origin for anything; no script or style stands inline in the page.
 */
import { defineConfig } from 'vite'

const hub = process.env.DRAGOMAN_HUB ?? 'http://127.0.0.1:3000'

export default defineConfig({
  root: import.meta.dirname,
  base: '/simulator/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/v1': { target: hub, ws: true }, '/simulator/files': hub, '/favicon.svg': hub } },
})
