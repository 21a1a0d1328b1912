/**
 * Bots Long Poll: first a server with a key, then everything since a number, again and again.
 * The cursor holds server, key and number together. `failed` 1: a gap, go on from the number given; 2: the key has ended, the number stays; 3: both.
 * https://dev.vk.com/ru/api/bots-long-poll/getting-started
 */
import { arrayAt, idAt, numberAt, objectAt, parseJson, textAt } from '@dragoman/channel-kit'
import type { ChannelExtras, Result } from '@dragoman/core'
import { groupIdOf } from './config.ts'
import { readAnswer } from './failures.ts'
import { call, foreignAddress } from './wire.ts'

interface Cursor {
  server?: string
  key?: string
  ts?: string
}

/** VK holds a request no longer than 90 s; 25 is what it advises. */
const longestWaitSeconds = 25
/** Kept free for the answer's way back. */
const reserveMs = 10_000

export const poll: NonNullable<ChannelExtras['poll']> = {
  request({ cursor, waitMs }, account) {
    const { server, key, ts } = readCursor(cursor)
    const url = foreignAddress(server)
    if (url === undefined || key === undefined || ts === undefined)
      return call(account, 'groups.getLongPollServer', { group_id: groupIdOf(account) })
    const wait = Math.min(longestWaitSeconds, Math.max(0, Math.ceil((Number(waitMs) || 0) / 1000)))
    const query = new URLSearchParams({ act: 'a_check', key, ts, wait: String(wait) })
    return { via: 'http', method: 'GET', url: `${url}?${query}`, body: { type: 'none' }, timeoutMs: wait * 1000 + reserveMs }
  },

  outcome(transmission, { cursor }): Result<{ bodies: string[]; cursor: string }> {
    const before = readCursor(cursor)
    const body = transmission.kind === 'answered' ? objectAt(transmission.body) : undefined
    const updates = body?.updates
    const ts = idAt(body, 'ts')
    if (Array.isArray(updates) && ts !== undefined)
      return {
        ok: true,
        value: { bodies: arrayAt(updates).map(update => JSON.stringify(update)), cursor: JSON.stringify({ ...before, ts }) },
      }
    switch (numberAt(body, 'failed')) {
      case 1:
        return { ok: true, value: { bodies: [], cursor: JSON.stringify({ ...before, ts: ts ?? before.ts }) } }
      case 2:
        return { ok: true, value: { bodies: [], cursor: JSON.stringify({ ts: before.ts }) } }
      case 3:
        return { ok: true, value: { bodies: [], cursor: '' } }
    }
    const answer = readAnswer(transmission, { commits: false })
    if (!answer.ok) return { ok: false, failure: answer.failure }
    const server = textAt(answer.response, 'server')
    const key = textAt(answer.response, 'key')
    const newest = idAt(answer.response, 'ts')
    if (server === undefined || key === undefined || newest === undefined)
      return { ok: false, failure: { kind: 'retryable', code: 'unreadable', detail: 'VK named no long-poll server' } }
    return { ok: true, value: { bodies: [], cursor: JSON.stringify({ server, key, ts: before.ts ?? newest }) } }
  },
}

function readCursor(cursor: string): Cursor {
  const value = parseJson(cursor)
  const server = textAt(value, 'server')
  const key = textAt(value, 'key')
  const ts = idAt(value, 'ts')
  return { ...(server ? { server } : {}), ...(key ? { key } : {}), ...(ts ? { ts } : {}) }
}
