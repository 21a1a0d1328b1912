/** Every route of the API by operation name. Files are served beside these: `/v1/files/:fileId/content`, `/v1/files/:fileId/thumbnail`; the stream is `/v1/events`. */
import type { z } from 'zod'
import { accessRoutes } from './access.ts'
import { accountRoutes } from './accounts.ts'
import { answerRoutes } from './answers.ts'
import { cardRoutes } from './card.ts'
import { contactRoutes } from './contacts.ts'
import { conversationRoutes } from './conversations.ts'
import { customerRoutes } from './customers.ts'
import { cutoverRoutes } from './cutover.ts'
import { deskRoutes } from './desk.ts'
import { importRoutes } from './imports.ts'
import { machineRoutes } from './machines.ts'
import { notificationRoutes } from './notifications.ts'
import { onePersonRoutes } from './one-person.ts'
import { orderRoutes } from './order.ts'
import { peopleRoutes } from './people.ts'
import { publicRoutes } from './public.ts'
import { recoveryRoutes } from './recovery.ts'
import { registryRoutes } from './registry.ts'
import { retentionRoutes } from './retention.ts'
import { roleRoutes } from './roles.ts'
import { webhookRoutes } from './webhooks.ts'

export const routes = {
  ...accessRoutes,
  ...roleRoutes,
  ...peopleRoutes,
  ...accountRoutes,
  ...contactRoutes,
  ...conversationRoutes,
  ...deskRoutes,
  ...machineRoutes,
  ...webhookRoutes,
  ...cardRoutes,
  ...customerRoutes,
  ...onePersonRoutes,
  ...publicRoutes,
  ...answerRoutes,
  ...notificationRoutes,
  ...orderRoutes,
  ...cutoverRoutes,
  ...importRoutes,
  ...registryRoutes,
  ...recoveryRoutes,
  ...retentionRoutes,
}
export type Routes = typeof routes
export type Operation = keyof Routes

type InputOf<S> = S extends z.ZodType ? z.input<S> : undefined
type OutputOf<S> = S extends z.ZodType ? z.output<S> : undefined
type Definition<O extends Operation> = Routes[O]

type Given<S, Value> = z.ZodType extends NonNullable<S> ? unknown : Value

/** What a client passes to an operation. */
export type OperationInput<O extends Operation> = Given<
  Definition<O>['params'],
  { params: InputOf<NonNullable<Definition<O>['params']>> }
> &
  Given<Definition<O>['query'], { query?: InputOf<NonNullable<Definition<O>['query']>> }> &
  (O extends 'uploadFile' | 'createImport'
    ? { body: FormData }
    : Given<Definition<O>['body'], { body: InputOf<NonNullable<Definition<O>['body']>> }>)

/** What a handler on the server gets, checked. */
export interface HandlerInput<O extends Operation> {
  params: Definition<O>['params'] extends infer P ? OutputOf<NonNullable<P>> : never
  query: Definition<O>['query'] extends infer Q ? OutputOf<NonNullable<Q>> : never
  body: Definition<O>['body'] extends infer B ? OutputOf<NonNullable<B>> : never
}
export type OperationResponse<O extends Operation> = OutputOf<Definition<O>['response']>
