/**
 * What a member may do beyond answering customers. A role is a name for a set of rights; owner, manager and agent are built in, others are made by
 * the firm. Always holds: an owner has every right; a right that is not named is not there.
 */
import { z } from 'zod'

export const rights = [
  /** See customers’ phone numbers and e-mail addresses whole. */
  'contacts.details',
  /** Take contacts out of the hub: export, copy lists. */
  'contacts.export',
  /** Give conversations to others, take theirs. */
  'conversations.assign',
  /** Block people and report spam. */
  'contacts.block',
  /** Saved replies, greetings, away messages and business hours. */
  'answers.manage',
  /** Labels, macros, shared views, fields required for closing; the firm’s name, countries and languages. */
  'desk.manage',
  /** Teams, routing, shifts. */
  'routing.manage',
  /** Channels’ accounts, set-aside events. */
  'accounts.manage',
  /** Members, invitations, roles. */
  'people.manage',
  /** The supervisor’s page and reports. */
  'reports.see',
  /** Who did what. */
  'audit.see',
  /** API keys, outgoing webhooks, the live card. */
  'machines.manage',
  /** Send notices to people who did not write first, where it is allowed. */
  'notices.send',
  /** Imports and the switch from another system. */
  'cutover.run',
] as const

export const right = z.enum(rights).meta({ id: 'Right' })
export type Right = z.infer<typeof right>

/** Rights of the built-in roles. */
export const builtInRights: Record<'owner' | 'manager' | 'agent', readonly Right[]> = {
  owner: rights,
  manager: rights,
  agent: ['contacts.details', 'conversations.assign', 'contacts.block'],
}
