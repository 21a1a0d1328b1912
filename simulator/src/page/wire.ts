/** The page's half of the simulator API: what it reads, and every request that it makes. Always holds: same origin; changing requests carry our header. */
import type {
  ActionResult,
  CustomerAction,
  FaultName,
  PhoneTheme,
  PhoneView,
  SimulatorControl,
} from '@dragoman/channel-kit/simulator/types'
import type { Localized } from '@dragoman/core'

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
/** One choice that says which kind of account is made. */
export interface AccountChoice {
  name: string
  label: Localized
  choices: { value: string; label: Localized }[]
  defaultValue: string
}
export interface ChannelView {
  id: string
  badge?: { name: string; iconPath: string; color: string }
  theme: PhoneTheme
  /** The business can post in public. */
  hasPosts: boolean
  /** More can be done to an account than its customers do. */
  hasControls: boolean
  accountChoices: AccountChoice[]
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

const controlsPath = (channel: string, accountId: string) => `/v1/simulator/${channel}/accounts/${encodeURIComponent(accountId)}/controls`

export const wire = {
  session: async () => await ask<Session>('GET', '/v1/session'),
  channels: async () => (await ask<{ channels: ChannelView[] }>('GET', '/v1/simulator')).channels,
  act: async (channel: string, customer: string, action: PageAction, uploads: UploadBody[]) =>
    await ask<ActionResult>('POST', `/v1/simulator/${channel}/customers/${encodeURIComponent(customer)}/actions`, { action, uploads }),
  newCustomer: async (channel: string, person: { accountId: string; name: string; language: string; withoutPhone: boolean }) =>
    (await ask<{ phone: PhoneView }>('POST', `/v1/simulator/${channel}/customers`, person)).phone,
  setFaults: async (channel: string, faults: Partial<FaultState>) =>
    await ask<{ faults: FaultState }>('POST', `/v1/simulator/${channel}/faults`, faults),
  newPost: async (channel: string, accountId: string, text: string) =>
    await ask<{ postId: string }>('POST', `/v1/simulator/${channel}/posts`, { accountId, text }),
  controls: async (channel: string, accountId: string) =>
    (await ask<{ controls: SimulatorControl[] }>('GET', controlsPath(channel, accountId))).controls,
  control: async (channel: string, accountId: string, id: string, values: Readonly<Record<string, string>>) =>
    await ask<ActionResult>('POST', controlsPath(channel, accountId), { id, values }),
  connect: async (channel: string, settings?: Readonly<Record<string, string>>) =>
    await ask<{ externalId: string }>('POST', '/v1/accounts/simulated', { channel, ...(settings ? { settings } : {}) }),
}
