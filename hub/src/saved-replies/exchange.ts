/**
 * Saved replies as a file, out and in: JSON, or CSV with one line per text. Always holds: importing what was exported changes nothing; the shortcut says
 * which reply a row belongs to; a broken row is named with its number and leaves the rest alone.
 */
import { type MessageBody, messageBody, type SavedReplyView, shortcut as shortcutForm } from '@dragoman/api'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { z } from 'zod'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { settingIn } from '../settings/settings.ts'
import { changeSavedReply, insertSavedReply, mustManage, type SavedReplyInput } from './saved-replies.ts'
import { savedReplyViews } from './views.ts'

export type ExchangeFormat = 'json' | 'csv'

const columns = ['shortcut', 'name', 'folder', 'account', 'language', 'text', 'body'] as const

/** One text of a reply: what a line of the file says. `account` is empty for the reply itself, else the account's name. */
const line = z.object({
  shortcut: shortcutForm,
  name: z.string().trim().min(1).max(120),
  folder: z.string().trim().max(60).default(''),
  account: z.string().trim().max(200).default(''),
  language: z.string().regex(/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/, 'a language such as en or ru'),
  text: z.string().max(65_536).default(''),
  /** The whole message as JSON, where it is more than plain text; goes before `text`. */
  body: z.union([z.string(), z.looseObject({})]).optional(),
})

export interface ImportResult {
  created: number
  changed: number
  same: number
  errors: { row: number; shortcut: string; message: string }[]
}

/** Everybody's saved replies as one file. */
export async function exportSavedReplies(
  hub: Hub,
  actor: Actor,
  format: ExchangeFormat,
): Promise<{ fileName: string; mimeType: string; text: string }> {
  mustManage(actor)
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const names = await namesIn(tx)
      const replies = (await savedReplyViews(tx, actor, { archived: false })).filter(reply => !reply.mine)
      const lines = replies.flatMap(reply => linesOf(reply, names))
      return format === 'json'
        ? { fileName: 'saved-replies.json', mimeType: 'application/json', text: `${JSON.stringify({ savedReplies: lines }, null, 2)}\n` }
        : {
            fileName: 'saved-replies.csv',
            mimeType: 'text/csv',
            text: stringify(
              lines.map(one => ({ ...one, body: one.body && JSON.stringify(one.body) })),
              { header: true, columns: [...columns], bom: true },
            ),
          }
    },
    { snapshot: true },
  )
}

interface Names {
  folders: Map<string, string>
  accounts: Map<string, string>
}

async function namesIn(tx: Transaction): Promise<Names> {
  const { folders } = (await settingIn(tx, 'saved_reply_folders')).value
  const accounts = await tx.db.selectFrom('account').select(['id', 'name']).orderBy('created_at').execute()
  const count = (name: string) => accounts.filter(one => one.name === name).length
  return {
    folders: new Map(folders.map(folder => [folder.id, folder.name])),
    // Two accounts of one name are told apart by their ids.
    accounts: new Map(accounts.map(one => [one.id, count(one.name) > 1 ? one.id : one.name])),
  }
}

function linesOf(reply: SavedReplyView, names: Names) {
  const one = (account: string, language: string, body: MessageBody) => ({
    shortcut: reply.shortcut,
    name: reply.name,
    folder: (reply.folderId && names.folders.get(reply.folderId)) ?? '',
    account,
    language,
    text: body.content.kind === 'text' ? body.content.text.text : '',
    ...(isPlain(body) ? {} : { body }),
  })
  return [
    ...Object.entries(reply.bodies).map(([language, body]) => one('', language, body)),
    ...Object.entries(reply.exceptions).flatMap(([accountId, bodies]) =>
      Object.entries(bodies).map(([language, body]) => one(names.accounts.get(accountId) ?? accountId, language, body)),
    ),
  ]
}

function isPlain(body: MessageBody): boolean {
  return body.content.kind === 'text' && !body.content.text.entities?.length && !body.keyboard
}

