/**
 * Agents from a CSV file. Always holds: the same rows are looked at the same way whether it is only a look or the real thing; a broken row holds up no
 * other; the same file twice invites nobody twice; what we write back cannot become a formula in a spreadsheet.
 */
import type { ImportProblem, ImportRow, OperationResponse, Role } from '@dragoman/api'
import { builtInRights, memberFacts } from '@dragoman/api'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { atLeast } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import { HubProblem } from '../problem.ts'
import type { Actor } from './actor.ts'
import { insertInvitation } from './invitations.ts'
import { lockPeople, roleViews } from './roles.ts'
import { workspaceView } from './views.ts'

const mostRows = 500

/** The columns, by what people write above them in either language. */
const headings: Record<string, readonly string[]> = {
  name: ['name', 'full name', 'имя', 'фио', 'имя и фамилия', 'сотрудник'],
  email: ['email', 'e-mail', 'mail', 'e-mail address', 'email address', 'почта', 'эл. почта', 'электронная почта', 'имейл', 'емейл'],
  role: ['role', 'роль'],
  team: ['team', 'teams', 'команда', 'команды', 'отдел'],
  languages: ['languages', 'language', 'языки', 'язык'],
  skills: ['skills', 'skill', 'навыки', 'навык', 'умения'],
  capacity: ['capacity', 'нагрузка', 'ёмкость', 'емкость', 'диалогов'],
}
type Column = 'name' | 'email' | 'role' | 'team' | 'languages' | 'skills' | 'capacity'

const builtInNames: Record<string, Role> = {
  agent: 'agent',
  оператор: 'agent',
  агент: 'agent',
  manager: 'manager',
  менеджер: 'manager',
  owner: 'owner',
  владелец: 'owner',
}

/** What a firm has that rows may name. */
interface Firm {
  actor: Actor
  roles: { names: string[]; role: Role; roleId: string; mine: boolean }[]
  teams: Map<string, string>
  users: Set<string>
  waiting: Set<string>
}

interface ReadRow {
  view: ImportRow
  invitation?: {
    email: string
    name: string
    role: Role
    roleId: string | null
    teamIds: string[]
    languages: string[]
    skills: string[]
    capacity: number | null
  }
  record: string[]
}

/** Looks at a list, and with `dryRun: false` invites everybody in good order. Problems: invalid_request, mail_not_configured. */
export async function importMembers(
  hub: Hub,
  actor: Actor,
  { csv, dryRun, send }: { csv: string; dryRun: boolean; send: boolean },
): Promise<OperationResponse<'importMembers'>> {
  if (send && !hub.mail) throw new HubProblem('mail_not_configured')
  const table = readTable(csv)
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    // One at a time: two who import the same file at once invite nobody twice.
    if (!dryRun) await lockPeople(tx)
    const rows = judge(table, await readFirm(hub, tx, actor))
    const invited = []
    if (!dryRun) {
      for (const { view, invitation } of rows) {
        if (!invitation) continue
        const made = await insertInvitation(hub, tx, actor, { ...invitation, send })
        invited.push({ id: made.id, email: invitation.email, name: invitation.name, url: made.url })
        view.result = 'invite'
      }
      await recordOperation(tx, actor, 'members.imported', null, {
        invited: invited.length,
        known: rows.filter(({ view }) => view.result === 'member' || view.result === 'waiting').length,
        broken: rows.filter(({ view }) => view.result === 'error').length,
      })
      if (invited.length > 0) tx.append({ event: { kind: 'workspace.changed', workspace: await workspaceView(hub, tx) }, scope: {} })
    }
    return { rows: rows.map(row => row.view), ignored: table.ignored, rejected: rejectedCsv(table, rows), invited }
  })
}

interface Table {
  delimiter: string
  heading: string[]
  columns: Partial<Record<Column, number>>
  ignored: string[]
  records: { line: number; cells: string[] }[]
}

function readTable(csv: string): Table {
  const text = csv.replace(/^\uFEFF/, '')
  const first = text.split(/\r?\n/).find(line => line.trim() !== '') ?? ''
  const delimiter = [';', '\t', ','].reduce((best, one) => (first.split(one).length > first.split(best).length ? one : best), ',')
  let parsed: { record: string[]; info: { lines: number } }[]
  try {
    parsed = parse(text, {
      delimiter,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      relax_quotes: true,
      to: mostRows + 2,
    }) as unknown as typeof parsed
  } catch (error) {
    const line = (error as { lines?: number }).lines
    throw badFile(`This is not a CSV file that can be read${line ? `: look at line ${line}` : ''}.`, 'broken', line)
  }
  const [top, ...rest] = parsed
  if (!top) throw badFile('The file is empty.', 'empty')
  const heading = top.record
  const columns: Table['columns'] = {}
  const ignored: string[] = []
  for (const [index, title] of heading.entries()) {
    const column = Object.keys(headings).find(name => headings[name]!.includes(title.trim().toLowerCase())) as Column | undefined
    if (column && columns[column] === undefined) columns[column] = index
    else if (title !== '') ignored.push(title.slice(0, 60))
  }
  if (columns.email === undefined) throw badFile('There is no column “email” (or «почта») in the first line.', 'no_email')
  const records = rest
    .filter(({ record }) => record.some(cell => cell !== ''))
    .map(({ record, info }) => ({ line: info.lines, cells: record }))
  if (records.length > mostRows) throw badFile(`At most ${mostRows} rows at once. Split the file.`, 'too_long')
  return { delimiter, heading, columns, ignored, records }
}

