/** A claimed part with everything that its channel needs, loaded for one workspace at a time. Always holds: secrets stay beside the view, never in it. */

import { createHash, randomBytes } from 'node:crypto'
import {
  type Media,
  type MediaSource,
  type MessageBody,
  mediaOf,
  type OpenWindow,
  type OutboundPart,
  type PublicPlace,
  type Standing,
} from '@dragoman/core'
import { type AccountContext, toContext } from '../accounts/context.ts'
import { accountSecrets } from '../accounts/secrets.ts'
import { placed, surfaceOf } from '../accounts/surface.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import type { Claimed } from './claim.ts'

export interface Sending {
  claimed: Claimed
  account: AccountContext
  secrets: Readonly<Record<string, string>>
  part: OutboundPart
  windows: OpenWindow[]
  standing: Standing
  place: PublicPlace | null
  storageKeys: ReadonlyMap<string, { key: string; sizeBytes: number }>
}

/** Loads claimed parts of one workspace: a few statements, however many there are. */
export async function loadSendings(hub: Hub, workspaceId: string, claimed: readonly Claimed[]): Promise<Sending[]> {
  return await inWorkspace(hub, workspaceId, async tx => {
    const { rows } = await tx.client.query({
      name: 'sending_load',
      text: `select p.id, p.account_id, p.body, p.reply_to_external, c.thread_id, c.place, c.last_inbound_external_id, m.author_kind = 'system' or coalesce(b.is_machine, false) as automatic, c.windows, c.standing, i.phone,
          (select array_agg(x.external_id order by x.replaced, x.known_at desc) from identity_alias x where x.workspace_id = c.workspace_id and x.identity_id = c.identity_id) as external_ids
        from part p
        join message m on m.workspace_id = p.workspace_id and m.id = p.message_id
        left join member b on b.workspace_id = m.workspace_id and b.id = m.author_id
        join conversation c on c.workspace_id = p.workspace_id and c.id = p.conversation_id
        join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id
        where p.workspace_id = $1 and p.id = any($2::uuid[]) and p.attempt_id = any($3::uuid[]) and p.state = 'sending'`,
      values: [workspaceId, claimed.map(row => row.partId), claimed.map(row => row.attemptId)],
    })
    const accounts = await loadAccounts(
      hub,
      tx,
      rows.map(row => row.account_id),
    )
    const bodies = new Map<string, MessageBody>(rows.map(row => [row.id, hub.codec.openJson<MessageBody>(workspaceId, row.body)]))
    const files = await loadFiles(
      tx,
      [...bodies.values()].flatMap(body => mediaOf(body.content)),
    )
    const handles = await loadHandles(tx, [...accounts.keys()], [...files.keys()])
    const answered = await answeredLetters(
      hub,
      tx,
      rows.map(row => ({ ...row, channel: accounts.get(row.account_id)!.account.channel })),
    )
    const claims = new Map(claimed.map(one => [one.partId, one]))
    const storageKeys = new Map([...files].map(([id, file]) => [id, { key: file.key, sizeBytes: file.sizeBytes }]))
    const sendings: Sending[] = []
    for (const row of rows) {
      const { account, secrets } = accounts.get(row.account_id)!
      const body = bodies.get(row.id)!
      const media: Record<string, MediaSource> = {}
      for (const medium of mediaOf(body.content)) {
        const fileId = medium.ref.from === 'file' ? medium.ref.fileId : ''
        const file = files.get(fileId)
        if (!file) continue
        media[fileId] = {
          name: medium.name ?? file.name ?? 'file',
          mimeType: file.mimeType,
          sizeBytes: file.sizeBytes,
          handle: handles.get(`${account.id} ${fileId}`),
          url: await publicLink(hub, tx, account, fileId),
          width: file.width,
          height: file.height,
          durationMs: file.durationMs,
        }
      }
      sendings.push({
        claimed: claims.get(row.id)!,
        account,
        secrets,
        windows: row.windows,
        standing: row.standing,
        place: row.place,
        storageKeys,
        part: {
          ref: row.id,
          body,
          to: { threadId: row.thread_id, externalIds: row.external_ids ?? [], phone: row.phone ?? undefined, ...placed(row.place) },
          replyTo: row.reply_to_external ?? undefined,
          answers: row.last_inbound_external_id
            ? { externalId: row.last_inbound_external_id, ...answered.get(`${row.account_id} ${row.last_inbound_external_id}`) }
            : undefined,
          ...(row.automatic ? { automatic: true } : {}),
          media,
          idempotencyKey: row.id,
        },
      })
    }
    return sendings
  })
}