/** Takes saved replies from a file. `apply` false only says what would come of it. Problems: invalid_request, where it is no such file at all. */
export async function importSavedReplies(
  hub: Hub,
  actor: Actor,
  input: { format: ExchangeFormat; text: string; apply: boolean },
): Promise<ImportResult> {
  mustManage(actor)
  const rows = rowsOf(input.format, input.text)
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const names = await namesIn(tx)
    const result: ImportResult = { created: 0, changed: 0, same: 0, errors: [] }
    const fail = (row: number, shortcut: string, message: string) => result.errors.push({ row, shortcut, message })
    const replies = gather(rows, names, fail)
    const present = new Map(
      (await savedReplyViews(tx, actor, { archived: false })).filter(one => !one.mine).map(one => [one.shortcut, one]),
    )
    for (const { row, reply } of replies) {
      const before = present.get(reply.shortcut)
      if (before && sameReply(before, reply)) {
        result.same++
        continue
      }
      await tx.client.query('savepoint one')
      try {
        if (before) await changeSavedReply(tx, actor, before, reply)
        else await insertSavedReply(tx, actor, { ...reply, mine: false })
        await tx.client.query(input.apply ? 'release savepoint one' : 'rollback to savepoint one')
        if (before) result.changed++
        else result.created++
      } catch (error) {
        if (!(error instanceof HubProblem)) throw error
        await tx.client.query('rollback to savepoint one')
        fail(row, reply.shortcut, error.problem.detail)
      }
    }
    result.errors.sort((a, b) => a.row - b.row)
    if (input.apply && result.created + result.changed > 0) {
      const { created, changed } = result
      await recordOperation(tx, actor, 'saved_reply.imported', null, { created, changed, errors: result.errors.length })
      tx.append({ event: { kind: 'catalogue.changed', catalogue: 'saved_replies' }, scope: {} })
    }
    return result
  })
}

function rowsOf(format: ExchangeFormat, text: string): unknown[] {
  try {
    if (format === 'csv')
      return parse(text, {
        columns: true,
        bom: true,
        skip_empty_lines: true,
        relax_column_count: true,
        delimiter: delimiterOf(text),
      }) as unknown[]
    const parsed = JSON.parse(text) as { savedReplies?: unknown }
    const list = Array.isArray(parsed) ? parsed : parsed.savedReplies
    if (Array.isArray(list)) return list
  } catch (error) {
    throw new HubProblem('invalid_request', `The file could not be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  throw new HubProblem('invalid_request', 'The file has no list “savedReplies”.')
}

/** Spreadsheets of some countries write semicolons or tabs: what the heading has most of. */
function delimiterOf(text: string): string {
  const heading = text.split('\n', 1)[0]!
  const count = (sign: string) => heading.split(sign).length
  return [',', ';', '\t'].toSorted((a, b) => count(b) - count(a))[0]!
}

/** Lines of one shortcut make one reply. Rows count from 1; the heading of a CSV is not counted. */
function gather(
  rows: readonly unknown[],
  names: Names,
  fail: (row: number, shortcut: string, message: string) => void,
): { row: number; reply: SavedReplyInput }[] {
  const byShortcut = new Map<string, { row: number; reply: SavedReplyInput }>()
  const folderByName = new Map([...names.folders].map(([id, name]) => [name.toLowerCase(), id]))
  const accountByName = new Map([...names.accounts].flatMap(([id, name]) => [[name.toLowerCase(), id] as const, [id, id] as const]))
  for (const [index, raw] of rows.entries()) {
    const row = index + 1
    const given = String((raw as { shortcut?: unknown } | null)?.shortcut ?? '')
    const parsed = line.safeParse(raw)
    if (!parsed.success) {
      fail(row, given, parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; '))
      continue
    }
    const { shortcut, name, folder, account, language } = parsed.data
    const body = bodyOf(parsed.data)
    if (typeof body === 'string') {
      fail(row, shortcut, body)
      continue
    }
    const accountId = account === '' ? '' : accountByName.get(account.toLowerCase())
    if (accountId === undefined) {
      fail(row, shortcut, `account: there is no account “${account}”`)
      continue
    }
    const folderId = folder === '' ? null : (folderByName.get(folder.toLowerCase()) ?? null)
    if (folder !== '' && folderId === null) {
      fail(row, shortcut, `folder: there is no folder “${folder}”`)
      continue
    }
    const entry = byShortcut.get(shortcut) ?? { row, reply: { name, shortcut, folderId, bodies: {}, exceptions: {} } }
    byShortcut.set(shortcut, entry)
    if (accountId !== '') entry.reply.exceptions[accountId] ??= {}
    const bodies = accountId === '' ? entry.reply.bodies : entry.reply.exceptions[accountId]!
    if (bodies[language]) fail(row, shortcut, `language: “${language}” is there twice`)
    else bodies[language] = body
  }
  return [...byShortcut.values()]
}

function bodyOf(one: z.infer<typeof line>): MessageBody | string {
  if (one.body === undefined || one.body === '')
    return one.text.trim() === '' ? 'text: empty' : { content: { kind: 'text', text: { text: one.text } } }
  try {
    const parsed = messageBody.safeParse(typeof one.body === 'string' ? JSON.parse(one.body) : one.body)
    return parsed.success ? parsed.data : `body: ${parsed.error.issues[0]?.message ?? 'not a message'}`
  } catch {
    return 'body: not JSON'
  }
}

function sameReply(before: SavedReplyView, now: SavedReplyInput): boolean {
  const facts = (one: SavedReplyInput) => JSON.stringify(sorted([one.name, one.folderId, one.bodies, one.exceptions]))
  return facts(before) === facts(now)
}

/** The same value whatever order its keys were written in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
