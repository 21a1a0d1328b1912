/**
 * Turns the event log into pushes for members' devices. Always holds: the workspace's place in the log moves in the transaction that makes the pushes, so
 * none is made twice; who has the inbox before his eyes is not pushed to; what was read somewhere is taken off all his devices.
 */
import { type ConversationView, type Notice, noticeOf, type PushPayload, type Reader, type StoredEvent, tagOf } from '@dragoman/api'
import { conversationViews } from '../conversations/views.ts'
import { bulkInsert } from '../database/bulk.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { EventScope } from '../event-log/append.ts'
import { maySee, type Seer } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import { previewOf } from '../messages/views.ts'
import { rightsOf } from '../people/actor.ts'
import { hideDetails } from '../people/hidden-details.ts'
import { readRules } from './rules.ts'
import { wordsOf } from './words.ts'

const eventsAtOnce = 500
const telling = ['message.created', 'mention.created', 'reminder.due', 'snooze.woke', 'webhook.paused', 'read.changed']
/** A push service keeps it so long for a device that is off; older events are not pushed at all. */
const lastsMs = 4 * 3_600_000
/** What was shown longer ago has been swept away by its owner. */
const shownForMs = 2 * 24 * 3_600_000

interface Device {
  id: string
  reader: Reader & Seer
  language: string
  seesDetails: boolean
}

interface Logged {
  event: StoredEvent
  scope: EventScope
}

interface Push {
  device: Device
  kind: 'show' | 'close'
  conversationId: string | null
  payload: PushPayload
}

/** One round for a workspace. True while more of the log waits. */
export async function gatherPushes(hub: Hub, workspaceId: string): Promise<boolean> {
  return await inWorkspace(hub, workspaceId, async tx => {
    const place = await tx.client.query<{ log_epoch: string; log_position: number; epoch: string; position: number }>(
      `select p.log_epoch, p.log_position, h.epoch, h.position from push_place p join log_head h on h.workspace_id = p.workspace_id
        where p.workspace_id = $1 and (p.log_epoch <> h.epoch or p.log_position < h.position) for update of p skip locked`,
      [workspaceId],
    )
    const [at] = place.rows
    if (!at) return false
    const isOther = at.epoch !== at.log_epoch
    const { rows } = await tx.client.query<{
      position: number
      account_id: string | null
      member_id: string | null
      min_role: 'manager' | 'owner' | null
      payload: Buffer | null
    }>({
      name: 'push_events',
      text: `select position, account_id, member_id, min_role, case when kind = any($4) and at > now() - $5 * interval '1 millisecond' then payload end as payload
        from event_log where workspace_id = $1 and position > $2 order by position limit $3`,
      values: [workspaceId, at.log_position, isOther ? 0 : eventsAtOnce, telling, lastsMs],
    })
    const events = rows.flatMap(row =>
      row.payload
        ? [
            {
              event: hub.codec.openJson<StoredEvent>(workspaceId, row.payload),
              scope: {
                ...(row.account_id ? { accountId: row.account_id } : {}),
                ...(row.member_id ? { memberId: row.member_id } : {}),
                ...(row.min_role ? { minRole: row.min_role } : {}),
              },
            },
          ]
        : [],
    )
    if (events.length > 0) await push(hub, tx, events)
    await tx.client.query('update push_place set log_epoch = $2, log_position = $3 where workspace_id = $1', [
      workspaceId,
      at.epoch,
      rows.at(-1)?.position ?? at.position,
    ])
    return rows.length === eventsAtOnce
  })
}

async function push(hub: Hub, tx: Transaction, events: readonly Logged[]): Promise<void> {
  const devices = await devicesOf(tx)
  if (devices.length === 0) return
  const ids = events.flatMap(({ event }) =>
    event.kind === 'message.created' ? [event.message.conversationId] : event.kind === 'read.changed' ? [event.read.conversationId] : [],
  )
  const views = new Map((await conversationViews(hub, tx, [...new Set(ids)])).map(view => [view.id, view]))
  const watching = hub.watching.connected(tx.workspaceId)
  // Of several about one conversation the last one counts.
  const pushes = new Map<string, Push>()
  for (const device of devices) {
    for (const one of events) {
      if (!maySee(device.reader, one.scope)) continue
      const made = one.event.kind === 'read.changed' ? closing(device, one.event.read, views) : undefined
      const shown = watching.has(device.reader.memberId) ? undefined : showing(hub, device, one.event, views)
      const next = made ?? shown
      if (next) pushes.set(`${device.id} ${next.payload.tag}`, next)
    }
  }
  await store(hub, tx, [...pushes.values()])
}

