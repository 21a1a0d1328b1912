/** Where a visitor is: the one account of an endpoint that our own widget talks to, with what decides how it looks and who may embed it. */
import type { Channel } from '@dragoman/core'
import { accountContext } from '../accounts/context.ts'
import type { FoundEndpoint } from '../accounts/endpoints.ts'
import { inWorkspace } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'

export interface VisitorPlace {
  workspaceId: string
  endpoint: FoundEndpoint
  endpointId: string
  accountId: string
  channel: Channel
  config: Readonly<Record<string, string>>
  /** Main language of the workspace. */
  language: string
  simulated: boolean
  /** They sign visitors; newest first. */
  secrets: readonly string[]
  at: number
}

const freshMs = 2_000

/** Finds places by the endpoint's id, remembering each for 2 s. Undefined: no such chat, or it is not connected any more. */
export function createPlaceLookup(
  hub: Hub,
  findEndpoint: (channel: string, id: string) => Promise<FoundEndpoint | undefined>,
): (endpointId: string) => Promise<VisitorPlace | undefined> {
  const known = new Map<string, VisitorPlace>()
  return async endpointId => {
    const remembered = known.get(endpointId)
    if (remembered && hub.now() - remembered.at < freshMs) return remembered
    const place = await find(hub, findEndpoint, endpointId)
    if (known.size > 5_000) known.clear()
    if (place) known.set(endpointId, place)
    else known.delete(endpointId)
    return place
  }
}

async function find(
  hub: Hub,
  findEndpoint: (channel: string, id: string) => Promise<FoundEndpoint | undefined>,
  endpointId: string,
): Promise<VisitorPlace | undefined> {
  for (const { id, config } of hub.channels.values()) {
    if (!config.ways.includes('visitor')) continue
    const endpoint = await findEndpoint(id, endpointId)
    const accountId = endpoint?.accounts[0]?.accountId
    if (!endpoint || !accountId) continue
    const account = await inWorkspace(hub, endpoint.workspaceId, tx => accountContext(hub, tx, accountId))
    if (account?.way !== 'visitor') continue
    const channel = channelOf(hub, account.channel)
    // The endpoint's generated secret is what signs.
    const field = channel.config.fields.find(one => one.of === 'endpoint' && one.generated)
    return {
      workspaceId: endpoint.workspaceId,
      endpoint,
      endpointId,
      accountId,
      channel,
      config: account.view.config,
      language: account.view.language,
      simulated: account.simulated,
      secrets: endpoint.view.secrets[field?.name ?? ''] ?? [],
      at: hub.now(),
    }
  }
  return undefined
}

/** Whether a page of this origin may use the chat. Without a list any site may; `own` is the hub's own address, whose demo page always may. */
export function isOriginAllowed(place: Pick<VisitorPlace, 'config'>, origin: string | undefined, own: readonly string[]): boolean {
  const allowed = (place.config.origins ?? '').split(/[\s,]+/).filter(Boolean)
  if (allowed.length === 0) return true
  // A program without an origin is no page; what it may do is decided by its token.
  if (origin === undefined) return true
  return own.includes(origin) || allowed.some(one => URL.canParse(one) && new URL(one).origin === origin)
}
