/** The Russian catalogue, area by area. Always holds: the same keys as the English one (a test compares them). */

import { merged } from './merged.ts'
import answers from './ru/answers.json' with { type: 'json' }
import codes from './ru/codes.json' with { type: 'json' }
import comments from './ru/comments.json' with { type: 'json' }
import desk from './ru/desk.json' with { type: 'json' }
import inbox from './ru/inbox.json' with { type: 'json' }
import order from './ru/order.json' with { type: 'json' }
import pages from './ru/pages.json' with { type: 'json' }
import people from './ru/people.json' with { type: 'json' }
import reach from './ru/reach.json' with { type: 'json' }
import sections from './ru/sections.json' with { type: 'json' }
import words from './ru/words.json' with { type: 'json' }

export const ru: Record<string, unknown> = merged(answers, codes, comments, desk, inbox, order, pages, people, reach, sections, words)
