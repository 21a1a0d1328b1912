/**
 * What an API key may do: areas of the API, to read or to write. Always holds: a route belongs to the area of its tag; areas that are a person's own
 * (sign-in, his settings) take no key; a key never has a right that its maker lacks.
 */
import type { Right } from './rights.ts'
import type { Route } from './route.ts'

/** Areas by the tag of a route; null: for people only. */
const areaOfTag: Readonly<Record<string, Area | null>> = {
  Setup: null,
  Session: null,
  Inbox: 'conversations',
  Drafts: null,
  Views: null,
  Files: 'files',
  Contacts: 'contacts',
  Accounts: 'accounts',
  Members: 'people',
  Audit: 'people',
  Workspace: 'settings',
  Settings: 'settings',
  Teams: 'settings',
  Labels: 'settings',
  Macros: 'settings',
  Answers: 'answers',
  Supervisor: 'reports',
  Notices: 'notices',
  Machines: 'machines',
  // A key that makes keys could give itself any scope.
  'API keys': null,
  Notifications: null,
  'Cut-over': 'cutover',
  Registry: 'accounts',
  // What is sent after a restore is a person's decision.
  Recovery: null,
}

export const areas = [
  'conversations',
  'contacts',
  'files',
  'accounts',
  'people',
  'settings',
  'answers',
  'reports',
  'notices',
  'machines',
  'cutover',
] as const
export type Area = (typeof areas)[number]
export type Scope = `${Area}:${'read' | 'write'}`
export const scopes: readonly Scope[] = areas.flatMap(area => [`${area}:read`, `${area}:write`] as const)

/** Rights without which an area is of no use to a key. */
export const rightsOfArea: Readonly<Record<Area, readonly Right[]>> = {
  conversations: ['conversations.assign', 'contacts.block', 'contacts.details'],
  contacts: ['contacts.details', 'contacts.export'],
  files: [],
  accounts: ['accounts.manage'],
  people: ['people.manage', 'audit.see'],
  settings: ['desk.manage', 'routing.manage', 'people.manage'],
  answers: ['answers.manage'],
  reports: ['reports.see'],
  notices: ['notices.send'],
  machines: ['machines.manage'],
  cutover: ['cutover.run'],
}

/** The scope that a route asks of a key; null: for people only. */
export function scopeOf(route: Pick<Route, 'tag' | 'method'>): Scope | null {
  const area = areaOfTag[route.tag]
  return area ? `${area}:${route.method === 'GET' ? 'read' : 'write'}` : null
}

/** Whether every tag is known: a new one must be placed. */
export function isPlaced(tag: string): boolean {
  return Object.hasOwn(areaOfTag, tag)
}
