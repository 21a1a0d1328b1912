/** Routes of imports: contacts, conversations and messages from a file of another system. */
import { z } from 'zod'
import { route } from '../route.ts'

const time = z.number()
export const importKinds = ['csv', 'json', 'chatwoot'] as const
export const importKind = z.enum(importKinds)
export const importDeeds = ['check', 'start', 'pause', 'resume', 'cancel', 'undo'] as const

const counts = z.object({
  records: z.int(),
  failed: z.int(),
  contactsMade: z.int(),
  contactsMatched: z.int(),
  conversationsMade: z.int(),
  conversationsMatched: z.int(),
  messagesMade: z.int(),
  messagesSkipped: z.int(),
  skipped: z.int(),
})

export const importMapping = z.object({
  /** Of a table: what each column is: `name`, `phone`, `attribute:<name>`, `skip` … */
  columns: z.array(z.string().max(120)).max(500).optional(),
  /** Account as the source names it -> ours; null: leave it out. */
  accounts: z.record(z.string().max(200), z.uuid().nullable()).optional(),
})

export const importView = z
  .object({
    id: z.uuid(),
    kind: importKind,
    name: z.string(),
    sizeBytes: z.number(),
    state: z.enum(['uploaded', 'checking', 'checked', 'running', 'paused', 'done', 'cancelled', 'undoing', 'undone']),
    /** How far it is in the file. */
    bytesDone: z.number(),
    counts,
    /** Headings of a table. */
    headers: z.array(z.string()).nullable(),
    /** The first rows of a table. */
    sample: z.array(z.array(z.string())),
    mapping: importMapping,
    /** What the dry run found. */
    findings: z
      .object({
        counts,
        /** Accounts of the source: id -> name. */
        accounts: z.record(z.string(), z.string()),
        problems: z.array(z.object({ line: z.int(), reason: z.string() })),
      })
      .nullable(),
    version: z.int(),
    by: z.string(),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
  })
  .meta({ id: 'Import' })
export type ImportView = z.infer<typeof importView>

const importId = z.object({ importId: z.uuid() })
const shared = { rule: 'agent', right: 'cutover.run', tag: 'Cut-over' } as const

export const importRoutes = {
  imports: route({
    ...shared,
    method: 'GET',
    path: '/v1/imports',
    summary: 'Imports, newest first',
    response: z.object({ imports: z.array(importView) }),
  }),
  createImport: route({
    ...shared,
    method: 'POST',
    path: '/v1/imports',
    summary: 'Upload a file to import (multipart, field `file`, up to 2 GiB); nothing is imported yet',
    query: z.object({ kind: importKind }),
    multipart: true,
    response: importView,
  }),
  import: route({
    ...shared,
    method: 'GET',
    path: '/v1/imports/:importId',
    summary: 'One import: how far it is, what it made',
    params: importId,
    response: importView,
  }),
  mapImport: route({
    ...shared,
    method: 'PATCH',
    path: '/v1/imports/:importId',
    summary: 'Say what the columns are and which account is which; the dry run is due again',
    params: importId,
    body: importMapping.extend({ version: z.int() }),
    response: importView,
  }),
  actOnImport: route({
    ...shared,
    method: 'POST',
    path: '/v1/imports/:importId/deeds',
    summary: 'Check (dry run), start, pause, resume, cancel or undo',
    params: importId,
    /** `acceptBroken`: start although more than a tenth of the rows is broken. */
    body: z.object({ deed: z.enum(importDeeds), acceptBroken: z.boolean().default(false) }),
    response: importView,
  }),
  importErrors: route({
    ...shared,
    method: 'GET',
    path: '/v1/imports/:importId/errors',
    summary: 'Rows that were left out, as a CSV file: line, reason, the row',
    params: importId,
    response: z.object({ name: z.string(), csv: z.string() }),
  }),
  importUndo: route({
    ...shared,
    method: 'GET',
    path: '/v1/imports/:importId/undo',
    summary: 'What undoing would take away, and what stays because somebody has touched it since',
    params: importId,
    response: z.object({ messages: z.int(), conversations: z.int(), contacts: z.int(), kept: z.int() }),
  }),
}
