/** What each operation does, area by area. Always holds: an operation without a handler does not compile. */
import type { Handlers } from './api.ts'
import { accountHandlers } from './handlers/accounts.ts'
import { answerHandlers } from './handlers/answers.ts'
import { conversationHandlers } from './handlers/conversations.ts'
import { deskHandlers } from './handlers/desk.ts'
import { peopleHandlers } from './handlers/people.ts'

export const handlers: Handlers = { ...peopleHandlers, ...accountHandlers, ...conversationHandlers, ...deskHandlers, ...answerHandlers }
