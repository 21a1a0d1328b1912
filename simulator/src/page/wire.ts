/** The page's half of the simulator API: what it reads, and every request that it makes. Always holds: same origin; changing requests carry our header. */
import type { ActionResult, CustomerAction, FaultName, PhoneTheme, PhoneView } from '@dragoman/channel-kit/simulator/types'

export interface LogLine {
  id: number
  at: number
  direction: 'request' | 'webhook'
  what: string
  status: number
  sent: string
  received: string
}
export type FaultState = Record<FaultName | 'rateLimitRetryAfterMs', number>

export interface ChannelFrame {
  id: string
  phones?: PhoneView[]
  faults?: FaultState
  accounts?: { id: string; name: string }[]
  log?: LogLine[]
}
export interface ChannelView {
  id: string
  badge?: { name: string; iconPath: string; color: string }
  theme: PhoneTheme
  faults: FaultState
  accounts: { id: string; name: string }[]
  phones: PhoneView[]
  log: LogLine[]
}
export type StreamFrame = { frame: 'changed'; channels: ChannelFrame[] } | { frame: 'alive'; at: number }

export interface Session {
  me: { name: string; language: 'en' | 'ru'; theme: 'light' | 'dark' | 'auto'; role: string }
}

/** Bytes of an own file, or the name of a built-in sample. */
export type UploadBody = { base64: string; mimeType: string; name: string } | { sample: SampleName }
export type SampleName = 'png' | 'jpeg' | 'webp' | 'ogg' | 'wav' | 'mp4' | 'pdf' | 'text'
/** An action as it goes over the wire: files travel beside it. */
type Wired<A> = A extends { act: 'send' } ? Omit<A, 'uploads'> : A
export type PageAction = Wired<CustomerAction>

/** A refusal of the hub: its status, and its words for people. */
export class Refused extends Error {
  readonly status: number
  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
}

async function ask<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: { accept: 'application/json', 'x-dragoman': '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Refused(0, '')
  })
  const answer = (await response.json().catch(() => ({}))) as { detail?: string }
  if (!response.ok) throw new Refused(response.status, answer.detail ?? '')
  return answer as Answer
}

export const wire = {
  session: async () => await ask<Session>('GET', '/v1/session'),
  channels: async () => (await ask<{ channels: ChannelView[] }>('GET', '/v1/simulator')).channels,
  act: async (channel: string, customer: string, action: PageAction, uploads: UploadBody[]) =>
    await ask<ActionResult>('POST', `/v1/simulator/${channel}/customers/${encodeURIComponent(customer)}/actions`, { action, uploads }),
  newCustomer: async (channel: string, person: { accountId: string; name: string; language: string; withoutPhone: boolean }) =>
    (await ask<{ phone: PhoneView }>('POST', `/v1/simulator/${channel}/customers`, person)).phone,
  setFaults: async (channel: string, faults: Partial<FaultState>) =>
    await ask<{ faults: FaultState }>('POST', `/v1/simulator/${channel}/faults`, faults),
  connect: async (channel: string) => await ask<{ externalId: string }>('POST', '/v1/accounts/simulated', { channel }),
}
