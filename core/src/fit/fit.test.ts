/** `fit` on tables and properties: nothing is cut silently, every part keeps the limits, every loss has a note. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Button, Capabilities, Content, Feature, MediaKind, MessageBody, RichText } from '../index.ts'
import { featureNames, fit, mediaKinds, structuredKinds } from '../index.ts'

const provenance = { source: 'core/src/fit/fit.test.ts', checkedOn: '2026-11-22' }
const native: Feature = { level: 'native', ...provenance }
const none: Feature = { level: 'none', ...provenance }

/** A messenger with everything, changed where a test says so. */
function capabilities(change: Partial<Capabilities> = {}): Capabilities {
  const buttons = {
    ...native,
    max: 3,
    maxPerRow: 2,
    title: { max: 20, unit: 'codepoint' as const },
    payload: { max: 64, unit: 'byte' as const },
    kinds: ['reply' as const, 'url' as const],
    under: ['text' as const, 'image' as const],
    bodyMax: 50,
  }
  return {
    text: { max: 100, unit: 'utf16', countedAfterMarkup: true, entities: ['bold', 'link'], ...provenance },
    caption: { max: 30, unit: 'utf16', ...provenance },
    media: Object.fromEntries(
      mediaKinds.map(kind => [
        kind,
        {
          ...native,
          maxBytes: 1_000,
          mimeTypes: kind === 'file' ? [] : [`${kind === 'voice' ? 'audio' : kind === 'sticker' ? 'image' : kind}/*`],
          caption: kind !== 'sticker',
        },
      ]),
    ) as Record<MediaKind, Capabilities['media'][MediaKind]>,
    structured: Object.fromEntries(structuredKinds.map(kind => [kind, native])) as Capabilities['structured'],
    album: { ...native, min: 2, max: 3, mixes: [['image', 'video'], ['file']] },
    buttons,
    quickReplies: { ...buttons, ...none },
    list: {
      ...native,
      maxRows: 5,
      maxSections: 2,
      button: { max: 20, unit: 'codepoint' },
      title: { max: 24, unit: 'codepoint' },
      description: { max: 72, unit: 'codepoint' },
      payload: { max: 64, unit: 'byte' },
    },
    features: Object.fromEntries(featureNames.map(name => [name, native])) as Capabilities['features'],
    receipts: { delivered: 'always', read: 'always', ...provenance },
    pace: [],
    reach: [],
    law: [],
    mediaLinkTtlMs: 0,
    webhookRetryMs: 0,
    ...change,
  }
}

const plain = (text: RichText) => ({ body: text.text, length: text.text.length })
const text = (value: string, more: Partial<MessageBody> = {}): MessageBody => ({
  content: { kind: 'text', text: { text: value } },
  ...more,
})
const picture = (sizeBytes: number, mimeType = 'image/jpeg', caption?: string): Content => ({
  kind: 'image',
  media: { ref: { from: 'file', fileId: 'f' }, sizeBytes, mimeType, name: 'picture.jpg' },
  ...(caption === undefined ? {} : { caption: { text: caption } }),
})
const replies = (...titles: string[]): { kind: 'buttons'; rows: Button[][] } => ({
  kind: 'buttons',
  rows: titles.map(title => [{ kind: 'reply', title, payload: title }]),
})

function parts(message: MessageBody, change?: Partial<Capabilities>) {
  const result = fit(message, capabilities(change), plain)
  if (result.kind !== 'parts') throw new Error(`refused: ${JSON.stringify(result.refusals)}`)
  return { bodies: result.parts.map(part => part.body), notes: result.notes.map(note => note.code) }
}
function refusals(message: MessageBody, change?: Partial<Capabilities>) {
  const result = fit(message, capabilities(change), plain)
  return result.kind === 'refused' ? result.refusals.map(refusal => refusal.code) : []
}
const wordsOf = (bodies: MessageBody[]) =>
  bodies.map(body =>
    body.content.kind === 'text' ? body.content.text.text : 'caption' in body.content ? (body.content.caption?.text ?? '') : '',
  )

