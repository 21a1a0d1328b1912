/** Web push: the log becomes pushes, pushes are encrypted and sent. Always holds: woken by the bell, swept each second; a standard library does the cryptography. */
import { type EncodePush, gatherPushes, type Hub, type NodeLease, sendPushes } from '@dragoman/hub'
import webPush from 'web-push'
import { type Loop, repeat } from './loops.ts'

export const encodePush: EncodePush = ({ subscription, payload, keys, subject, ttlSeconds, topic }) => {
  const details = webPush.generateRequestDetails(subscription, payload, {
    vapidDetails: { subject, ...keys },
    TTL: ttlSeconds,
    topic,
    urgency: 'high',
    contentEncoding: 'aes128gcm',
  })
  // The transport counts the bytes itself.
  const { 'Content-Length': _length, ...headers } = details.headers as Record<string, string | number>
  return {
    url: details.endpoint,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
    body: details.body ?? new Uint8Array(),
  }
}

export function startPushing(hub: Hub, lease: NodeLease): Loop {
  const gathering = repeat(hub, 500, async () => {
    if (!lease.isHeld()) return
    const { rows } = await hub.pools.system.query<{ workspace_id: string }>({
      name: 'pushes_behind_somewhere',
      text: `select p.workspace_id from push_place p join log_head h on h.workspace_id = p.workspace_id
        where p.log_epoch <> h.epoch or p.log_position < h.position`,
    })
    for (const row of rows) while (await gatherPushes(hub, row.workspace_id));
  })
  const sending = repeat(hub, 1_000, async () => {
    while (lease.isHeld() && (await sendPushes(hub, encodePush)) > 0);
  })
  const stopListening = hub.bell.listen('pushes', () => sending.now())
  return {
    stop: async () => {
      stopListening()
      await Promise.all([gathering.stop(), sending.stop()])
    },
  }
}
