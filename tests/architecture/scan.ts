/**
 * Reads TypeScript as text: what a file imports, and the words in its code. Always holds: comments are never taken for code; template literals are read
 * as strings (their expressions too, which only makes the search stricter). No compiler is needed: TypeScript 7 has no API to ask.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface SourceFile {
  /** Below the root, with slashes. */
  path: string
  text: string
  /** The text with comments blanked out, line for line. */
  code: string
  imports: string[]
}

const skipped = new Set(['node_modules', 'dist', 'fixtures', '.git'])

/** Every source file below a folder. */
export function sourcesOf(folder: string): SourceFile[] {
  const found: SourceFile[] = []
  const walk = (place: string) => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      if (skipped.has(entry.name)) continue
      const path = join(place, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (/\.(ts|tsx|js|mjs)$/.test(entry.name)) found.push(read(path))
    }
  }
  walk(join(root, folder))
  return found
}

function read(path: string): SourceFile {
  const text = readFileSync(path, 'utf8')
  const code = withoutComments(text)
  return { path: relative(root, path).replaceAll('\\', '/'), text, code, imports: importsOf(code) }
}

/** Specifiers of static and dynamic imports, re-exports and `import type`; also of `import('…')` in a type. */
export function importsOf(code: string): string[] {
  const found = new Set<string>()
  for (const pattern of [
    /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/g,
    /\bimport\s*['"]([^'"]+)['"]/g,
    /\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g,
    /\brequire(?:\.resolve)?\s*\(\s*['"]([^'"]+)['"]/g,
  ]) {
    for (const match of code.matchAll(pattern)) found.add(match[1]!)
  }
  return [...found]
}

/** The code with the insides of strings and templates turned into blanks: what is left is neither English nor SQL. */
export function withoutStrings(code: string): string {
  let out = ''
  let at = 0
  while (at < code.length) {
    const character = code[at]!
    if (character === "'" || character === '"' || character === '`') {
      const stop = character === '`' ? endOfTemplate(code, at) : endOfString(code, at)
      out += character + code.slice(at + 1, stop - 1).replace(/[^\n]/g, ' ') + (stop - at > 1 ? character : '')
      at = stop
    } else {
      out += character
      at++
    }
  }
  return out
}

/** The code with every comment turned into blanks; strings, templates and regular expressions are left as they are. */
export function withoutComments(text: string): string {
  let out = ''
  let at = 0
  let before = ''
  const blank = (piece: string) => piece.replace(/[^\n]/g, ' ')
  while (at < text.length) {
    const rest = text.slice(at, at + 2)
    if (rest === '//') {
      const end = text.indexOf('\n', at)
      const stop = end < 0 ? text.length : end
      out += blank(text.slice(at, stop))
      at = stop
    } else if (rest === '/*') {
      const end = text.indexOf('*/', at + 2)
      const stop = end < 0 ? text.length : end + 2
      out += blank(text.slice(at, stop))
      at = stop
    } else if (rest[0] === "'" || rest[0] === '"') {
      const stop = endOfString(text, at)
      out += text.slice(at, stop)
      before = rest[0]
      at = stop
    } else if (rest[0] === '`') {
      const stop = endOfTemplate(text, at)
      out += text.slice(at, stop)
      before = '`'
      at = stop
    } else if (rest[0] === '/' && isExpressionStart(out, before)) {
      const stop = endOfRegularExpression(text, at)
      out += text.slice(at, stop)
      before = '/'
      at = stop
    } else {
      const character = text[at]!
      if (!/\s/.test(character)) before = character
      out += character
      at++
    }
  }
  return out
}

/** Whether a slash begins a regular expression: where a value may begin, not where one has just ended. In JSX text (`</b>`) it does not. */
function isExpressionStart(out: string, before: string): boolean {
  if (before === '<') return false
  if (before === '' || '(,=:[!&|?{};+-*%~^'.includes(before)) return true
  if (before === '>') return /=>\s*$/.test(out)
  return /\b(return|typeof|case|in|of|delete|void|throw|else|do)\s*$/.test(out)
}

function endOfString(text: string, start: number): number {
  const quote = text[start]
  let at = start + 1
  while (at < text.length && text[at] !== quote) {
    // An apostrophe in JSX text opens nothing that a line could not close.
    if (text[at] === '\n') return start + 1
    at += text[at] === '\\' ? 2 : 1
  }
  return at + 1
}

function endOfTemplate(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '`') {
    if (text[at] === '\\') at += 2
    else if (text.startsWith('${', at)) {
      let depth = 1
      at += 2
      while (at < text.length && depth > 0) {
        const character = text[at]
        if (character === '`') at = endOfTemplate(text, at)
        else if (character === "'" || character === '"') at = endOfString(text, at)
        else {
          if (character === '{') depth++
          if (character === '}') depth--
          at++
        }
      }
    } else at++
  }
  return at + 1
}

function endOfRegularExpression(text: string, start: number): number {
  let inClass = false
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]
    if (character === '\n') return start + 1
    if (character === '\\') at++
    else if (character === '[') inClass = true
    else if (character === ']') inClass = false
    else if (character === '/' && !inClass) return at + 1
  }
  return start + 1
}
