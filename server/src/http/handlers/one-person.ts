/** What the operations about one person on many messengers do. */
import type { onePersonRoutes } from '@dragoman/api'
import {
  contactTimeline,
  makeCustomerLinks,
  makeMovingLink,
  mergeContacts,
  movingFigures,
  samePersonAs,
  setNotSame,
  suggestedMerges,
  undoMerge,
} from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const onePersonHandlers: HandlersOf<typeof onePersonRoutes> = {
  samePerson: async ({ params }, actor, { web }) => await samePersonAs(web.hub, actor, params.contactId),
  suggestedMerges: async (_input, actor, { web }) => await suggestedMerges(web.hub, actor),
  mergeContacts: async ({ params, body }, actor, { web }) => await mergeContacts(web.hub, actor, params.contactId, body.otherId),
  undoMerge: async ({ params }, actor, { web }) => await undoMerge(web.hub, actor, params.mergeId),
  notSamePerson: async ({ params, body }, actor, { web }) => {
    await setNotSame(web.hub, actor, params.contactId, body.otherId)
    return {}
  },
  contactTimeline: async ({ params, query }, actor, { web }) => await contactTimeline(web.hub, actor, params.contactId, query),
  makeMovingLink: async ({ params, body }, actor, { web }) => await makeMovingLink(web.hub, actor, params.conversationId, body.accountId),
  makeCustomerLinks: async ({ params }, actor, { web }) => await makeCustomerLinks(web.hub, actor, params.customerId),
  moving: async (_input, actor, { web }) => await movingFigures(web.hub, actor),
}
