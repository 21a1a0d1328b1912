/** What the desk would have done with the last messages of customers: routing, automatic answer, whether a reply was possible. Always holds: nothing is written. */
import type { DryRunView } from '@dragoman/api'
import { type MessageBody, plainText, replyOptions } from '@dragoman/core'
import { accountContext } from '../accounts/context.ts'
import { surfaceOf } from '../accounts/surface.ts'
import { chooseAnswers } from '../answers/choose.ts'
import { composeAnswer } from '../answers/compose.ts'
import { replyTimeOf } from '../answers/reply-time.ts'
import { isSomebodyThere } from '../answers/somebody.ts'
import { placeholderFacts } from '../answers/values.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import { hoursFor, isOpen } from '../hours/hours.ts'
import { channelOf, type Hub } from '../hub.ts'
import { fittedBody } from '../messages/prepare.ts'
import { previewOf } from '../messages/views.ts'
import type { Actor } from '../people/actor.ts'
import { memberNames } from '../people/views.ts'
import { found, HubProblem } from '../problem.ts'
import { decide, type Waiting } from '../routing/choose.ts'
import { loadCandidates } from '../routing/load.ts'
import { savedReplyViews } from '../saved-replies/views.ts'
import { settingIn } from '../settings/settings.ts'
import { teamViews } from '../teams/teams.ts'

interface Row {
  id: string
  conversation_id: string
  order_at: Date
  author_name: string
  body: Buffer
  windows: Parameters<typeof replyOptions>[1]
  standing: Parameters<typeof replyOptions>[2]
  language: string | null
  priority: Waiting['priority']
  label_ids: string[]
  last_out_by: string | null
  team_id: string | null
  earlier: Date | null
}

/** Plays the last messages through the desk as it stands now. Problem: not_found. */
export async function dryRunCutover(
  hub: Hub,
  actor: Actor,
  accountId: string,
  input: { last: number; savedReplyId?: string },
): Promise<DryRunView> {
  const connected = hub.presence.connected(actor.workspaceId)
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      if (!maySee(actor, { accountId })) throw new HubProblem('not_found', 'There is no such account.')
      const account = found(await accountContext(hub, tx, accountId), 'account')
      const channel = channelOf(hub, account.channel)
      const { rows } = await tx.client.query<Row>({
        name: 'cutover_last',
        text: `select m.id, m.conversation_id, m.order_at, m.author_name, m.body, c.windows, c.standing, coalesce(p.language, i.language) as language, c.priority, c.label_ids, c.last_out_by, c.team_id,
            (select max(e.order_at) from message e where e.workspace_id = m.workspace_id and e.conversation_id = m.conversation_id and e.order_at < m.order_at) as earlier
          from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
          join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
          join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id
          where m.workspace_id = $1 and m.account_id = $2 and m.direction = 'in' and c.spam_at is null and c.place is null order by m.order_at desc limit $3`,
        values: [tx.workspaceId, accountId, input.last],
      })
      const teams = await teamViews(tx)
      const candidates = await loadCandidates(hub, tx, connected)
      const routing = (await settingIn(tx, 'routing')).value
      const automatic = (await settingIn(tx, 'automatic_answers')).value
      const hoursSetting = (await settingIn(tx, 'hours')).value
      const somebody = await isSomebodyThere(hub, tx)
      const agentsThere = [...candidates.values()].filter(one => one.isThere && (one.accountIds?.includes(accountId) ?? true)).length
      const lines: DryRunView['lines'] = []
      const given = new Map<string, string>()
      for (const row of rows.toReversed()) {
        // As if nobody had it: each message by itself, in the order in which they came, loads growing as they are given.
        const now = row.order_at.getTime()
        const [first] = decide([waitingOf(row, accountId, null, now)], routing, teams, candidates, now)
        const [second] =
          first && first.memberId === null ? decide([waitingOf(row, accountId, first.teamId, now)], routing, teams, candidates, now) : []
        const decision = second ?? first
        const place = { accountId, teamId: decision?.teamId ?? null }
        const hours = hoursFor(hoursSetting, place)
        const newCase = row.earlier === null || now - row.earlier.getTime() > 86_400_000
        const chosen = chooseAnswers(
          automatic,
          { place, open: isOpen(hours, now), somebody: somebody(place), newCase, lastCaseAt: row.earlier?.getTime() ?? null },
          now,
        )[0]
        const facts = chosen && (await placeholderFacts(tx, row.conversation_id))
        const composed = chosen && facts ? await composeAnswer(tx, automatic, chosen.kind, place, facts, now) : undefined
        const option = replyOptions(channel.replyPolicy, row.windows, row.standing, hub.now()).freeform
        if (decision?.memberId) given.set(row.id, decision.memberId)
        const preview = previewOf(hub.codec.openJson<MessageBody>(tx.workspaceId, row.body))
        lines.push({
          conversationId: row.conversation_id,
          customer: row.author_name,
          preview: preview.slice(0, 140),
          at: now,
          team: teams.find(team => team.id === decision?.teamId)?.name ?? null,
          agent: decision?.memberId ?? null,
          answer: composed ? composed.text.slice(0, 140) : null,
          replyPossible: option.allowed,
          reason: option.allowed ? null : option.reason,
        })
      }
      const names = await memberNames(tx, [...given.values()])
      for (const line of lines) line.agent = line.agent === null ? null : (names.get(line.agent) ?? null)
      const time = await replyTimeOf(tx, accountId, hoursFor(hoursSetting, { accountId }), hub.now())
      return {
        lines: lines.toReversed(),
        withAgent: lines.filter(line => line.agent !== null).length,
        withAnswer: lines.filter(line => line.answer !== null).length,
        replyPossible: lines.filter(line => line.replyPossible).length,
        agentsThere,
        expectedWaitMs: time?.medianMs ?? null,
        sample: input.savedReplyId ? await sampleOf(tx, input.savedReplyId) : null,
      }

      async function sampleOf(inside: Transaction, savedReplyId: string): Promise<NonNullable<DryRunView['sample']>> {
        const reply = (await savedReplyViews(inside, actor, { ids: [savedReplyId] }))[0]
        const bodies = Object.values(found(reply, 'saved reply').bodies) as MessageBody[]
        const fitted = fittedBody(hub, surfaceOf(channel, account).capabilities, channel.formatText, bodies[0]!)
        if (fitted.kind === 'refused') return { parts: [], notes: [], refusals: fitted.refusals.map(one => one.code) }
        return { parts: fitted.parts.map(part => plainText(part.body.content)), notes: fitted.notes.map(note => note.code), refusals: [] }
      }
    },
    { snapshot: true },
  )
}

function waitingOf(row: Row, accountId: string, teamId: string | null, at: number): Waiting {
  return {
    id: row.id,
    accountId,
    teamId,
    since: at,
    teamSince: at,
    priority: row.priority,
    language: row.language,
    labelIds: row.label_ids,
    pastAgentId: row.last_out_by,
    releasedFrom: null,
  }
}
