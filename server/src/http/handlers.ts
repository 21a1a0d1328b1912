/** What each operation does, area by area. Always holds: an operation without a handler does not compile. */
import type { Handlers } from './api.ts'
import { accessHandlers } from './handlers/access.ts'
import { accountHandlers } from './handlers/accounts.ts'
import { answerHandlers } from './handlers/answers.ts'
import { cardHandlers } from './handlers/card.ts'
import { contactHandlers } from './handlers/contacts.ts'
import { conversationHandlers } from './handlers/conversations.ts'
import { customerHandlers } from './handlers/customers.ts'
import { cutoverHandlers } from './handlers/cutover.ts'
import { deskHandlers } from './handlers/desk.ts'
import { importHandlers } from './handlers/imports.ts'
import { machineHandlers } from './handlers/machines.ts'
import { notificationHandlers } from './handlers/notifications.ts'
import { onePersonHandlers } from './handlers/one-person.ts'
import { orderHandlers } from './handlers/order.ts'
import { peopleHandlers } from './handlers/people.ts'
import { publicHandlers } from './handlers/public.ts'
import { recoveryHandlers } from './handlers/recovery.ts'
import { registryHandlers } from './handlers/registry.ts'
import { retentionHandlers } from './handlers/retention.ts'
import { roleHandlers } from './handlers/roles.ts'
import { webhookHandlers } from './handlers/webhooks.ts'

export const handlers: Handlers = {
  ...accessHandlers,
  ...roleHandlers,
  ...peopleHandlers,
  ...accountHandlers,
  ...contactHandlers,
  ...conversationHandlers,
  ...deskHandlers,
  ...machineHandlers,
  ...webhookHandlers,
  ...cardHandlers,
  ...customerHandlers,
  ...onePersonHandlers,
  ...publicHandlers,
  ...answerHandlers,
  ...notificationHandlers,
  ...orderHandlers,
  ...cutoverHandlers,
  ...importHandlers,
  ...registryHandlers,
  ...recoveryHandlers,
  ...retentionHandlers,
}