describe('text', () => {
  test('what fits stays one part without notes', () => {
    expect(parts(text('hello'))).toEqual({ bodies: [text('hello')], notes: [] })
  })

  test('long text breaks between paragraphs, then lines, then words', () => {
    expect(wordsOf(parts(text(`${'a'.repeat(60)}\n\n${'b'.repeat(60)}`)).bodies)).toEqual(['a'.repeat(60), 'b'.repeat(60)])
    expect(
      wordsOf(parts(text(`${'word '.repeat(30)}`)).bodies).every(
        piece => !piece.startsWith(' ') && piece.split(' ').every(word => word === 'word'),
      ),
    ).toBe(true)
  })

  test('no part is longer than the limit, and nothing but white space at joints is lost', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 900 }).filter(value => value.trim() !== ''),
        value => {
          const result = fit(text(value), capabilities(), plain)
          if (result.kind === 'refused') throw new Error('refused')
          for (const part of result.parts) {
            expect(part.length!.used).toBeLessThanOrEqual(100)
            expect(part.body.content.kind === 'text' && part.body.content.text.text.isWellFormed()).toBe(value.isWellFormed())
          }
          expect(
            wordsOf(result.parts.map(part => part.body))
              .join('')
              .replace(/\s/g, ''),
          ).toBe(value.replace(/\s/g, ''))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('entities keep their words through a split', () => {
    const words = 'plain '.repeat(10) + 'IMPORTANT '.repeat(9)
    const rich: RichText = { text: words.trim(), entities: [{ kind: 'bold', offset: 60, length: 89 }] }
    for (const body of parts({ content: { kind: 'text', text: rich } }).bodies) {
      if (body.content.kind !== 'text') continue
      for (const entity of body.content.text.entities ?? [])
        expect(body.content.text.text.slice(entity.offset, entity.offset + entity.length)).toMatch(/^[IMPORTANT ]+$/)
    }
  })

  test('an entity that is not shown is dropped with a note; a link keeps its address', () => {
    const fitted = parts(
      {
        content: {
          kind: 'text',
          text: {
            text: 'see here',
            entities: [
              { kind: 'link', offset: 4, length: 4, url: 'https://example.com' },
              { kind: 'spoiler', offset: 0, length: 3 },
            ],
          },
        },
      },
      { text: { ...capabilities().text, entities: [] } },
    )
    expect(wordsOf(fitted.bodies)).toEqual(['see here (https://example.com)'])
    expect(fitted.notes).toEqual(['entities_dropped'])
  })

  test('empty text is refused', () => {
    expect(refusals(text('  \n '))).toEqual(['empty'])
  })
})

describe('media', () => {
  test('a caption that is too long goes after its picture, whole', () => {
    const fitted = parts({ content: picture(10, 'image/jpeg', 'x'.repeat(31)) })
    expect(fitted.bodies.map(body => body.content.kind)).toEqual(['image', 'text'])
    expect(fitted.notes).toEqual(['caption_split'])
    expect(parts({ content: picture(10, 'image/jpeg', 'x'.repeat(30)) }).bodies).toHaveLength(1)
  })

  test('at the limit accepted, one byte above it goes as a file, beyond that it is refused', () => {
    const change = { media: { ...capabilities().media, file: { ...capabilities().media.file, maxBytes: 2_000 } } }
    expect(parts({ content: picture(1_000) }, change).bodies[0]!.content.kind).toBe('image')
    expect(parts({ content: picture(1_001) }, change)).toMatchObject({
      notes: ['media_converted'],
      bodies: [{ content: { kind: 'file' } }],
    })
    expect(refusals({ content: picture(2_001) }, change)).toEqual(['media_too_large'])
  })

  test('an album is split where it is too long and where kinds may not stand together', () => {
    const item = (kind: 'image' | 'file') => ({
      kind,
      media: { ref: { from: 'file' as const, fileId: kind }, sizeBytes: 1, mimeType: kind === 'image' ? 'image/png' : 'application/pdf' },
    })
    const fitted = parts({ content: { kind: 'album', items: [item('image'), item('image'), item('image'), item('image'), item('file')] } })
    expect(fitted.bodies.map(body => (body.content.kind === 'album' ? body.content.items.length : body.content.kind))).toEqual([
      3,
      'image',
      'file',
    ])
    expect(fitted.notes).toContain('album_split')
  })
})

