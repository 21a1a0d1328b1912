/** Routes of one person on many messengers: joining, taking back, one timeline, and links that lead to another messenger. */
import { z } from 'zod'
import { route } from '../route.ts'
import { contactProfile, mergeView, movingFigures, suggestedMerge } from '../schemas/contacts.ts'
import { message } from '../schemas/views.ts'

const contactId = z.object({ contactId: z.uuid() })
const link = { url: z.string(), expiresAt: z.number() }

export const onePersonRoutes = {
  samePerson: route({
    method: 'GET',
    path: '/v1/contacts/:contactId/same-person',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Who might be the same person and why, and with whom this one was joined',
    params: contactId,
    response: z.object({ contactId: z.uuid(), suggestions: z.array(suggestedMerge), merges: z.array(mergeView) }),
  }),
  suggestedMerges: route({
    method: 'GET',
    path: '/v1/suggested-merges',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Pairs of people who might be one, the surest first; 100 at most',
    response: z.object({ pairs: z.array(z.object({ one: suggestedMerge, other: suggestedMerge })) }),
    perMinute: 20,
  }),
  mergeContacts: route({
    method: 'POST',
    path: '/v1/contacts/:contactId/merge',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Join another contact with this one, who stays; nothing is lost, and it can be taken back',
    params: contactId,
    body: z.object({ otherId: z.uuid() }),
    response: contactProfile,
  }),
  undoMerge: route({
    method: 'POST',
    path: '/v1/merges/:mergeId/undo',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Take a merge back',
    params: z.object({ mergeId: z.uuid() }),
    response: contactProfile,
  }),
  notSamePerson: route({
    method: 'POST',
    path: '/v1/contacts/:contactId/not-same',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'Say that two are two: they are not suggested again',
    params: contactId,
    body: z.object({ otherId: z.uuid() }),
    response: z.object({}),
  }),
  contactTimeline: route({
    method: 'GET',
    path: '/v1/contacts/:contactId/messages',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'All that was said with a person, on all messengers, in one order',
    params: contactId,
    query: z.object({ cursor: z.string().max(400).optional(), limit: z.coerce.number().int().min(1).max(100).default(40) }),
    response: z.object({ messages: z.array(message), next: z.string().nullable() }),
  }),
  makeMovingLink: route({
    method: 'POST',
    path: '/v1/conversations/:conversationId/moving-links',
    rule: 'agent',
    tag: 'Contacts',
    summary: 'A link that leads this person to another account and joins him there with himself; good once, for thirty days',
    params: z.object({ conversationId: z.uuid() }),
    body: z.object({ accountId: z.uuid() }),
    response: z.object(link),
    perMinute: 60,
  }),
  makeCustomerLinks: route({
    method: 'POST',
    path: '/v1/customers/:customerId/links',
    rule: 'agent',
    right: 'contacts.details',
    tag: 'Contacts',
    summary:
      'Links for the customer’s own page in your shop, one for each account that has links: whoever comes by one is joined with this customer',
    params: z.object({ customerId: z.string().min(1).max(120) }),
    response: z.object({ links: z.array(z.object({ accountId: z.uuid(), channel: z.string(), ...link })) }),
  }),
  moving: route({
    method: 'GET',
    path: '/v1/moving',
    rule: 'agent',
    right: 'reports.see',
    tag: 'Contacts',
    summary: 'Who can be reached where, who only there, who was invited to move and who has',
    response: z.object({ people: z.int(), reachable: z.int(), accounts: z.array(movingFigures) }),
    perMinute: 20,
  }),
}
