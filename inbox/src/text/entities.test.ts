/** Text with entities, cut into runs that can be drawn. */
import { describe, expect, it } from 'vitest'
import { runsOf, safeHref, shiftEntities, toggleEntity, trimRichText } from './entities.ts'

describe('entities under editing', () => {
  const bold = { kind: 'bold' as const, offset: 6, length: 5 }

  it('move along when text is typed before them', () => {
    expect(shiftEntities('Hello world', 'Oh, Hello world', [bold])).toEqual([{ ...bold, offset: 10 }])
  })
  it('grow when text is typed inside them', () => {
    expect(shiftEntities('Hello world', 'Hello wonderful world', [{ kind: 'bold', offset: 0, length: 11 }])).toEqual([
      { kind: 'bold', offset: 0, length: 21 },
    ])
  })
  it('stay when text is typed behind them', () => {
    expect(shiftEntities('Hello world', 'Hello world again', [bold])).toEqual([bold])
  })
  it('shrink and vanish with the text they stand on', () => {
    expect(shiftEntities('Hello world', 'Hello wor', [bold])).toEqual([{ ...bold, length: 3 }])
    expect(shiftEntities('Hello world', 'Hello ', [bold])).toEqual([])
  })
})

describe('toggling', () => {
  it('sets, joins and clears', () => {
    const set = toggleEntity([], 'bold', 0, 4)
    expect(set).toEqual([{ kind: 'bold', offset: 0, length: 4 }])
    expect(toggleEntity(set, 'bold', 2, 8)).toEqual([{ kind: 'bold', offset: 0, length: 8 }])
    expect(toggleEntity(set, 'bold', 1, 3)).toEqual([
      { kind: 'bold', offset: 0, length: 1 },
      { kind: 'bold', offset: 3, length: 1 },
    ])
  })
})

describe('drawing', () => {
  it('cuts overlapping entities into runs and loses no character', () => {
    const runs = runsOf({
      text: 'abcdef',
      entities: [
        { kind: 'bold', offset: 0, length: 4 },
        { kind: 'italic', offset: 2, length: 4 },
      ],
    })
    expect(runs.map(run => run.text).join('')).toBe('abcdef')
    expect(runs.map(run => run.kinds)).toEqual([['bold'], ['bold', 'italic'], ['italic']])
  })
  it('makes links of what was found, except inside code', () => {
    const found = [{ index: 4, lastIndex: 15, url: 'http://example.org' }]
    expect(runsOf({ text: 'see example.org' }, found)[1]?.href).toBe('http://example.org')
    expect(runsOf({ text: 'see example.org', entities: [{ kind: 'code', offset: 0, length: 15 }] }, found).some(run => run.href)).toBe(
      false,
    )
  })
  it('never makes a link of a script', () => {
    expect(safeHref('javascript:alert(1)')).toBeUndefined()
    expect(safeHref(' data:text/html,x')).toBeUndefined()
    expect(safeHref('example.org/a')).toBe('https://example.org/a')
  })
  it('trims the ends and keeps entities in place', () => {
    expect(trimRichText({ text: '  hi you ', entities: [{ kind: 'bold', offset: 2, length: 2 }] })).toEqual({
      text: 'hi you',
      entities: [{ kind: 'bold', offset: 0, length: 2 }],
    })
  })
})
