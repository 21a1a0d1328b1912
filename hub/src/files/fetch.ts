/**
 * Fetches expected files from platforms before their links die [mechanics 20]. Always holds: a file belongs to this node while it is fetched; an
 * expired reference is resolved anew; what cannot be had ends as `failed` with a reason that is shown.
 */
import { type Channel, type Failure, nextStep, type Transmission } from '@dragoman/core'
import { accountContext } from '../accounts/context.ts'
import { downloadFor, performFor } from '../accounts/gate.ts'
import { accountSecrets } from '../accounts/secrets.ts'
import { inWorkspace } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import { appendFileChange, enqueue, type InspectFile, largestFileBytes, storageKey } from './files.ts'
import { TooLargeError } from './storage.ts'

interface Expected {
  workspace_id: string
  id: string
  account_id: string
  source: Buffer
  attempts: number
  mime_type: string | null
  name: string | null
}

const mostAttempts = 6

/** Fetches up to `most` files. Returns how many were tried. */
export async function fetchFiles(hub: Hub, inspect: InspectFile, most: number): Promise<number> {
  const { rows } = await hub.pools.system.query<Expected>(
    `update file set node_id = $1, attempts = attempts + 1, not_before = now() + interval '5 minutes'
      where (workspace_id, id) in (select workspace_id, id from file where state = 'expected' and not_before <= now() and source is not null order by not_before limit $2 for update skip locked)
      returning workspace_id, id, account_id, source, attempts, mime_type, name`,
    [hub.nodeId, most],
  )
  await Promise.all(rows.map(row => fetchOne(hub, inspect, row)))
  return rows.length
}

async function fetchOne(hub: Hub, inspect: InspectFile, row: Expected): Promise<void> {
  const result = await download(hub, inspect, row).catch((error): Fetched => ({ kind: 'failed', failure: failureOf(error) }))
  await inWorkspace(hub, row.workspace_id, async tx => {
    if (result.kind === 'stored') {
      tx.afterCommit(() => hub.signals.file('stored'))
      await tx.db
        .updateTable('file')
        .set({ ...result.row, state: 'stored', reason: null, node_id: null })
        .where('id', '=', row.id)
        .execute()
      await enqueue(tx, 'thumbnail', { workspaceId: row.workspace_id, fileId: row.id }, `thumbnail:${row.id}`)
    } else {
      const { failure } = result
      const step = nextStep(
        failure.kind === 'uncertain' ? { kind: 'retryable', code: failure.code, detail: failure.detail } : failure,
        row.attempts,
        0.5,
      )
      const again = step.kind === 'retry' && row.attempts < mostAttempts
      tx.afterCommit(() => hub.signals.file(again ? 'again' : 'failed'))
      await tx.db
        .updateTable('file')
        .set(
          again
            ? { not_before: new Date(hub.now() + step.afterMs), reason: failure.detail, node_id: null }
            : { state: 'failed', reason: failure.detail, node_id: null },
        )
        .where('id', '=', row.id)
        .execute()
      if (again) setTimeout(() => hub.bell.ring('files'), step.afterMs).unref()
    }
    // Nobody is told of what an import brings.
    const { plainUrl } = hub.codec.openJson<{ plainUrl?: string }>(row.workspace_id, row.source)
    if (plainUrl === undefined) await appendFileChange(hub, tx, row.id)
  }).catch(error => hub.log.error({ err: error, fileId: row.id }, 'a fetched file could not be recorded'))
}

type Fetched =
  | { kind: 'failed'; failure: Failure }
  | {
      kind: 'stored'
      row: {
        storage_key: string
        mime_type: string
        name: string | null
        size_bytes: number
        sha256: Buffer
        width: number | null
        height: number | null
        duration_ms?: number
      }
    }

/** A file that is simply there at an address. */
function plainMedia(url: string): NonNullable<Channel['extras']['media']> {
  return { next: () => ({ kind: 'download', request: { via: 'http', method: 'GET', url, body: { type: 'none' } } }) }
}

async function download(hub: Hub, inspect: InspectFile, row: Expected): Promise<Fetched> {
  const { account, secrets } = await inWorkspace(hub, row.workspace_id, async tx => {
    const account = await accountContext(hub, tx, row.account_id)
    if (!account) throw new Error('The account of this file is gone')
    const sealed = await tx.db.selectFrom('account').select('secrets').where('id', '=', row.account_id).executeTakeFirstOrThrow()
    return { account, secrets: await accountSecrets(hub, tx, row.account_id, sealed.secrets) }
  })
  const source = hub.codec.openJson<{ id?: string; url?: string; plainUrl?: string }>(row.workspace_id, row.source)
  // Of an import: the old system gives it to whoever knows its address, and no secret of the account goes there.
  const media = source.plainUrl === undefined ? channelOf(hub, account.channel).extras.media : plainMedia(source.plainUrl)
  if (!media)
    return {
      kind: 'failed',
      failure: { kind: 'permanent', reason: 'media_unavailable', code: 'no_media', detail: 'This messenger gives no files out' },
    }
  const context = {
    secrets: source.plainUrl === undefined ? secrets : {},
    origins: source.plainUrl === undefined ? Object.values(account.view.origins) : [],
    openFile: async () => {
      throw new Error('No files here')
    },
  }
  const done: Transmission[] = []
  for (let count = 0; count < 6; count++) {
    const step = media.next(source, done, account.view)
    if (step.kind === 'failed') return { kind: 'failed', failure: step.failure }
    if (step.kind === 'request') {
      done.push(await performFor(hub, account, 'looks', step.request, context))
      continue
    }
    const answer = await downloadFor(hub, account, step.request, { ...context, maxBytes: largestFileBytes })
    if (answer.kind !== 'answered') return { kind: 'failed', failure: { kind: 'retryable', code: answer.kind, detail: answer.cause } }
    if (answer.status !== 200) {
      await answer.stream.cancel().catch(() => {})
      // An address that has died is resolved anew from the beginning on the next attempt.
      const lasting = answer.status === 404 || answer.status === 410
      return {
        kind: 'failed',
        failure:
          lasting && row.attempts >= 2
            ? {
                kind: 'permanent',
                reason: 'media_unavailable',
                code: `http_${answer.status}`,
                detail: 'The messenger no longer has this file',
              }
            : { kind: 'retryable', code: `http_${answer.status}`, detail: `The messenger answered ${answer.status} for this file` },
      }
    }
    const key = storageKey(row.workspace_id, row.id)
    const stored = await hub.storage.put(key, answer.stream as unknown as AsyncIterable<Uint8Array>, largestFileBytes)
    const name = row.name ?? step.name
    const facts = await inspect(stored.head, name, row.mime_type ?? step.mimeType ?? answer.headers['content-type'], key)
    return {
      kind: 'stored',
      row: {
        storage_key: key,
        mime_type: facts.mimeType,
        name: name ?? null,
        size_bytes: stored.sizeBytes,
        sha256: stored.sha256,
        width: facts.width,
        height: facts.height,
        ...(facts.durationMs === null ? {} : { duration_ms: facts.durationMs }),
      },
    }
  }
  return {
    kind: 'failed',
    failure: {
      kind: 'permanent',
      reason: 'media_unavailable',
      code: 'too_many_steps',
      detail: 'The messenger led round in circles for this file',
    },
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof TooLargeError)
    return { kind: 'permanent', reason: 'too_large', code: 'too_large', detail: `Larger than ${largestFileBytes / 1_048_576} MB: not kept` }
  return { kind: 'retryable', code: 'internal', detail: error instanceof Error ? error.message : String(error) }
}
