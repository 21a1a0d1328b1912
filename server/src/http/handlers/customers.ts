/** What the operations of customers do. */
import type { customerRoutes } from '@dragoman/api'
import { readCustomer, saveCustomer } from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const customerHandlers: HandlersOf<typeof customerRoutes> = {
  customer: async ({ params }, actor, { web }) => await readCustomer(web.hub, actor, params.customerId),
  saveCustomer: async ({ params, body }, actor, { web }) => await saveCustomer(web.hub, actor, params.customerId, body),
}
