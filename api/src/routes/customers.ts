/** Customers as the firm's own system knows them: by its own number. For shops that keep the hub up to date. */
import { z } from 'zod'
import { route } from '../route.ts'
import { contact } from '../schemas/views.ts'

const params = z.object({ customerId: z.string().trim().min(1).max(200) })

export const customer = contact.extend({
  /** The firm’s own number. */
  customerId: z.string(),
  attributes: z.record(z.string(), z.string()),
  /** Other contacts have the same phone, so nothing was joined: somebody must look. */
  ambiguous: z.boolean(),
})
export type CustomerView = z.infer<typeof customer>

const attributes = z
  .record(z.string().trim().min(1).max(100), z.string().max(2_000).nullable())
  .refine(value => Object.keys(value).length <= 50, { error: 'at most 50 attributes' })

export const customerInput = z.object({
  name: z.string().trim().min(1).max(200).optional(),
  phone: z.string().min(3).max(40).nullable().optional(),
  email: z.email().max(320).nullable().optional(),
  language: z
    .string()
    .max(16)
    .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/, { error: 'must be a language code, such as ru' })
    .nullable()
    .optional(),
  /** By name; null takes one away. Those that are not named stay. */
  attributes: attributes.optional(),
})
export type CustomerInput = z.infer<typeof customerInput>

export const customerRoutes = {
  customer: route({
    method: 'GET',
    path: '/v1/contacts/by-customer-id/:customerId',
    rule: 'agent',
    right: 'contacts.details',
    tag: 'Contacts',
    summary: 'The contact with the firm’s own customer number',
    params,
    response: customer,
  }),
  saveCustomer: route({
    method: 'PUT',
    path: '/v1/contacts/by-customer-id/:customerId',
    rule: 'agent',
    right: 'contacts.details',
    tag: 'Contacts',
    summary:
      'Make or change the contact with the firm’s own customer number; what is not named stays, null empties. One contact with this phone and no number becomes it',
    params,
    body: customerInput,
    response: z.object({ outcome: z.enum(['created', 'joined', 'updated', 'unchanged']), customer }),
  }),
}
