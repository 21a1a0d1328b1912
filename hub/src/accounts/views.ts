/** Accounts as members see them. Always holds: no secret; where a problem is known, its advice comes along in both languages. */
import type { AccountViewModel } from '@dragoman/api'
import type { Channel, Failure } from '@dragoman/core'
import type { Transaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import { degrade } from './surface.ts'

/** Views of these accounts, or of all that are not disconnected. */
export async function accountViews(hub: Hub, tx: Transaction, ids?: readonly string[]): Promise<AccountViewModel[]> {
  let query = tx.db
    .selectFrom('account')
    .innerJoin('endpoint', join =>
      join.onRef('endpoint.id', '=', 'account.endpoint_id').onRef('endpoint.workspace_id', '=', 'account.workspace_id'),
    )
    .select([
      'account.id',
      'account.channel',
      'account.name',
      'account.external_id',
      'account.endpoint_id',
      'account.way',
      'account.origins',
      'account.status',
      'account.mode',
      'account.degraded',
      'account.proxy',
      'account.news',
      'account.problem',
      'account.problem_since',
      'account.config',
      'account.last_inbound_at',
      'account.created_at',
      'endpoint.last_rejected_at',
      'endpoint.last_rejected_reason',
    ])
    .orderBy('account.created_at')
  query = ids ? query.where('account.id', 'in', [...ids]) : query.where('account.status', '<>', 'disconnected')
  return (await query.execute()).map((row): AccountViewModel => {
    const channel = channelOf(hub, row.channel)
    const failure = row.problem as Failure | null
    return {
      id: row.id,
      channel: row.channel,
      name: row.name,
      externalId: row.external_id,
      endpointId: row.endpoint_id,
      way: row.way as AccountViewModel['way'],
      simulated: row.origins !== null,
      status: row.status as AccountViewModel['status'],
      mode: row.mode as AccountViewModel['mode'],
      capabilities: ownCapabilities(channel, row.config as Record<string, string>, row.degraded),
      degraded: row.degraded,
      news: newsOf(row.news),
      proxy: row.proxy && proxyHost(hub.codec.open(tx.workspaceId, row.proxy).toString('utf8')),
      problem: failure && {
        code: failure.code,
        detail: failure.detail,
        advice: channel.advice(failure),
        since: row.problem_since?.getTime() ?? 0,
      },
      config: row.config as Record<string, string>,
      webhookUrl: webhookUrl(hub, row.channel, row.endpoint_id),
      lastInboundAt: row.last_inbound_at?.getTime() ?? null,
      lastWebhookProblem: row.last_rejected_reason,
      createdAt: row.created_at.getTime(),
    }
  })
}

/** Where the platform has to post: our public address, or, without one, the local one (good for simulators only). */
export function webhookUrl(hub: Pick<Hub, 'publicUrl' | 'localUrl'>, channel: string, endpointId: string): string {
  return `${hub.publicUrl ?? hub.localUrl}/webhooks/${channel}/${endpointId}`
}

/** Only where they differ from what the channel says without settings: most accounts need not carry a copy. */
function ownCapabilities(channel: Channel, config: Record<string, string>, degraded: readonly string[]): AccountViewModel['capabilities'] {
  const own = degrade(channel.capabilities(config), degraded)
  return JSON.stringify(own) === JSON.stringify(channel.capabilities({})) ? null : { ...own }
}

type News = Record<string, Omit<AccountViewModel['news'][number], 'what'>>

function newsOf(news: unknown): AccountViewModel['news'] {
  return Object.entries(news as News)
    .map(([what, said]) => ({ what, ...said }))
    .sort((a, b) => b.at - a.at)
}

/** What of a proxy's address may be shown: never its password. */
function proxyHost(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '?'
}
