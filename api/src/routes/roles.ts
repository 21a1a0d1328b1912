/** Routes of the firm's own roles, of importing agents, of who did what, and of showing a hidden contact. */
import { z } from 'zod'
import { right } from '../rights.ts'
import { route } from '../route.ts'
import { auditEntry, firmRole, importRow, roleName, roleRank } from '../schemas/people.ts'

const id = z.uuid()

export const auditQuery = z.object({
  /** Who did it; `hub`: the hub itself or its operator. */
  who: z.union([id, z.literal('hub')]).optional(),
  /** `member.changed`, or all of `member.`. */
  what: z
    .string()
    .max(80)
    .regex(/^[a-z_]+(\.[a-z_]*)?$/)
    .optional(),
  from: z.coerce.number().optional(),
  until: z.coerce.number().optional(),
})

export const roleRoutes = {
  roles: route({
    method: 'GET',
    path: '/v1/roles',
    rule: 'agent',
    tag: 'Members',
    summary: 'The firm’s own roles; owner, manager and agent are built in',
    response: z.object({ roles: z.array(firmRole) }),
  }),
  createRole: route({
    method: 'POST',
    path: '/v1/roles',
    rule: 'agent',
    right: 'people.manage',
    tag: 'Members',
    summary: 'Make a role, of rights that you have yourself',
    body: z.object({ name: roleName, rank: roleRank.default('agent'), rights: z.array(right).max(50) }),
    response: firmRole,
  }),
  updateRole: route({
    method: 'PATCH',
    path: '/v1/roles/:roleId',
    rule: 'agent',
    right: 'people.manage',
    tag: 'Members',
    summary: 'Change a role; counts at once for everybody who has it. A stale version is 409',
    params: z.object({ roleId: id }),
    body: z.object({
      version: z.int(),
      name: roleName.optional(),
      rank: roleRank.optional(),
      rights: z.array(right).max(50).optional(),
    }),
    response: firmRole,
  }),
  deleteRole: route({
    method: 'DELETE',
    path: '/v1/roles/:roleId',
    rule: 'agent',
    right: 'people.manage',
    tag: 'Members',
    summary: 'Delete a role that nobody has',
    params: z.object({ roleId: id }),
    response: z.object({}),
  }),
  importMembers: route({
    method: 'POST',
    path: '/v1/members/import',
    rule: 'agent',
    right: 'people.manage',
    tag: 'Members',
    summary:
      'Invite agents from CSV (columns name, email, role, team, languages, skills, capacity; English or Russian header; at most 500 rows). `dryRun` only looks',
    perMinute: 30,
    body: z.object({ csv: z.string().min(1).max(500_000), dryRun: z.boolean().default(true), send: z.boolean().default(false) }),
    response: z.object({
      rows: z.array(importRow),
      /** Columns that were not understood and are left out. */
      ignored: z.array(z.string()),
      /** The broken rows as CSV with a column `error`; null where there are none. */
      rejected: z.string().nullable(),
      /** The links of who was invited just now, shown this once. */
      invited: z.array(z.object({ id, email: z.string(), name: z.string(), url: z.string() })),
    }),
  }),
  revealContact: route({
    method: 'POST',
    path: '/v1/contacts/:contactId/reveal',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Show a contact’s hidden phone number and e-mail, with the reason; it is written down who asked and why',
    perMinute: 20,
    params: z.object({ contactId: id }),
    body: z.object({
      reason: z
        .string()
        .trim()
        .max(500)
        .refine(text => (text.match(/\p{L}/gu)?.length ?? 0) >= 5, 'five letters or more'),
    }),
    response: z.object({ phone: z.string().nullable(), email: z.string().nullable() }),
  }),
  audit: route({
    method: 'GET',
    path: '/v1/audit',
    rule: 'agent',
    right: 'audit.see',
    tag: 'Audit',
    summary: 'Who did what, newest first',
    query: auditQuery.extend({ cursor: z.string().max(256).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
    response: z.object({ entries: z.array(auditEntry), next: z.string().nullable() }),
  }),
  auditCsv: route({
    method: 'GET',
    path: '/v1/audit/export',
    rule: 'agent',
    right: 'audit.see',
    tag: 'Audit',
    summary: 'Who did what, as CSV: the newest 20,000 entries of what is asked for',
    perMinute: 10,
    query: auditQuery,
    response: z.object({ csv: z.string(), entries: z.int(), more: z.boolean() }),
  }),
}
