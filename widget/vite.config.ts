/// <reference types="node" />
/**
 * Builds the two scripts that a business embeds: `widget.js` (the button) and `widget-app.js` (the conversation, loaded when it is wanted).
 * Always holds: each is one file that asks for nothing else; neither shares a chunk with the other.
 */
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  define: { 'process.env.NODE_ENV': '"production"' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    modulePreload: false,
    cssCodeSplit: false,
    // As a library, so that nothing is put around the loader's one `import()`; minified by the bundler itself, spaces too.
    lib: { entry: { widget: 'src/loader.ts', 'widget-app': 'src/main.tsx' }, formats: ['es'] },
    minify: false,
    cssMinify: true,
    rolldownOptions: { output: { entryFileNames: '[name].js', minify: true } },
  },
})
