/** The docs say what the program does: made pages are up to date, links lead somewhere, the glossary has every word of the model. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { contentKinds, partStates } from '@dragoman/core'
import { describe, expect, it } from 'vitest'
import { generateDocs, pathOf } from '../../scripts/generate-docs.ts'
import { listRoutes } from '../../server/src/http/route-list.ts'

describe('pages made from the program', () => {
  it('are what `npm run docs` would write', async () => {
    for (const [name, text] of await generateDocs()) expect(await readFile(pathOf(name), 'utf8'), name).toBe(text)
  })

  it('leave no route without a rule but the files of a page or of the explorer', async () => {
    const bare = (await listRoutes()).filter(route => route.rule === undefined)
    for (const { method, path } of bare) {
      expect(method, path).toBe('GET')
      expect(path).toMatch(
        /^\/reference(\/|$)|^\/(simulator\/)?\*$|\/assets\/|\/emoji\/|^\/(simulator\/)?[\w-]+\.(html|js|css|svg|png|webmanifest|ico|txt)$/,
      )
    }
  })
})

describe('pages written by hand', () => {
  it('have links that lead somewhere', async () => {
    const folders = ['', 'docs', 'docs/decisions']
    const pages = (
      await Promise.all(
        folders.map(async folder =>
          (await readdir(pathOf(folder || '.'))).filter(name => name.endsWith('.md')).map(name => join(folder, name)),
        ),
      )
    ).flat()
    expect(pages.length).toBeGreaterThan(5)
    for (const name of pages) {
      const text = await readFile(pathOf(name), 'utf8')
      for (const [, target] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g))
        expect(existsSync(join(dirname(pathOf(name)), target!)), `${name} → ${target}`).toBe(true)
    }
  })

  it('name in ARCHITECTURE.md only files and folders that exist', async () => {
    const text = await readFile(pathOf('ARCHITECTURE.md'), 'utf8')
    const named = [...text.matchAll(/`((?:core|channels|hub|api|server|inbox|widget|simulator|docs|tests|bench|scripts)\/[\w./-]*)`/g)].map(
      match => match[1]!,
    )
    expect(named.length).toBeGreaterThan(30)
    expect(named.filter(name => !existsSync(pathOf(name)))).toEqual([])
  })

  it('have every kind of content and every state of a part in the glossary', async () => {
    const text = await readFile(pathOf('docs/glossary.md'), 'utf8')
    for (const word of [...contentKinds, ...partStates]) expect(text, word).toContain(`\`${word}\``)
  })
})
