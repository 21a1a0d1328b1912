/** What the web server's parts share: the hub, its journal, the settings, the limits, where files are inspected. */
import type { EndpointLookup, Hub, IngestEffects, InspectFile, Journal } from '@dragoman/hub'
import type { RateLimiterAbstract } from 'rate-limiter-flexible'
import type { Health } from '../observe/endpoint.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Tracer } from '../observe/tracing.ts'
import type { Settings } from '../settings.ts'
import type { SimulatorHost } from '../simulators.ts'
import type { Admission } from './admission.ts'

export interface WebContext {
  hub: Hub
  settings: Settings
  journal: Journal
  findEndpoint: EndpointLookup
  inspect: InspectFile
  effects: IngestEffects
  metrics: Metrics
  /** Does nothing where traces are switched off. */
  tracer: Tracer
  /** Who is let in when there is too much. */
  admission: Admission
  /** `api`: per session or key; `address`: per address, for all behind it. */
  limits: { api: RateLimiterAbstract; address: RateLimiterAbstract; strict(perMinute: number): RateLimiterAbstract }
  simulators: SimulatorHost | undefined
  version: string
  /** What `npm run dragoman` shows to be let in: derived from the master key. */
  operatorToken: string
  /** Whether this process can do its work now, and is not about to stop. */
  health(): Promise<Health>
}
