/** Routes of the live card. */
import { z } from 'zod'
import { route } from '../route.ts'
import { cardTrial, cardView } from '../schemas/card.ts'

export const cardRoutes = {
  card: route({
    method: 'GET',
    path: '/v1/conversations/:conversationId/card',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'What the firm’s own system says of this customer now. Never slower than 5 s; nothing waits for it',
    params: z.object({ conversationId: z.uuid() }),
    query: z.object({ refresh: z.enum(['true', 'false']).optional() }),
    response: cardView,
  }),
  rotateCardSecret: route({
    method: 'POST',
    path: '/v1/live-card/secret',
    rule: 'agent',
    right: 'machines.manage',
    tag: 'Machines',
    summary: 'A new secret by which the firm’s system knows us; shown this once',
    response: z.object({ secret: z.string() }),
  }),
  tryCard: route({
    method: 'POST',
    path: '/v1/live-card/try',
    rule: 'agent',
    right: 'machines.manage',
    tag: 'Machines',
    summary: 'Ask the firm’s system about the customer of a conversation, also while the card is off, and tell all that came back',
    body: z.object({ conversationId: z.uuid() }),
    response: cardTrial,
    perMinute: 30,
  }),
}
