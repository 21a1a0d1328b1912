/** How ready an account is to come over: the checks, made live, and what was done so far. Always holds: looks only; nothing is written. */
import type { CutoverCheck, CutoverStepView, CutoverView } from '@dragoman/api'
import type { Subscription } from '@dragoman/core'
import { askPlatform, inspectSubscription } from '../accounts/connect.ts'
import { connectedAccount } from '../accounts/manage.ts'
import { isAnyOn } from '../answers/texts.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { ruleFor } from '../routing/choose.ts'
import { settingIn } from '../settings/settings.ts'
import { teamViews } from '../teams/teams.ts'
import { titles, words } from './check-words.ts'
import { forwardAddress } from './forwarding.ts'
import { tookOverFrom } from './switch.ts'

const dayMs = 86_400_000

type Finding = Omit<CutoverCheck, 'id' | 'title'>

/** Everything that the page of an account shows about coming over. Problem: not_found. */
export async function readCutover(hub: Hub, actor: Actor, accountId: string): Promise<CutoverView> {
  const state = await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      if (!maySee(actor, { accountId })) throw new HubProblem('not_found', 'There is no such account.')
      const account = await connectedAccount(hub, tx, accountId)
      const before = await tookOverFrom(tx, accountId)
      return {
        account,
        before,
        facts: await factsOf(hub, tx, accountId, account.endpointId),
        desk: await deskFindings(tx, accountId, account.channel.extras.templates !== undefined),
        history: await historyOf(tx, accountId),
      }
    },
    { snapshot: true },
  )
  const { account, facts, before } = state
  const [health, subscription, address] = await Promise.all([
    account.channel.extras.health ? askPlatform(hub, account, account.channel.extras.health, undefined) : undefined,
    inspectSubscription(hub, account),
    checkAddress(hub, account.way === 'webhook', Object.values(account.view.origins)),
  ])
  const findings: Partial<Record<CutoverCheck['id'], Finding>> = {
    credentials:
      health === undefined || health.ok
        ? ok(words.credentialsGood(health?.value.name ?? account.name))
        : { state: 'blocker', detail: words.credentialsBad(health.failure.detail), link: `/accounts/${accountId}` },
    subscription: subscriptionFinding(subscription),
    traffic:
      facts.messages === 0
        ? { state: 'warning', detail: words.noTraffic, link: null }
        : {
            ...ok(words.traffic(facts.messages, facts.readShare)),
            ...(facts.readShare < 99 ? { state: 'warning' as const, link: '/set-aside' } : {}),
          },
    ...state.desk,
    address,
    pending: facts.pending === 0 ? ok(words.nothingPending) : { state: 'warning', detail: words.pending(facts.pending), link: null },
  }
  return {
    mode: account.mode,
    checks: Object.entries(findings).map(([id, finding]) => ({
      id: id as CutoverCheck['id'],
      title: titles[id as CutoverCheck['id']],
      ...finding,
    })),
    forwarding: {
      address: forwardAddress(hub, account.channel.id, account.endpointId),
      hasSecret: facts.hasSecret,
      count: facts.forwarded,
      lastAt: facts.lastForwardedAt,
      unread: facts.setAside,
    },
    back: before ? { state: before.state, url: before.url ?? null } : null,
    history: state.history,
  }
}

const ok = (detail: CutoverCheck['detail']): Finding => ({ state: 'ok', detail, link: null })
const warning = (detail: CutoverCheck['detail'], link: string | null): Finding => ({ state: 'warning', detail, link })

function subscriptionFinding(subscription: Subscription | undefined): Finding {
  if (!subscription || subscription.state === 'unknown') return warning(words.byHand, null)
  if (subscription.state === 'someone_else') return ok(words.elsewhere(subscription.url ?? '?'))
  return ok(subscription.state === 'ours' ? words.ours : words.noWebhook)
}

async function factsOf(hub: Hub, tx: Transaction, accountId: string, endpointId: string) {
  const { rows } = await tx.client.query<{
    messages: number
    bodies: number
    aside: number
    set_aside: number
    pending: number
    has_secret: boolean
    forwarded_count: number
    last_forwarded_at: Date | null
  }>({
    name: 'cutover_facts',
    text: `select
        (select count(*)::int from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
          where m.workspace_id = $1 and c.account_id = $2 and c.last_activity_at > $4 and m.order_at > $4 and m.direction = 'in') as messages,
        (select count(*)::int from lane_item i join journal j on j.workspace_id = i.workspace_id and j.id = i.journal_id
          where i.workspace_id = $1 and i.account_id = $2 and j.received_at > $4) as bodies,
        (select count(distinct journal_id)::int from set_aside where workspace_id = $1 and account_id = $2 and at > $4) as aside,
        (select count(*)::int from set_aside where workspace_id = $1 and account_id = $2 and resolved_at is null) as set_aside,
        (select count(*)::int from part where workspace_id = $1 and account_id = $2 and state in ('pending', 'sending', 'uncertain')) as pending,
        e.forward_secret is not null as has_secret, e.forwarded_count, e.last_forwarded_at
      from endpoint e where e.workspace_id = $1 and e.id = $3`,
    values: [tx.workspaceId, accountId, endpointId, new Date(hub.now() - dayMs)],
  })
  const row = rows[0]!
  return {
    messages: row.messages,
    readShare: row.bodies === 0 ? 100 : Math.floor((100 * Math.max(0, row.bodies - row.aside)) / row.bodies),
    setAside: row.set_aside,
    pending: row.pending,
    hasSecret: row.has_secret,
    forwarded: row.forwarded_count,
    lastForwardedAt: row.last_forwarded_at?.getTime() ?? null,
  }
}

