/**
 * What can be done beside sending: the sign-in tried, what came fetched.
 * Always holds: pure; what came over the line is acknowledged to the carrier only by the cursor of the next look, which the hub stores together with it.
 */
import { arrayAt, numberAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, ChannelExtras, Failure, HttpRequest, Localized, NetworkRequest, Result } from '@dragoman/core'
import { wayOf } from './config.ts'
import { readGateway, readSmpp } from './failures.ts'
import { isName } from './ids.ts'
import { join, readCursor, writeCursor } from './joining.ts'
import { gatewayOf, lineOf } from './servers.ts'

const looks = { commits: false }
const longestWaitMs = 50_000

function ask(account: AccountView, path: string, timeoutMs?: number): HttpRequest {
  return {
    via: 'http',
    method: 'GET',
    url: `${gatewayOf(account) ?? 'https://no-gateway.invalid'}${path}`,
    headers: { authorization: 'Bearer {password}' },
    body: { type: 'none' },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
}

/** A request on the line; where the settings name no server it leads nowhere and says so. */
function onLine(account: AccountView, command: Extract<NetworkRequest, { via: 'smpp' }>['command']): NetworkRequest {
  const line = lineOf(account) ?? { via: 'smpp', server: '', security: 'tls', user: '', password: '', systemType: '', bind: 'transceiver' }
  return { ...line, command }
}

function isNowhere(account: AccountView): boolean {
  return wayOf(account.config) === 'http' ? gatewayOf(account) === undefined : lineOf(account) === undefined || !account.config.systemId
}

export const extras: ChannelExtras = {
  health: {
    request: (_, account) => (wayOf(account.config) === 'http' ? ask(account, '/account') : onLine(account, { kind: 'check' })),
    outcome(transmission, _, account) {
      if (isNowhere(account)) return { ok: false, failure: nowhere }
      const isHttp = wayOf(account.config) === 'http'
      const answer = isHttp ? readGateway(transmission, looks) : readSmpp(transmission, looks)
      if (!answer.ok) return { ok: false, failure: settled(answer.failure) }
      const sender = account.config.sender ?? ''
      const name = (isHttp ? textAt(answer.body, 'name') : undefined) ?? sender
      return { ok: true, value: { externalId: sender.replace(/^\+/, ''), name, warnings: warningsOf(account) } }
    },
  },

  poll: {
    request({ cursor, waitMs }, account) {
      const wait = Math.min(longestWaitMs, Math.max(0, Number(waitMs) || 0))
      if (wayOf(account.config) === 'smpp')
        return onLine(account, { kind: 'receive', cursor: readCursor(cursor).acknowledged, waitMs: wait })
      return ask(account, `/events?after=${encodeURIComponent(cursor.toWellFormed())}&wait=${Math.round(wait / 1_000)}`, wait + 10_000)
    },
    outcome(transmission, { cursor }, account): Result<{ bodies: string[]; cursor: string }> {
      if (wayOf(account.config) === 'smpp') {
        const answer = readSmpp(withStatus(transmission), looks)
        if (!answer.ok) return { ok: false, failure: settled(answer.failure) }
        const { bodies, waiting } = join(readCursor(cursor).waiting, arrayAt(answer.body, 'messages'), numberAt(answer.body, 'now') ?? 0)
        const acknowledged = stringAt(answer.body, 'cursor') ?? ''
        return { ok: true, value: { bodies: bodies.map(body => JSON.stringify(body)), cursor: writeCursor({ acknowledged, waiting }) } }
      }
      const answer = readGateway(transmission, looks)
      if (!answer.ok) return { ok: false, failure: settled(answer.failure) }
      if (!Array.isArray(objectAt(answer.body)?.events)) return { ok: false, failure: unreadable }
      const bodies = arrayAt(answer.body, 'events').map(event => JSON.stringify(event) ?? 'null')
      return { ok: true, value: { bodies, cursor: textAt(answer.body, 'cursor') ?? cursor } }
    },
  },
}

const nowhere: Failure = {
  kind: 'permanent',
  reason: 'invalid',
  code: 'no_server',
  detail: 'The settings name no server and user, or no gateway',
}
const unreadable: Failure = { kind: 'retryable', code: 'unreadable', detail: 'The answer is no list of events' }

/** A list of messages came without a status: that it came is status enough. */
function withStatus(transmission: Parameters<typeof readSmpp>[0]): Parameters<typeof readSmpp>[0] {
  if (transmission.kind !== 'answered' || !Array.isArray(objectAt(transmission.body)?.messages)) return transmission
  return numberAt(transmission.body, 'commandStatus') === undefined
    ? { ...transmission, body: { ...objectAt(transmission.body), commandStatus: 0 } }
    : transmission
}

/** Looking commits nothing: what is in doubt can be asked again. */
function settled(failure: Failure): Failure {
  return failure.kind === 'uncertain' ? { kind: 'retryable', code: failure.code, detail: failure.detail } : failure
}

function warningsOf({ config }: AccountView): Localized[] {
  const warnings: Localized[] = []
  if (isName(config.sender ?? ''))
    warnings.push({
      en: 'Customers cannot answer to a name: this account only sends.',
      ru: 'На имя нельзя ответить: этот аккаунт только отправляет.',
    })
  if (wayOf(config) === 'smpp' && config.security === 'none')
    warnings.push({
      en: 'The line is not encrypted: everybody on the way can read the password and all messages.',
      ru: 'Линия не шифруется: пароль и все сообщения может прочитать любой по пути.',
    })
  return warnings
}
