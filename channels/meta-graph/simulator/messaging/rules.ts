/** In what the simulated messengers differ: numbers, names of fields, what people are told of. Data that each of them gives. */
import type { Faults, PhoneAbilities, PhoneTheme, SimulatorEnvironment, SimulatorKind } from '@dragoman/channel-kit/simulator'
import type { BusinessAccount, Comment, Customer, MessagingState, Post, Template } from './state.ts'

export interface FileRule {
  mimeTypes: RegExp
  maxBytes: number
  /** Fetched from an address. */
  maxBytesByUrl: number
}

export interface MessagingRules {
  id: string
  name: string
  theme: PhoneTheme
  routes: SimulatorKind['routes']
  /** `object` of webhook bodies. */
  object: string
  newAccount(environment: SimulatorEnvironment, name: string): Pick<BusinessAccount, 'id' | 'pageId' | 'username' | 'token'>
  /** What the owner copies into the form. */
  configOf(account: BusinessAccount, app: MessagingState['app']): Record<string, string>
  /** Fields of an account or a person that were asked for. */
  accountInfo(account: BusinessAccount): Record<string, unknown>
  personInfo(customer: Customer): Record<string, unknown>
  /** Whether a path's node means this account. */
  isNode(account: BusinessAccount, node: string): boolean
  newMessageId(random: () => number): string
  text: { max: number; lengthOf(text: string): number; unit: string }
  files: Readonly<Record<'image' | 'video' | 'audio' | 'file', FileRule>>
  uploadLifeMs: number
  /** Which field of the subscription each webhook belongs to. */
  fields: Readonly<
    Record<
      | 'message'
      | 'echo'
      | 'delivery'
      | 'read'
      | 'reaction'
      | 'edit'
      | 'postback'
      | 'referral'
      | 'optIn'
      | 'control'
      | 'standby'
      | 'order'
      | 'comment'
      | 'mention',
      string
    >
  >
  /** What is posted is chosen in the app's dashboard: any subscription of the account stands for all of it. */
  fieldsInDashboard: boolean
  /** Tags that are taken outside the 24 hours. */
  tags: readonly string[]
  /** Error subcodes: too late, held by another app. */
  lateSubcode: number
  heldSubcode: number
  tellsDelivery: boolean
  /** `read` names a moment, or one message. */
  readBy: 'watermark' | 'message'
  tellsDeletes: boolean
  hasRequests: boolean
  takesPhoneReplies: boolean
  dials: boolean
  mediaTemplate: boolean
  /** Cards of the catalogue. */
  products: boolean
  templates: Template[]
  greeting: boolean
  abilities: PhoneAbilities
  referralSource: string
  newPostId(account: BusinessAccount, random: () => number): string
  newCommentId(post: Post, random: () => number): string
  comments: {
    /** Path edge that takes an answer. */
    answerEdge: string
    hideField: string
    maxText: number
    takesPictures: boolean
    /** `value` of a webhook about a comment. */
    value(
      post: Post,
      comment: Comment,
      from: { id: string; name: string; username: string },
      verb: 'add' | 'edited' | 'remove',
      account: BusinessAccount,
    ): Record<string, unknown>
    /** Verbs that nobody is told of. */
    silentVerbs: readonly string[]
    mention(post: Post, customer: Customer): Record<string, unknown>
  }
  /** What stands in a path above the account's own nodes, such as the renewal of tokens; undefined: nothing. */
  special?(
    world: World,
    request: import('@dragoman/channel-kit/simulator').PlatformRequest,
  ): import('@dragoman/channel-kit/simulator').PlatformResponse | undefined
}

export interface World {
  environment: SimulatorEnvironment
  state: MessagingState
  faults: Faults
  rules: MessagingRules
  /** Queues an item of one account's webhook. */
  send(account: BusinessAccount, key: string, list: 'messaging' | 'standby' | 'changes', field: string, item: Record<string, unknown>): void
}

export const hour = 60 * 60_000
export const day = 24 * hour
export const week = 7 * day
/** The built-in inbox of the vendor, as an app. */
export const inboxAppId = '263902037430900'

export function accountOf({ state }: World, id: string): BusinessAccount | undefined {
  return state.accounts.find(account => account.id === id)
}

export function customerOf({ state }: World, id: string): Customer | undefined {
  return state.customers.find(customer => customer.id === id)
}

export function personOf({ state }: World, accountId: string, personId: string): Customer | undefined {
  return state.customers.find(customer => customer.accountId === accountId && customer.personId === personId)
}

/** A comment anywhere under the posts of an account. */
export function commentOf({ state }: World, accountId: string, id: string): { post: Post; comment: Comment } | undefined {
  for (const post of state.posts) {
    if (post.accountId !== accountId) continue
    const comment = post.comments.find(entry => entry.id === id)
    if (comment) return { post, comment }
  }
  return undefined
}

/** Whether another app holds the conversation; after a day of the customer's silence it falls back to the default app, which is ours. */
export function isHeldElsewhere({ environment }: World, customer: Customer): boolean {
  if (customer.heldBy !== undefined && environment.now() - customer.lastAt > day) customer.heldBy = undefined
  return customer.heldBy !== undefined
}