function badFile(detail: string, message: string, line?: number): HubProblem {
  return new HubProblem('invalid_request', detail, { errors: [{ path: 'csv', message }], ...(line ? { line } : {}) })
}

async function readFirm(hub: Hub, tx: Transaction, actor: Actor): Promise<Firm> {
  const teams = await tx.db.selectFrom('team').select(['id', 'name']).where('archived_at', 'is', null).execute()
  const users = await tx.client.query<{ email: string }>('select lower(email) as email from app_user')
  const waiting = await tx.client.query<{ email: string }>(
    'select lower(email) as email from invitation where workspace_id = $1 and email is not null and accepted_at is null and expires_at > $2',
    [tx.workspaceId, new Date(hub.now())],
  )
  return {
    actor,
    roles: (await roleViews(tx)).map(role => ({
      names: Object.values(role.name).map(name => name.toLowerCase()),
      role: role.rank,
      roleId: role.id,
      mine: atLeast(actor.role, role.rank) && role.rights.every(right => actor.rights.has(right)),
    })),
    teams: new Map(teams.map(team => [team.name.toLowerCase(), team.id])),
    users: new Set(users.rows.map(row => row.email)),
    waiting: new Set(waiting.rows.map(row => row.email)),
  }
}

function judge(table: Table, firm: Firm): ReadRow[] {
  const met = new Set<string>()
  return table.records.map(({ line, cells }) => {
    const cell = (column: Column) => (table.columns[column] === undefined ? '' : (cells[table.columns[column]] ?? '')).trim()
    const email = cell('email').toLowerCase()
    const view: ImportRow = {
      line,
      name: cell('name').slice(0, 200),
      email: email.slice(0, 320),
      role: cell('role').slice(0, 80),
      result: 'invite',
      problem: null,
    }
    const row: ReadRow = { view, record: cells }
    const judged = judgeCells(cell, email, cells.length > table.heading.length, firm)
    if ('code' in judged || met.has(email)) {
      view.result = 'error'
      view.problem = 'code' in judged ? judged : { code: 'email_twice' }
    } else if (firm.users.has(email)) view.result = 'member'
    else if (firm.waiting.has(email)) view.result = 'waiting'
    else row.invitation = judged
    if (view.result !== 'error') met.add(email)
    return row
  })
}

function judgeCells(
  cell: (column: Column) => string,
  email: string,
  tooLong: boolean,
  firm: Firm,
): ImportProblem | NonNullable<ReadRow['invitation']> {
  if (tooLong) return { code: 'row_broken' }
  if (email === '') return { code: 'email_missing' }
  if (!/^[^\s@,;<>"']+@[^\s@.]+(\.[^\s@.]+)+$/.test(email) || email.length > 320) return wrong('email_wrong', email)
  const name = cell('name')
  if (name.length > 120) return { code: 'name_long' }
  const given = roleOf(cell('role'), firm)
  if ('code' in given) return given
  const teamIds: string[] = []
  for (const title of parts(cell('team'), /[|,;]/)) {
    const id = firm.teams.get(title.toLowerCase())
    if (!id) return wrong('team_unknown', title)
    teamIds.push(id)
  }
  const languages = memberFacts.shape.languages.safeParse(parts(cell('languages'), /[\s|,;]+/))
  if (!languages.success) return wrong('language_wrong', cell('languages'))
  const skills = memberFacts.shape.skills.safeParse(parts(cell('skills'), /[|,;]/))
  if (!skills.success) return wrong('skill_wrong', cell('skills'))
  const capacity = cell('capacity') === '' ? null : Number(cell('capacity'))
  if (!memberFacts.shape.capacity.safeParse(capacity).success) return wrong('capacity_wrong', cell('capacity'))
  return { email, name, ...given, teamIds, languages: languages.data, skills: skills.data, capacity }
}

function roleOf(title: string, firm: Firm): { role: Role; roleId: string | null } | ImportProblem {
  const wanted = title.toLowerCase()
  const own = firm.roles.find(role => role.names.includes(wanted))
  if (own) return own.mine ? { role: own.role, roleId: own.roleId } : wrong('role_not_yours', title)
  const role = wanted === '' ? 'agent' : builtInNames[wanted]
  if (!role) return wrong('role_unknown', title)
  const mine =
    atLeast(firm.actor.role, role) &&
    builtInRights[role].every(right => firm.actor.rights.has(right)) &&
    (role !== 'owner' || firm.actor.role === 'owner')
  return mine ? { role, roleId: null } : wrong('role_not_yours', title)
}

const wrong = (code: ImportProblem['code'], value: string): ImportProblem => ({ code, value: value.slice(0, 100) })
const parts = (text: string, separator: RegExp) =>
  text
    .split(separator)
    .map(one => one.trim())
    .filter(one => one !== '')

/** Broken rows as they came, with what is wrong. */
function rejectedCsv(table: Table, rows: readonly ReadRow[]): string | null {
  const broken = rows.filter(row => row.view.problem !== null)
  if (broken.length === 0) return null
  return writeCsv(
    [
      [...table.heading, 'error'],
      ...broken.map(({ record, view }) => [
        ...table.heading.map((_title, index) => record[index] ?? ''),
        [view.problem!.code, view.problem!.value].filter(Boolean).join(': '),
      ]),
    ],
    table.delimiter,
  )
}

/** Rows as CSV that a spreadsheet opens as text: what would be a formula gets an apostrophe in front, and the mark that says UTF-8 stands first. */
export function writeCsv(rows: readonly (readonly string[])[], delimiter = ','): string {
  return `\uFEFF${stringify(
    rows.map(row => row.map(cell => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell))),
    { delimiter, record_delimiter: '\r\n' },
  )}`
}