function showing(hub: Hub, device: Device, event: StoredEvent, views: ReadonlyMap<string, ConversationView>): Push | undefined {
  const now = hub.now()
  const notice = noticeOf(
    event,
    device.reader,
    id => views.get(id),
    message => previewOf(message.body),
    now,
  )
  if (!notice?.push) return undefined
  const { title, body } = wordsOf(device.seesDetails ? notice : hidden(notice), device.language, device.reader.rules.shows)
  const path = notice.conversationId
    ? `/inbox/all/${notice.conversationId}${notice.messageId ? `?message=${notice.messageId}` : ''}`
    : '/settings'
  return {
    device,
    kind: 'show',
    conversationId: notice.conversationId,
    payload: { kind: 'show', tag: notice.tag, title, body, path, at: notice.at },
  }
}

/** The same without numbers and addresses, in names and in words: a locked screen is read by anybody. */
function hidden(notice: Notice): Notice {
  const { details } = hideDetails({ details: { who: notice.who, text: notice.text } })
  return { ...notice, ...details }
}

function closing(
  device: Device,
  read: { conversationId: string; readCount: number },
  views: ReadonlyMap<string, ConversationView>,
): Push | undefined {
  const { conversationId, readCount } = read
  // Marked unread, or read up to a message before the last: it stays.
  if (readCount < (views.get(conversationId)?.inboundCount ?? 0)) return undefined
  return { device, kind: 'close', conversationId, payload: { kind: 'close', tag: tagOf(conversationId) } }
}

async function store(hub: Hub, tx: Transaction, pushes: readonly Push[]): Promise<void> {
  const closes = pushes.filter(one => one.kind === 'close')
  // A device that shows nothing of it needs no word; what has not left yet need not leave.
  const { rows: shown } = await tx.client.query<{ device_id: string; conversation_id: string; state: string }>(
    `delete from push_message m using unnest($2::uuid[], $3::uuid[]) as c(device_id, conversation_id)
      where m.workspace_id = $1 and m.kind = 'show' and m.device_id = c.device_id and m.conversation_id = c.conversation_id
        and m.created_at > now() - $4 * interval '1 millisecond' returning m.device_id, m.conversation_id, m.state`,
    [tx.workspaceId, closes.map(one => one.device.id), closes.map(one => one.conversationId), shownForMs],
  )
  const left = new Set(shown.filter(row => row.state !== 'pending').map(row => `${row.device_id} ${row.conversation_id}`))
  const going = pushes.filter(one => one.kind === 'show' || left.has(`${one.device.id} ${one.conversationId}`))
  const expires = new Date(hub.now() + lastsMs)
  await bulkInsert(
    tx,
    'push_message',
    { id: 'uuid', device_id: 'uuid', kind: 'text', conversation_id: 'uuid', payload: 'bytea', expires_at: 'timestamptz' },
    going.map(one => ({
      id: newId(),
      device_id: one.device.id,
      kind: one.kind,
      conversation_id: one.conversationId,
      payload: hub.codec.sealJson(tx.workspaceId, one.payload),
      expires_at: expires,
    })),
  )
  if (going.length > 0) tx.afterCommit(() => hub.bell.ring('pushes'))
}

/** Every device with what its member may see and wants to hear of. */
async function devicesOf(tx: Transaction): Promise<Device[]> {
  const { rows } = await tx.client.query({
    name: 'push_devices',
    text: `select d.id, d.member_id, m.role, r.rights, m.account_ids, u.name, u.language, n.value as rules,
        coalesce((select array_agg(t.team_id) from team_member t where t.workspace_id = d.workspace_id and t.member_id = d.member_id), '{}') as team_ids
      from push_device d join member m on m.workspace_id = d.workspace_id and m.id = d.member_id join app_user u on u.id = m.user_id
        left join role r on r.workspace_id = m.workspace_id and r.id = m.role_id
        left join notification_rules n on n.workspace_id = d.workspace_id and n.member_id = d.member_id
      where d.workspace_id = $1 and m.active`,
    values: [tx.workspaceId],
  })
  if (rows.length === 0) return []
  const views = await tx.db.selectFrom('saved_view').select(['id', 'owner_id', 'filter']).execute()
  return rows.map(row => ({
    id: row.id,
    reader: {
      memberId: row.member_id,
      role: row.role,
      accountIds: row.account_ids,
      name: row.name,
      teamIds: row.team_ids,
      views: views
        .filter(view => view.owner_id === null || view.owner_id === row.member_id)
        .map(view => ({ id: view.id, filter: view.filter as Reader['views'][number]['filter'] })),
      rules: readRules(row.rules ?? undefined),
    },
    language: row.language,
    seesDetails: rightsOf(row.role, row.rights).has('contacts.details'),
  }))
}