/** What the firm itself has set up: read in one moment. */
async function deskFindings(
  tx: Transaction,
  accountId: string,
  hasTemplates: boolean,
): Promise<Partial<Record<CutoverCheck['id'], Finding>>> {
  const { rows } = await tx.client.query<{ people: number; replies: number; templates: boolean; importing: boolean; imported: boolean }>({
    name: 'cutover_desk',
    text: `select
        (select count(*)::int from member where workspace_id = $1 and active and not is_machine and (account_ids is null or $2 = any(account_ids))) as people,
        (select count(*)::int from saved_reply where workspace_id = $1 and archived_at is null and owner_id is null) as replies,
        exists (select 1 from platform_fact where workspace_id = $1 and account_id = $2 and key = 'templates') as templates,
        exists (select 1 from import where workspace_id = $1 and state in ('checking', 'running', 'paused', 'undoing')) as importing,
        exists (select 1 from import where workspace_id = $1 and state = 'done') as imported`,
    values: [tx.workspaceId, accountId],
  })
  const row = rows[0]!
  const teams = await teamViews(tx)
  const routing = (await settingIn(tx, 'routing')).value
  const teamId = ruleFor(routing, { accountId, language: null, labelIds: [] })?.teamId ?? routing.defaultTeamId
  const team = teams.find(one => one.id === teamId)
  const hours = await settingIn(tx, 'hours')
  const answers = (await settingIn(tx, 'automatic_answers')).value
  return {
    people: row.people > 0 ? ok(words.people(row.people)) : { state: 'blocker', detail: words.nobody, link: '/settings/access' },
    routing: team ? ok(words.routed(team.name)) : warning(words.notRouted, '/settings/teams'),
    saved_replies: row.replies > 0 ? ok(words.count(row.replies)) : warning(words.noReplies, '/settings/saved-replies'),
    hours: hours.version > 0 ? ok(words.hoursSet) : warning(words.hoursAlways, '/settings/hours'),
    greetings: isAnyOn(answers) ? ok(words.answersOn) : warning(words.answersOff, '/settings/automatic-answers'),
    imports: importFinding(row),
    ...(hasTemplates
      ? { templates: row.templates ? ok(words.templatesFetched) : warning(words.templatesMissing, `/accounts/${accountId}`) }
      : {}),
  }
}

function importFinding({ importing, imported }: { importing: boolean; imported: boolean }): Finding {
  if (importing) return warning(words.importRunning, '/settings/import')
  return imported ? ok(words.importDone) : warning(words.importNone, '/settings/import')
}

/** Whether a platform can reach us. A simulated account lives on this machine: it needs no public address. */
async function checkAddress(hub: Hub, isNeeded: boolean, origins: readonly string[]): Promise<Finding> {
  if (!isNeeded) return ok(words.addressNotNeeded)
  const isLocal = origins.some(origin => ['127.0.0.1', 'localhost'].includes(new URL(origin).hostname))
  const url = hub.publicUrl ?? (isLocal ? hub.localUrl : undefined)
  if (url === undefined) return { state: 'blocker', detail: words.addressMissing, link: null }
  if (isLocal) return ok(words.addressGood(url))
  if (!url.startsWith('https://')) return { state: 'blocker', detail: words.addressPlain(url), link: null }
  const answer = await hub.transport.perform(
    { via: 'http', method: 'GET', url: `${url}/health/live`, body: { type: 'none' }, timeoutMs: 5_000 },
    {
      secrets: {},
      origins: [],
      openFile: async () => {
        throw new Error('No files here')
      },
    },
  )
  return answer.kind === 'answered' && answer.status === 200 ? ok(words.addressGood(url)) : warning(words.addressSilent(url), null)
}

async function historyOf(tx: Transaction, accountId: string): Promise<CutoverStepView[]> {
  const { rows } = await tx.client.query({
    name: 'cutover_history',
    text: 'select * from cutover where workspace_id = $1 and account_id = $2 order by at desc limit 20',
    values: [tx.workspaceId, accountId],
  })
  return rows.map(row => ({
    id: row.id,
    direction: row.direction,
    state: row.state,
    by: row.by_name,
    at: row.at.getTime(),
    finishedAt: row.finished_at?.getTime() ?? null,
    before: row.before ? { state: row.before.state, url: row.before.url ?? null } : null,
    url: row.result.url ?? null,
    cancelled: row.result.cancelled ?? 0,
    secretLost: row.result.secretLost ?? false,
    error: row.result.error ?? null,
  }))
}