/** The accounts of a group of sendings, each read once: never remembered longer, so that a changed setting or secret counts for the next group. */
async function loadAccounts(
  hub: Hub,
  tx: Transaction,
  accountIds: readonly string[],
): Promise<Map<string, { account: AccountContext; secrets: Readonly<Record<string, string>> }>> {
  const { rows } = await tx.client.query({
    name: 'sending_accounts',
    text: `select a.id, a.channel, a.name, a.external_id, a.config, a.origins, a.status, a.mode, a.held_since, a.way, a.endpoint_id, a.degraded, a.proxy, a.secrets, w.languages[1] as language
      from account a join workspace w on w.workspace_id = a.workspace_id where a.workspace_id = $1 and a.id = any($2::uuid[])`,
    values: [tx.workspaceId, [...new Set(accountIds)]],
  })
  const accounts = new Map<string, { account: AccountContext; secrets: Readonly<Record<string, string>> }>()
  for (const row of rows)
    accounts.set(row.id, {
      account: toContext(hub, tx.workspaceId, row, row.language),
      secrets: await accountSecrets(hub, tx, row.id, row.secrets),
    })
  return accounts
}

/** What a letter says above its words, and which one it answers, of the letters that these parts answer; by account and external id. */
async function answeredLetters(
  hub: Hub,
  tx: Transaction,
  rows: readonly { channel: string; account_id: string; last_inbound_external_id: string | null }[],
): Promise<Map<string, { subject?: string; replyTo?: string }>> {
  const wanted = rows.filter(row => row.last_inbound_external_id !== null && channelOf(hub, row.channel).hasSubjects)
  if (wanted.length === 0) return new Map()
  const { rows: found } = await tx.client.query({
    name: 'sending_answered',
    text: `select x.account_id, x.external_id, m.body, coalesce(m.reply_to_external, (select y.external_id from platform_message y
          where y.workspace_id = m.workspace_id and y.message_id = m.reply_to_id order by y.index limit 1)) as reply_to
        from unnest($2::uuid[], $3::text[]) as w(account_id, external_id)
        join platform_message x on x.workspace_id = $1 and x.account_id = w.account_id and x.external_id = w.external_id
        join message m on m.workspace_id = x.workspace_id and m.id = x.message_id`,
    values: [tx.workspaceId, wanted.map(row => row.account_id), wanted.map(row => row.last_inbound_external_id)],
  })
  return new Map(
    found.map(row => {
      const { subject } = hub.codec.openJson<MessageBody>(tx.workspaceId, row.body)
      return [
        `${row.account_id} ${row.external_id}`,
        { ...(subject === undefined ? {} : { subject }), ...(row.reply_to === null ? {} : { replyTo: row.reply_to as string }) },
      ]
    }),
  )
}

interface FileFacts {
  key: string
  name: string | null
  mimeType: string
  sizeBytes: number
  width: number | undefined
  height: number | undefined
  durationMs: number | undefined
}

async function loadFiles(tx: Transaction, media: readonly Media[]): Promise<Map<string, FileFacts>> {
  const ids = media.flatMap(medium => (medium.ref.from === 'file' ? [medium.ref.fileId] : []))
  if (ids.length === 0) return new Map()
  const rows = await tx.db
    .selectFrom('file')
    .select(['id', 'storage_key', 'name', 'mime_type', 'size_bytes', 'width', 'height', 'duration_ms'])
    .where('id', 'in', ids)
    .where('state', '=', 'stored')
    .execute()
  return new Map(
    rows.map(row => [
      row.id,
      {
        key: row.storage_key!,
        name: row.name,
        mimeType: row.mime_type ?? 'application/octet-stream',
        sizeBytes: row.size_bytes ?? 0,
        width: row.width ?? undefined,
        height: row.height ?? undefined,
        durationMs: row.duration_ms ?? undefined,
      },
    ]),
  )
}

/** What the platform calls files that it has already, by account and file. */
async function loadHandles(tx: Transaction, accountIds: readonly string[], fileIds: readonly string[]): Promise<Map<string, string>> {
  if (fileIds.length === 0) return new Map()
  const { rows } = await tx.client.query<{ account_id: string; file_id: string; handle: string }>({
    name: 'sending_handles',
    text: `select account_id, file_id, handle from media_handle where workspace_id = $1 and account_id = any($2::uuid[]) and file_id = any($3::uuid[])
      and (expires_at is null or expires_at > clock_timestamp())`,
    values: [tx.workspaceId, accountIds, fileIds],
  })
  return new Map(rows.map(row => [`${row.account_id} ${row.file_id}`, row.handle]))
}

/** A link for the platform to fetch one file by: unguessable, as long-lived as the channel says; only where it takes files no other way. */
async function publicLink(hub: Hub, tx: Transaction, account: AccountContext, fileId: string): Promise<string | undefined> {
  if (!hub.publicUrl) return undefined
  const { capabilities } = surfaceOf(channelOf(hub, account.channel), account)
  if (!Object.values(capabilities.media).some(limit => limit.byUrlOnly)) return undefined
  const token = randomBytes(24).toString('base64url')
  await tx.db
    .insertInto('file_link')
    .values({
      workspace_id: tx.workspaceId,
      token_hash: createHash('sha256').update(token).digest(),
      file_id: fileId,
      expires_at: new Date(hub.now() + capabilities.mediaLinkTtlMs),
    })
    .execute()
  return `${hub.publicUrl}/media/${token}`
}
