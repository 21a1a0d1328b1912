/**
 * What may become of a webhook's body on its way, or in a hostile hand: values of other types, hostile names and numbers, broken text, cut, flipped and
 * re-encoded bytes. Always holds: the same random numbers give the same bytes; no body is larger than a webhook may be.
 */
import type { Random } from './random.ts'

/** Larger bodies than this are refused before anything reads them. */
const largestBytes = 3 * 1024 * 1024

const words = [
  '',
  ' ',
  '0',
  '-1',
  'null',
  'true',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udc00y',
  '\u202e\u2066',
  '\ufeff',
  '9'.repeat(40),
  '1e309',
  '0x10',
  '2026-13-45T99:99:99Z',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '{"a":1}',
  '[]',
  '<script>alert(1)</script>',
  "'; drop table message; --",
  '%00%ff',
  '../../etc/passwd',
  'http://127.0.0.1:5432/',
  'javascript:alert(1)',
  'data:text/html,<b>',
  '👨‍👩‍👧‍👦',
  'é'.normalize('NFD').repeat(50),
  'İıſK',
]
const numbers = [0, -0, -1, 1, 0.1, 1e21, 1e300, -1e300, 2 ** 31, 2 ** 53, 2 ** 53 + 2, -(2 ** 63), 8_640_000_000_000_001, 1e-320]
const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'length', 'then', 'toJSON', '0', '', '\u0000', '\ud800']

/** A value that nobody expects there. */
function anyValue(random: Random, depth = 0): unknown {
  const enormous = depth === 0
  switch (random.below(depth > 2 ? 5 : 8)) {
    case 0:
      return null
    case 1:
      return random.oneIn(2)
    case 2:
      return random.pick(numbers)
    case 3:
      return random.pick(words)
    case 4:
      return enormous && random.oneIn(60)
        ? random.pick(['a', '<', '*', '&', '(', ' ', '\n', '@', 'http://a.b/', '😀']).repeat(20_000)
        : random.pick(words)
    case 5:
      return enormous && random.oneIn(60)
        ? Array.from({ length: 5_000 }, () => anyValue(random, 9))
        : Array.from({ length: random.below(4) }, () => anyValue(random, depth + 1))
    case 6:
      return Object.fromEntries(Array.from({ length: random.below(4) }, () => [random.pick(keys), anyValue(random, depth + 1)]))
    default: {
      let nested: unknown = random.pick(words)
      for (let level = enormous && random.oneIn(40) ? 3_000 : random.below(20); level > 0; level--)
        nested = random.oneIn(2) ? [nested] : { a: nested }
      return nested
    }
  }
}

/** Changes one member somewhere in a JSON value; gives the value (another one where the root itself was chosen). */
function changeValue(root: unknown, random: Random): unknown {
  let holder: unknown
  let key = ''
  let node: unknown = root
  while (typeof node === 'object' && node !== null) {
    const names = Object.keys(node)
    if (names.length === 0 || (holder !== undefined && random.oneIn(4))) break
    holder = node
    key = random.pick(names)
    node = Reflect.get(holder as object, key)
  }
  if (typeof holder !== 'object' || holder === null) return anyValue(random)
  const set = (value: unknown) => void Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
  switch (random.below(9)) {
    case 0:
      Reflect.deleteProperty(holder, key)
      break
    case 1:
      set([node])
      break
    case 2:
      set({ value: node })
      break
    case 3:
      // Another type with the same look.
      set(typeof node === 'number' ? String(node) : typeof node === 'string' ? Number(node) : JSON.stringify(node))
      break
    case 4:
      if (typeof node === 'string') set(damageText(node, random))
      else if (typeof node === 'number') set(random.pick([-node, node * 1_000, node / 1_000, node + 0.5, random.pick(numbers)]))
      else set(anyValue(random))
      break
    case 5:
      if (Array.isArray(node)) {
        const times = random.oneIn(50) ? Math.min(2_000, Math.ceil(200_000 / (JSON.stringify(node).length + 1))) : 2
        set(Array.from({ length: times }, () => node as unknown[]).flat())
      } else
        Object.defineProperty(holder, random.pick(keys), { value: anyValue(random), enumerable: true, configurable: true, writable: true })
      break
    default:
      set(anyValue(random))
  }
  return root
}

function damageText(text: string, random: Random): string {
  const place = random.below(text.length + 1)
  switch (random.below(5)) {
    case 0:
      return text.slice(0, place)
    case 1:
      return text.slice(0, place) + random.pick(words) + text.slice(place)
    case 2:
      return text.slice(0, place) + String.fromCharCode(random.below(65_536)) + text.slice(place + 1)
    case 3:
      return text.repeat(random.oneIn(20) ? Math.ceil(50_000 / (text.length + 1)) : 2)
    default:
      return [...text].reverse().join('')
  }
}

/** Changes that only bytes can have. */
function damageBytes(bytes: Buffer, random: Random): Buffer {
  const place = random.below(bytes.length + 1)
  switch (random.below(10)) {
    case 0:
      return bytes.subarray(0, place)
    case 1: {
      const flipped = Buffer.from(bytes)
      for (let count = 1 + random.below(4); count > 0 && flipped.length > 0; count--) {
        const at = random.below(flipped.length)
        flipped[at] = flipped[at]! ^ (1 << random.below(8))
      }
      return flipped
    }
    case 2:
      return Buffer.concat([
        bytes.subarray(0, place),
        Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256))),
        bytes.subarray(place),
      ])
    case 3:
      return Buffer.concat([bytes, bytes])
    case 4:
      return Buffer.from(bytes.toString('utf8'), random.pick(['utf16le', 'latin1'] as const))
    case 5:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])
    case 6: {
      // The same key twice, and keys that are names of JavaScript's own.
      const text = bytes.toString('utf8')
      const brace = text.indexOf('{', random.below(text.length + 1))
      return brace < 0
        ? bytes
        : Buffer.from(
            `${text.slice(0, brace + 1)}"${random.pick(['__proto__', 'constructor', 'id', 'type', 'message'])}":${random.pick(['{"x":1}', '[]', 'null', '""'])},${text.slice(brace + 1)}`,
          )
    }
    case 7:
      return random.oneIn(20) ? Buffer.from('['.repeat(100_000) + ']'.repeat(random.oneIn(2) ? 100_000 : 0)) : bytes.subarray(place)
    case 8:
      return random.pick([Buffer.alloc(0), Buffer.from('null'), Buffer.from('[]'), Buffer.from('{}'), Buffer.from('""'), Buffer.from('0')])
    default:
      return Buffer.from(bytes.toString('utf8').replaceAll('"', random.pick(['\\"', "'", '', '"\\u0000'])))
  }
}

/** A mutation of a body. `text`: it is JSON or any other text. */
export function mutate(text: string, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(text)
  if (!random.oneIn(4)) {
    try {
      let value: unknown = JSON.parse(text)
      for (let count = 1 + random.below(3); count > 0; count--) value = changeValue(value, random)
      bytes = Buffer.from(JSON.stringify(value) ?? '')
    } catch {
      bytes = damageBytes(bytes, random)
    }
  } else bytes = damageBytes(bytes, random)
  if (random.oneIn(10)) bytes = damageBytes(bytes, random)
  return bytes.length > largestBytes ? bytes.subarray(0, largestBytes) : bytes
}
