/**
 * Whether a database server can be trusted with acknowledged messages: version, durability, encoding. Always holds: asked as every role that writes, since a
 * role or a database may have settings of its own; each trouble is one clear sentence with the statement that mends it.
 */
import type pg from 'pg'

export interface ServerFacts {
  version: string
  versionNumber: number
  fsync: string
  synchronousCommit: string
  fullPageWrites: string
  encoding: string
  collation: string
  role: string
}

export interface ServerTrouble {
  kind: 'version' | 'durability' | 'encoding'
  /** What is so, and what follows. */
  sentence: string
  /** The statement or step that mends it. */
  fix: string
}

export const oldestServer = 150_000

/** What a connection says of its server. */
export async function serverFacts(connection: Pick<pg.ClientBase, 'query'>): Promise<ServerFacts> {
  const { rows } = await connection.query<ServerFacts>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as "versionNumber", current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as "synchronousCommit", current_setting('full_page_writes') as "fullPageWrites", current_user as role,
      (select pg_encoding_to_char(encoding) from pg_database where datname = current_database()) as encoding,
      (select datcollate from pg_database where datname = current_database()) as collation`,
  )
  return rows[0]!
}

/** Why a hub must not start on this server. */
export function troublesOf(facts: ServerFacts): ServerTrouble[] {
  const troubles: ServerTrouble[] = []
  if (facts.versionNumber < oldestServer)
    troubles.push({
      kind: 'version',
      sentence: `PostgreSQL 15 or newer is needed; this server is ${facts.version}.`,
      fix: 'Upgrade the server, or unset DATABASE_URL to use the embedded one',
    })
  if (facts.encoding !== 'UTF8')
    troubles.push({
      kind: 'encoding',
      sentence: `The database’s encoding is ${facts.encoding}; with anything but UTF8 names and messages in other scripts could not be stored.`,
      fix: 'createdb --encoding=UTF8 --template=template0 dragoman',
    })
  const off = (
    [
      ['fsync', facts.fsync !== 'on'],
      // `local` waits for this server’s disk: acknowledged messages are safe there.
      ['synchronous_commit', facts.synchronousCommit === 'off'],
      ['full_page_writes', facts.fullPageWrites !== 'on'],
    ] as const
  ).flatMap(([name, isOff]) => (isOff ? [name] : []))
  if (off.length > 0)
    troubles.push({
      kind: 'durability',
      sentence: `The database server could lose or break messages that platforms believe delivered: ${off.join(' and ')} ${off.length > 1 ? 'are' : 'is'} off for the role ${facts.role}.`,
      fix: `${off.map(name => `alter system set ${name} = on;`).join(' ')} select pg_reload_conf()   (and: alter role ${facts.role} reset all, where it has settings of its own)`,
    })
  return troubles
}

/** The server is not fit: the first trouble, as a sentence with its remedy. */
export class UnfitServerError extends Error {}

/** Throws UnfitServerError where a hub must not start. `durabilityMayBeOff`: an operator has said so in the settings. */
export async function requireFitServer(connection: Pick<pg.ClientBase, 'query'>, durabilityMayBeOff: boolean): Promise<void> {
  const trouble = troublesOf(await serverFacts(connection)).find(({ kind }) => kind !== 'durability' || !durabilityMayBeOff)
  if (trouble) throw new UnfitServerError(`${trouble.sentence} To mend it: ${trouble.fix}`)
}
