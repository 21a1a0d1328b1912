/** Through which accounts a person can be reached, and why or why not; pure but for what it is given. Always holds: the reply policy and `fit` of each messenger decide, nothing here knows one. */
import { type MessageBody, messageClassOf, type OpenWindow, replyOptions, type Standing } from '@dragoman/core'
import type { AccountContext } from '../accounts/context.ts'
import { isObserving } from '../accounts/gate.ts'
import { surfaceOf } from '../accounts/surface.ts'
import { channelOf, type Hub } from '../hub.ts'
import { prepareMessage } from '../messages/prepare.ts'

/** A place where the person is, or could be. */
export interface Place {
  account: AccountContext
  /** Null: he has no conversation there yet. */
  conversationId: string | null
  identityId: string | null
  threadId?: string
  /** Where he has no conversation yet: how he is addressed there. */
  address?: { threadId: string; externalIds: string[] }
  windows: readonly OpenWindow[]
  standing: Standing
  isSpam: boolean
  isBlocked: boolean
  /** When something last happened there, ms; 0 for a place that is not there yet. */
  lastActivityAt: number
  language: string | null
}

export interface Wording {
  body?: MessageBody
  bodies?: Readonly<Record<string, MessageBody>>
  templates?: readonly { accountId?: string; body: MessageBody }[]
}

export interface Considered {
  place: Place
  outcome: 'possible' | 'refused'
  /** Why it is refused: a code of ours, of the policy or of `fit`. */
  reason: string
  body?: MessageBody
  priceClass?: string
}

/** Looks at every place: what could be said there now. */
export function consider(hub: Hub, places: readonly Place[], wording: Wording): Considered[] {
  return places.map(place => {
    const refused = (reason: string): Considered => ({ place, outcome: 'refused', reason })
    if (place.account.status !== 'active') return refused(place.account.status)
    if (isObserving(place.account)) return refused('observing')
    if (place.isBlocked) return refused('contact_blocked')
    if (place.isSpam) return refused('spam')
    const options = replyOptions(
      surfaceOf(channelOf(hub, place.account.channel), place.account, place).replyPolicy,
      place.windows,
      place.standing,
      hub.now(),
    )
    let reason = ''
    for (const body of bodiesFor(place, wording)) {
      const option = options[messageClassOf(body.content)]
      if (!option.allowed) {
        reason ||= option.reason
        continue
      }
      const prepared = prepareMessage(hub, place.account, place, body, false, 'machine')
      if (prepared.kind === 'parts')
        return { place, outcome: 'possible', reason: messageClassOf(body.content), body, priceClass: option.priceClass }
      reason = prepared.kind === 'refused' ? (prepared.refusals[0]?.code ?? 'not_sendable') : prepared.kind
    }
    return refused(reason || 'no_wording')
  })
}

/** What may be said in a place, the free form first. */
function bodiesFor(place: Place, { body, bodies, templates }: Wording): MessageBody[] {
  const language = place.language?.slice(0, 2).toLowerCase()
  const free = (language && bodies?.[language]) || body || bodies?.en || Object.values(bodies ?? {})[0]
  const fitting = (templates ?? []).filter(one => one.accountId === undefined || one.accountId === place.account.id)
  const inLanguage = (one: { body: MessageBody }) =>
    one.body.content.kind === 'template' && one.body.content.language.slice(0, 2).toLowerCase() === language
  return [
    ...(free ? [free] : []),
    ...fitting.filter(inLanguage).map(one => one.body),
    ...fitting.filter(one => !inLanguage(one)).map(one => one.body),
  ]
}

/**
 * The best of what is possible: in the order wished for; else where one may write freely, where the platform takes nothing for it, and where the person
 * was last.
 */
export function best(considered: readonly Considered[], order: readonly string[]): Considered | undefined {
  const wish = (one: Considered) => {
    const place = order.indexOf(one.place.account.id)
    return place === -1 ? order.length : place
  }
  const isTemplate = (one: Considered) => Number(one.body !== undefined && messageClassOf(one.body.content) === 'template')
  const costs = (one: Considered) => Number(one.priceClass !== 'free')
  return considered
    .filter(one => one.outcome === 'possible')
    .toSorted(
      (a, b) =>
        wish(a) - wish(b) || isTemplate(a) - isTemplate(b) || costs(a) - costs(b) || b.place.lastActivityAt - a.place.lastActivityAt,
    )[0]
}
