/**
 * The gate to the platforms: every request for an account passes here. Always holds: an account that only observes, or is held in
 * recovered mode, makes no request that anybody outside could notice (nothing is sent, marked, edited, set up or taken away); looking things up is allowed. A test walks the sources for ways around it.
 */
import type { NetworkRequest, Transmission } from '@dragoman/core'
import { channelOf, type Hub } from '../hub.ts'
import { HubProblem } from '../problem.ts'
import type { DownloadResult, TransportContext } from '../transport.ts'
import { type TokenHolder, withAccessToken } from './access-token.ts'

export type AccountMode = 'live' | 'observe'

/** `looks`: asks for facts or files and changes nothing. `acts`: the customer, the platform or another system could notice. */
export type Purpose = 'looks' | 'acts'

/** Makes a request for an account. What may not leave is `not_sent`, as if the network had refused it. */
export async function performFor(
  hub: Hub,
  account: TokenHolder & { mode: AccountMode; held?: boolean },
  purpose: Purpose,
  request: NetworkRequest,
  context: TransportContext,
): Promise<Transmission> {
  if (purpose === 'acts' && isObserving(account)) return { kind: 'not_sent', cause: 'This account only observes' }
  if (purpose === 'acts' && account.held)
    return { kind: 'not_sent', cause: 'Sending is held since the hub was brought back from earlier data' }
  const within = ofAccount(hub, account, context)
  return await withAccessToken(hub, account, request, within, secrets => hub.transport.perform(request, { ...within, secrets }))
}

/** Fetches a file for an account: a look. */
export async function downloadFor(
  hub: Hub,
  account: TokenHolder,
  request: NetworkRequest,
  context: TransportContext & { maxBytes: number },
): Promise<DownloadResult> {
  const within = ofAccount(hub, account, context)
  const result = await withAccessToken(hub, account, request, within, secrets => hub.transport.download(request, { ...within, secrets }))
  // Without a token nothing was asked for: the answer stands in place of the file's.
  return result.kind === 'answered' && !('stream' in result)
    ? { kind: 'answered', status: result.status, headers: result.headers, stream: new Blob([String(result.body)]).stream() }
    : result
}

/** The account's own way out; and the servers that its settings name, which may be told its credentials as the channel's own origins may. */
function ofAccount<Context extends TransportContext>(hub: Hub, account: TokenHolder, context: Context): Context {
  const channel = typeof account.channel === 'string' ? channelOf(hub, account.channel) : account.channel
  const own = Object.values(channel.originsOf?.(account.view.config) ?? {})
  return { ...context, proxy: account.proxy, origins: [...context.origins, ...own] }
}

export function isObserving(account: { mode: AccountMode }): boolean {
  return account.mode === 'observe'
}

/** What a person is told who would let something leave that cannot wait in line. Problem: reply_not_allowed, reason `observing` or `recovered`. */
export function refuseWhileObserving(account: { mode: AccountMode; held?: boolean }): void {
  if (account.held)
    throw new HubProblem(
      'reply_not_allowed',
      'Sending is held since the hub was brought back from earlier data: a manager has to release it.',
      {
        reason: 'recovered',
      },
    )
  if (isObserving(account))
    throw new HubProblem('reply_not_allowed', 'This account only observes: nothing is sent until it is switched over.', {
      reason: 'observing',
    })
}