describe('what can be pressed', () => {
  test('too many buttons become a list, and then numbered words', () => {
    expect(parts(text('choose', { keyboard: replies('1', '2', '3', '4') }))).toMatchObject({
      bodies: [{ keyboard: { kind: 'list' } }],
      notes: ['buttons_to_list'],
    })
    const worded = parts(text('choose', { keyboard: replies('a', 'b', 'c', 'd', 'e', 'f') }))
    expect(worded.notes).toEqual(['buttons_to_text'])
    expect(wordsOf(worded.bodies)[0]).toBe('choose\n\n1. a\n2. b\n3. c\n4. d\n5. e\n6. f')
  })

  test('rows are broken at what stands side by side; words over buttons keep their own limit', () => {
    const row: Button[] = ['a', 'b', 'c'].map(title => ({ kind: 'reply', title, payload: title }))
    expect(parts(text('choose', { keyboard: { kind: 'buttons', rows: [row] } })).bodies[0]!.keyboard).toMatchObject({
      rows: [[{ title: 'a' }, { title: 'b' }], [{ title: 'c' }]],
    })
    const long = parts(text('w '.repeat(40), { keyboard: replies('ok') }))
    expect(long.bodies).toHaveLength(2)
    expect(long.bodies[0]!.keyboard).toBeUndefined()
    expect(wordsOf(long.bodies)[1]!.length).toBeLessThanOrEqual(50)
  })

  test('a title or a payload that is too long is refused, with its name', () => {
    expect(refusals(text('x', { keyboard: replies('t'.repeat(21)) }))).toEqual(['button_title_too_long'])
    expect(
      refusals(text('x', { keyboard: { kind: 'buttons', rows: [[{ kind: 'reply', title: 'ok', payload: 'я'.repeat(33) }]] } })),
    ).toEqual(['button_payload_too_long'])
  })

  test('quick replies become buttons where there are none', () => {
    expect(parts(text('x', { keyboard: { kind: 'quick_replies', rows: replies('a').rows } }))).toMatchObject({
      notes: ['quick_replies_to_buttons'],
      bodies: [{ keyboard: { kind: 'buttons' } }],
    })
  })
})

describe('structured content', () => {
  const without = (...kinds: (keyof Capabilities['structured'])[]) => ({
    structured: { ...capabilities().structured, ...Object.fromEntries(kinds.map(kind => [kind, none])) },
  })

  test('a poll becomes buttons, a list, words', () => {
    const poll = (count: number): MessageBody => ({
      content: { kind: 'poll', question: 'When?', options: Array.from({ length: count }, (_, index) => ({ text: `o${index}` })) },
    })
    expect(parts(poll(3), without('poll')).notes).toEqual(['poll_to_buttons'])
    expect(parts(poll(5), without('poll')).notes).toEqual(['poll_to_list'])
    expect(parts(poll(6), without('poll')).notes).toEqual(['poll_to_text'])
    expect(parts(poll(6)).notes).toEqual([])
  })

  test('a carousel without buttons becomes an album, with buttons messages', () => {
    const card = (buttons?: Button[]) => ({
      title: 'Kettle',
      price: { amountMinor: 1_990, currency: 'EUR' },
      media: { ref: { from: 'file' as const, fileId: 'f' }, sizeBytes: 1, mimeType: 'image/png' },
      buttons,
    })
    expect(parts({ content: { kind: 'carousel', cards: [card(), card()] } }, without('carousel', 'card')).notes).toContain(
      'carousel_to_album',
    )
    const messages = parts(
      { content: { kind: 'carousel', cards: [card([{ kind: 'reply', title: 'Buy', payload: 'b' }]), card()] } },
      without('carousel', 'card'),
    )
    expect(messages.notes).toContain('carousel_to_messages')
    expect(messages.bodies[0]).toMatchObject({
      content: { kind: 'image', caption: { text: 'Kettle\n€19.90' } },
      keyboard: { kind: 'buttons' },
    })
  })

  test('a place becomes words with a link; a template without templates is refused', () => {
    expect(
      wordsOf(
        parts(
          { content: { kind: 'location', latitude: 52.5, longitude: 13.4, name: 'Shop' } },
          { ...without('location'), text: { ...capabilities().text, max: 500 } },
        ).bodies,
      )[0],
    ).toContain('mlat=52.5&mlon=13.4')
    expect(refusals({ content: { kind: 'template', name: 'x', language: 'en', values: [] } }, without('template'))).toEqual([
      'template_not_supported',
    ])
  })

  test('what only a customer can send is refused', () => {
    expect(refusals({ content: { kind: 'call', direction: 'in', answered: false } })).toEqual(['content_not_supported'])
  })
})
