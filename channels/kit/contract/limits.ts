/**
 * At each limit accepted, one above refused: what the capabilities say against the simulator's own copy of the vendor's numbers.
 * Always holds: parts go to `send` as they are, past `fit`, so that it is the platform that judges.
 */
import type { Button, ButtonLimit, Capabilities, Content, MediaKind, MessageBody, Outcome } from '@dragoman/core'
import { mediaKinds } from '@dragoman/core'
import { describe, expect } from 'vitest'
import type { Bench, Customer } from './bench.ts'
import { sampleFile, textOfLength } from './samples.ts'
import { type CheckName, type Context, check } from './subject.ts'

/** Larger files are not sent through a test. */
const largestTried = 64 * 1024 * 1024

export function limitTests({ channel, subject }: Context, open: () => Promise<{ bench: Bench; customer: Customer }>): void {
  const capabilities = channel.capabilities(subject.account.config)

  describe('keeps the limits that it names', () => {
    limit('limits.text', `text of ${capabilities.text.max} ${capabilities.text.unit}`, over => ({
      body: { content: textContent(textOfLength(capabilities.text.max + over, capabilities.text.unit)) },
    }))

    const captioned = mediaKinds.find(kind => capabilities.media[kind].level === 'native' && capabilities.media[kind].caption)
    if (captioned) {
      limit('limits.caption', `caption of ${capabilities.caption.max} ${capabilities.caption.unit}`, over => {
        const content = mediaContent(captioned, { text: textOfLength(capabilities.caption.max + over, capabilities.caption.unit) })
        return { body: { content }, files: { [captioned]: sampleFile(captioned, capabilities) } }
      })
    }

    for (const kind of mediaKinds) {
      const { level, maxBytes } = capabilities.media[kind]
      if (level !== 'native' || maxBytes > largestTried) continue
      limit('limits.media', `${kind} of ${maxBytes} bytes`, over => {
        const file = sampleFile(kind, capabilities)
        const bytes = new Uint8Array(maxBytes + over)
        bytes.set(file.bytes)
        return { body: { content: mediaContent(kind) }, files: { [kind]: { ...file, bytes } } }
      })
    }

    buttons('limits.buttons', 'buttons', capabilities.buttons)
    buttons('limits.quick_replies', 'quick_replies', capabilities.quickReplies)
    listLimits(capabilities)

    if (capabilities.album.level === 'native') {
      limit('limits.album', `album of ${capabilities.album.max}`, over => {
        const count = capabilities.album.max + over
        const ids = Array.from({ length: count }, (_, index) => `item-${index}`)
        const items = ids.map(fileId => ({ kind: 'image' as const, media: { ref: { from: 'file' as const, fileId } } }))
        return {
          body: { content: { kind: 'album', items } },
          files: Object.fromEntries(ids.map(id => [id, sampleFile('image', capabilities)])),
        }
      })
    }
  })

  function buttons(name: 'limits.buttons' | 'limits.quick_replies', kind: 'buttons' | 'quick_replies', limits: ButtonLimit): void {
    if (limits.level !== 'native' || !limits.kinds.includes('reply')) return
    const body = (made: Button[]): MessageBody => ({
      content: textContent('Please choose'),
      keyboard: { kind, rows: rowsOf(made, limits.maxPerRow) },
    })
    const button = (index: number): Button => ({ kind: 'reply', title: `Choice ${index}`, payload: `choice:${index}` })
    limit(`${name}.count`, `${limits.max} ${kind}`, over => ({
      body: body(Array.from({ length: limits.max + over }, (_, index) => button(index))),
    }))
    limit(`${name}.title`, `${kind} with a title of ${limits.title.max} ${limits.title.unit}`, over => ({
      body: body([{ kind: 'reply', title: textOfLength(limits.title.max + over, limits.title.unit), payload: 'a' }]),
    }))
    if (kind === 'buttons') {
      limit('limits.buttons.payload', `buttons with a payload of ${limits.payload.max} ${limits.payload.unit}`, over => ({
        body: body([{ kind: 'reply', title: 'Yes', payload: textOfLength(limits.payload.max + over, limits.payload.unit) }]),
      }))
    }
  }

  function listLimits({ list }: Capabilities): void {
    if (list.level !== 'native') return
    const body = (rows: { title: string; description?: string; payload: string }[], button = 'Open'): MessageBody => ({
      content: textContent('Please choose'),
      keyboard: { kind: 'list', button, sections: [{ title: 'All', rows }] },
    })
    const row = (index: number) => ({ title: `Row ${index}`, payload: `row:${index}` })
    limit('limits.list', `list of ${list.maxRows} rows`, over => ({
      body: body(Array.from({ length: list.maxRows + over }, (_, index) => row(index))),
    }))
    limit('limits.list', `list with a row title of ${list.title.max} ${list.title.unit}`, over => ({
      body: body([{ title: textOfLength(list.title.max + over, list.title.unit), payload: 'a' }]),
    }))
    limit('limits.list', `list with a description of ${list.description.max} ${list.description.unit}`, over => ({
      body: body([{ title: 'a', description: textOfLength(list.description.max + over, list.description.unit), payload: 'a' }]),
    }))
    limit('limits.list', `list with a payload of ${list.payload.max} ${list.payload.unit}`, over => ({
      body: body([{ title: 'a', payload: textOfLength(list.payload.max + over, list.payload.unit) }]),
    }))
    limit('limits.list', `list with a button of ${list.button.max} ${list.button.unit}`, over => ({
      body: body([row(1)], textOfLength(list.button.max + over, list.button.unit)),
    }))
  }

  function limit(
    name: CheckName,
    title: string,
    make: (over: 0 | 1) => { body: MessageBody; files?: Record<string, { bytes: Uint8Array; mimeType: string; name: string }> },
  ): void {
    check(subject, name, `${title}: taken, and one more is not`, async () => {
      const { bench, customer } = await open()
      bench.timeoutMs = 15_000
      expectSent((await bench.send(customer, make(0))).outcome)
      const { outcome } = await bench.send(customer, make(1))
      expect(outcome, 'one above the limit').toMatchObject({ kind: 'failed', failure: { kind: 'permanent' } })
    })
  }
}

/** Fails with the platform's own words where it was not sent. */
export function expectSent(outcome: Outcome): void {
  expect(outcome).toMatchObject({ kind: 'sent', externalIds: expect.arrayContaining([expect.stringMatching(/./)]) })
}

function rowsOf(buttons: Button[], perRow: number): Button[][] {
  const rows: Button[][] = []
  for (let place = 0; place < buttons.length; place += perRow) rows.push(buttons.slice(place, place + perRow))
  return rows
}

function mediaContent(kind: MediaKind, caption?: { text: string }): Content {
  return { kind, media: { ref: { from: 'file', fileId: kind } }, ...(caption ? { caption } : {}) } as Content
}

function textContent(text: string): Content {
  return { kind: 'text', text: { text } }
}
