/**
 * Text and HTML as hostile as they can be, through everything that reads or writes markup: letters' HTML, Teams' HTML, WhatsApp's markers, every channel's
 * formatter, the cutting of long texts. Always holds: nothing throws, and time grows with the text, not with its square [R17].
 */
import { cleanText, type Entity, plainText, type RichText } from '@dragoman/core'
import { readHtml } from '../../channels/botframework/read-html.ts'
import { piecesOfHtml } from '../../channels/email/html.ts'
import { readMarkup } from '../../channels/whatsapp/markup.ts'
import { splitText } from '../../core/src/fit/split-text.ts'
import { channels } from '../../server/src/channels.ts'
import type { Random } from './random.ts'

export const pieces = [
  '<b>', '</b>', '<', '>', '&', '&amp;', '&#x0;', '&#1114112;', '&constructor;', '<a href="javascript:1">', '<a href=', '</a', '<!--', '-->', '<![CDATA[', '<style>', '</style',
  '<script>', '<table><tr><td>', '<blockquote>', '<div style="', '"', "'", '*', '_', '~', '`', '```', '**', '> ', '\n', '\n\n', '\t', ' ', '(', ')', '[x](', '](http://a.b/)', 'http://',
  'https://a.example/?q=', 'a@b.example', '@name', '#tag', '/start', '\\', '{{', '}}', '{name}', 'слово', 'word', '😀', '👨‍👩‍👧', '\u0301', '\u200b', '\u202e', '\u0000', '\ud800', '\udc00', '\u00a0', '-----Original Message-----', 'On Monday, A wrote:', '--\n',
] // biome-ignore format: a list of pieces, not of lines
const entityKinds = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'pre',
  'quote',
  'link',
  'url',
  'mention',
  'custom_emoji',
] as const

/** A text of at most so many characters: a mixture, or one piece over and over, which is what slow expressions choke on. */
export function anyText(random: Random, longest: number): string {
  const length = random.oneIn(20) ? longest : random.below(400)
  const once = random.oneIn(3) ? [random.pick(pieces)] : random.oneIn(2) ? [random.pick(pieces), random.pick(pieces)] : undefined
  let text = ''
  while (text.length < length) text += once ? once.join('') : random.pick(pieces)
  return text
}

function anyRichText(random: Random, longest: number): RichText {
  const text = anyText(random, longest)
  const entities: Entity[] = Array.from({ length: random.oneIn(30) ? 200 : random.below(6) }, () => ({
    kind: random.pick(entityKinds),
    offset: random.below(text.length + 4) - 2,
    length: random.below(random.oneIn(2) ? 20 : text.length + 4) - 1,
    url: random.oneIn(2) ? random.pick(['https://a.example/', 'javascript:1', '', '"><b>']) : undefined,
  }))
  return { text, entities }
}

/** Everything that reads or writes markup, by name. */
export const textWorks: Record<string, (random: Random, longest: number) => unknown> = {
  'HTML of a letter': (random, longest) => piecesOfHtml(anyText(random, longest)),
  'HTML of Teams': (random, longest) => readHtml(anyText(random, longest)),
  'markers of WhatsApp': (random, longest) => readMarkup(anyText(random, longest)),
  cleaning: (random, longest) => cleanText(anyText(random, longest)),
  'the first words': (random, longest) => plainText({ kind: 'text', text: anyRichText(random, longest) }),
  ...Object.fromEntries(
    [...channels.values()].flatMap(channel => [
      [`format of ${channel.id}`, (random: Random, longest: number) => channel.formatText(anyRichText(random, longest))],
      [
        `cutting for ${channel.id}`,
        (random: Random, longest: number) => splitText(anyRichText(random, longest), 500, 400, channel.formatText),
      ],
    ]),
  ),
}

export interface TextResult {
  texts: number
  findings: { what: string; work: string; detail: string }[]
  slowest: { work: string; ms: number }[]
  ms: number
}

/** How long a text of 20,000 characters may take on the processor before it counts as a stall, ms. */
export const textStallMs = 50

/** Tries `count` texts, each in one of the works. */
export function fuzzTexts(count: number, random: Random): TextResult {
  const startedAt = performance.now()
  const names = Object.keys(textWorks)
  const slowest = new Map<string, number>()
  const findings: TextResult['findings'] = []
  for (let done = 0; done < count; done++) {
    const work = random.pick(names)
    const before = process.threadCpuUsage()
    try {
      textWorks[work]!(random, 20_000)
    } catch (error) {
      if (findings.length < 30)
        findings.push({ what: 'threw', work, detail: error instanceof Error ? (error.stack ?? '').slice(0, 600) : String(error) })
    }
    const { user, system } = process.threadCpuUsage(before)
    slowest.set(work, Math.max(slowest.get(work) ?? 0, (user + system) / 1_000))
  }
  return {
    texts: count,
    findings,
    slowest: [...slowest].map(([work, ms]) => ({ work, ms })).toSorted((a, b) => b.ms - a.ms),
    ms: performance.now() - startedAt,
  }
}
