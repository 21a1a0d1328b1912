/** The English catalogue, area by area. Always holds: the same keys as the Russian one (a test compares them). */
import answers from './en/answers.json' with { type: 'json' }
import codes from './en/codes.json' with { type: 'json' }
import comments from './en/comments.json' with { type: 'json' }
import desk from './en/desk.json' with { type: 'json' }
import inbox from './en/inbox.json' with { type: 'json' }
import order from './en/order.json' with { type: 'json' }
import pages from './en/pages.json' with { type: 'json' }
import people from './en/people.json' with { type: 'json' }
import reach from './en/reach.json' with { type: 'json' }
import sections from './en/sections.json' with { type: 'json' }
import words from './en/words.json' with { type: 'json' }
import { merged } from './merged.ts'

export const en: Record<string, unknown> = merged(answers, codes, comments, desk, inbox, order, pages, people, reach, sections, words)
