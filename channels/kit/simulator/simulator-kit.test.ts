/** What simulators share. */
import { describe, expect, test } from 'vitest'
import { matchRoute, readParameters, splitMultipart } from './http.ts'
import { randomDigits, seededRandom } from './ids.ts'
import { hideSecrets, logExcerpt } from './log.ts'
import { sampleMedia } from './media.ts'

const request = (contentType: string, body: string) => ({
  method: 'POST',
  path: '/a',
  query: { q: '1' },
  headers: { 'content-type': contentType },
  body: new TextEncoder().encode(body),
})

describe('reading requests', () => {
  test('takes parameters from query, JSON and form', () => {
    expect(readParameters(request('application/json', '{"a":{"b":1}}')).values).toEqual({ q: '1', a: { b: 1 } })
    expect(readParameters(request('application/json', 'nonsense')).values).toEqual({ q: '1' })
    expect(readParameters(request('application/x-www-form-urlencoded', 'a=b%20c&q=2')).values).toEqual({ q: '2', a: 'b c' })
  })

  test('takes files apart byte by byte, line breaks inside included', () => {
    const body =
      '--x\r\nContent-Disposition: form-data; name="t"\r\n\r\nв\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\nContent-Type: a/b\r\n\r\n\r\n--\r\n\r\n--x--\r\n'
    const { values, files } = readParameters(request('multipart/form-data; boundary=x', body))
    expect(values).toEqual({ q: '1', t: 'в' })
    expect(files).toMatchObject([{ name: 'f', fileName: 'a.bin', mimeType: 'a/b' }])
    expect(new TextDecoder().decode(files[0]!.bytes)).toBe('\r\n--\r\n')
    expect(splitMultipart(new TextEncoder().encode('--x\r\nbroken'), 'multipart/form-data; boundary=x')).toEqual([])
  })

  test('matches routes with parameters inside a segment', () => {
    const routes = [
      { method: 'POST', path: '/bot:token/send', origin: 'api' },
      { method: 'GET', path: '/file/:path*', origin: 'api' },
      { method: 'GET', path: '/v1.0/:id', origin: 'api' },
    ]
    expect(matchRoute(routes, 'POST', '/bot{token}/send')?.parameters).toEqual({ token: '{token}' })
    expect(matchRoute(routes, 'GET', '/file/a/b')?.parameters).toEqual({ path: 'a/b' })
    expect(matchRoute(routes, 'GET', '/v1x0/7')).toBeUndefined()
    expect(matchRoute(routes, 'GET', '/bot1/send')).toBeUndefined()
  })
})

test('sample media begin as files of their type do', () => {
  const media = sampleMedia()
  const begins = (name: keyof typeof media, from = 0) => Buffer.from(media[name].bytes).toString('latin1', from, from + 8)
  expect(begins('png')).toBe('\x89PNG\r\n\x1a\n')
  expect(begins('jpeg').slice(0, 3)).toBe('\xff\xd8\xff')
  expect(begins('webp', 8)).toBe('WEBPVP8L')
  expect(begins('ogg').slice(0, 4)).toBe('OggS')
  expect(begins('wav').slice(0, 4)).toBe('RIFF')
  expect(begins('mp4', 4)).toBe('ftypisom')
  expect(begins('pdf')).toBe('%PDF-1.4')
})

test('a seed repeats a run', () => {
  expect(randomDigits(seededRandom(7), 12)).toBe(randomDigits(seededRandom(7), 12))
  expect(randomDigits(seededRandom(7), 12)).toMatch(/^[1-9]\d{11}$/)
})

test('the log is short and holds no secrets', () => {
  expect(logExcerpt('x'.repeat(2_000)).length).toBe(601)
  expect(logExcerpt(new Uint8Array(50), 'image/png')).toBe('50 bytes')
  expect(hideSecrets('/bot7:a/x', ['7:a', ''])).toBe('/bot…/x')
})
