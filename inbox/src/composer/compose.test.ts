/** From what stands in the composer to a message. */
import { describe, expect, it } from 'vitest'
import { type Attachment, bodyOf, composeOf, countText, emptyCompose, isEmpty, kindOfFile, typeAllowed } from './compose.ts'

const file = (name: string, kind: Attachment['kind']): Attachment => ({
  localId: name,
  name,
  sizeBytes: 10,
  mimeType: 'image/png',
  kind,
  state: 'ready',
  progress: 1,
  fileId: `00000000-0000-7000-8000-00000000000${name}`,
})

describe('a composer and its message', () => {
  it('makes nothing of nothing', () => {
    expect(bodyOf({ ...emptyCompose, text: '  \n' })).toBeNull()
    expect(isEmpty(emptyCompose)).toBe(true)
  })
  it('keeps words and entities through a draft', () => {
    const compose = { ...emptyCompose, text: 'Hello there', entities: [{ kind: 'bold' as const, offset: 0, length: 5 }] }
    expect(composeOf(bodyOf(compose), null)).toMatchObject(compose)
  })
  it('puts words under one file, and under the first of several', () => {
    const one = bodyOf({ ...emptyCompose, text: 'Look', attachments: [file('1', 'image')] })
    expect(one?.content).toMatchObject({ kind: 'image', caption: { text: 'Look' } })
    const two = bodyOf({ ...emptyCompose, text: 'Look', attachments: [file('1', 'image'), file('2', 'video')] })
    expect(two?.content.kind === 'album' && two.content.items.map(item => item.caption?.text)).toEqual(['Look', undefined])
    expect(composeOf(two, null).attachments).toHaveLength(2)
  })
  it('leaves out files that are not uploaded', () => {
    expect(
      bodyOf({ ...emptyCompose, text: 'Look', attachments: [{ ...file('1', 'image'), state: 'uploading', fileId: undefined }] })?.content
        .kind,
    ).toBe('text')
  })
})

describe('limits', () => {
  it('counts in the unit of the channel', () => {
    expect(countText('😀😀', { max: 4, unit: 'utf16' })).toMatchObject({ used: 4, over: false, shown: true })
    expect(countText('😀😀', { max: 4, unit: 'codepoint' })).toMatchObject({ used: 2, shown: false })
    expect(countText('да', { max: 3, unit: 'byte' })).toMatchObject({ used: 4, over: true, parts: 2 })
  })
  it('knows kinds and types', () => {
    expect(kindOfFile('image/svg+xml')).toBe('file')
    expect(kindOfFile('image/png')).toBe('image')
    expect(typeAllowed('image/png', ['image/*'])).toBe(true)
    expect(typeAllowed('image/png', ['image/jpeg'])).toBe(false)
    expect(typeAllowed('audio/ogg; codecs=opus', ['audio/ogg'])).toBe(true)
  })
})
