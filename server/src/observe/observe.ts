/** What observes a process, put together: load, metrics, traces, and the port for those who ask. Always holds: it is there before the hub and outlives it. */
import type { Hub, Signals } from '@dragoman/hub'
import type { Settings } from '../settings.ts'
import { type Health, startMetricsServer } from './endpoint.ts'
import { type Load, watchLoad } from './load.ts'
import { createMetrics, type Measured, type Metrics } from './metrics.ts'
import { noTraces, type Tracer } from './tracing.ts'

export interface Observation {
  load: Load
  metrics: Metrics
  signals: Signals
  tracer: Tracer
  /** Filled in by the parts of the process as they are made. */
  measured: Measured
  stop(): Promise<void>
}

type Observed = Pick<Hub, 'pools' | 'now' | 'log' | 'nodeId'>

const healthWithinMs = 3_000

export async function observe(hub: Observed, settings: Settings, version: string): Promise<Observation> {
  const load = watchLoad()
  const measured: Measured = {}
  const { metrics, signals } = createMetrics(hub, { version, role: settings.role }, measured)
  // What is not switched on is not even loaded.
  const tracer: Tracer = settings.traces
    ? (await import('./open-telemetry.ts')).openTelemetry(hub, settings.traces, { version, role: settings.role })
    : noTraces
  return {
    load,
    metrics,
    signals: tracer.isOn
      ? {
          ...signals,
          applied: signal => {
            signals.applied(signal)
            tracer.applied(signal)
          },
          tried: signal => {
            signals.tried(signal)
            tracer.tried(signal)
          },
          recorded: (partIds, startedAt, endedAt) => {
            signals.recorded(partIds, startedAt, endedAt)
            tracer.recorded(partIds, startedAt, endedAt)
          },
        }
      : signals,
    tracer,
    measured,
    async stop() {
      load.stop()
      await tracer.close()
    },
  }
}

/** The port of its own, where the settings ask for one. */
export async function openMetricsPort(
  { metrics }: Observation,
  settings: Settings,
  operatorToken: string,
  health: () => Promise<Health>,
): Promise<{ url: string; stop(): Promise<void> } | undefined> {
  if (settings.metricsPort === undefined) return undefined
  return await startMetricsServer({ settings, port: settings.metricsPort, operatorToken, registry: metrics.registry, health })
}

/** Whether the process can do its work: the database answers soon, and no stop has begun. */
export async function healthOf(hub: Pick<Hub, 'pools'>, isStopping: () => boolean): Promise<Health> {
  const database = await Promise.race([
    hub.pools.system.query('select 1').then(
      () => true,
      () => false,
    ),
    new Promise<false>(resolve => setTimeout(resolve, healthWithinMs, false).unref()),
  ])
  const accepting = !isStopping()
  return { ready: database && accepting, database, accepting }
}
