/**
 * Prometheus metrics of a process, web or worker. Always holds: labels have few values (channel, outcome, kind), never ids; what is counted in the database is
 * asked at most every ten seconds, by indexes that hold only what waits (`database-figures.ts`); reading them needs no lock and no long query.
 */
import type { Hub, Signals } from '@dragoman/hub'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Admission } from '../http/admission.ts'
import { databaseGauges } from './database-figures.ts'

export interface Metrics {
  registry: Registry
  webhooks: Counter<'channel' | 'result'>
  webhookSeconds: Histogram<'channel'>
  requests: Counter<'method' | 'status' | 'kind'>
  requestSeconds: Histogram<'kind'>
  streams: Gauge<'kind'>
  jobs: Counter<'task' | 'result'>
  jobSeconds: Histogram<'task'>
  /** How far the readers of the event logs have come, by workspace. */
  readers: Map<string, () => number>
}

/** What else a process has that can be measured; filled in as it is started. */
export interface Measured {
  admission?: Admission
  /** Bytes that wait to be sent on each open stream. */
  backlogs?: () => readonly number[]
  /** Sendings under way in this process, and how many there may be. */
  sending?: () => { busy: number; slots: number }
  /** Webhooks that wait for the commit that is under way. */
  journalWaiting?: () => number
}

const quick = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const slow = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const lag = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800]

/** Makes the metrics of a process, and the signals that feed them. `metered`: rates are kept although nobody may ever ask. */
export function createMetrics(
  hub: Pick<Hub, 'pools' | 'now'>,
  build: { version: string; role: string },
  measured: Measured = {},
): { metrics: Metrics; signals: Signals } {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'dragoman_' })
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `dragoman_${name}`, help, labelNames, registers })
  const histogram = <Label extends string>(name: string, help: string, labelNames: Label[], buckets: number[]) =>
    new Histogram({ name: `dragoman_${name}`, help, labelNames, buckets, registers })
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = [], collect?: (this: Gauge<Label>) => void) =>
    new Gauge({ name: `dragoman_${name}`, help, labelNames, registers, ...(collect ? { collect } : {}) })

  gauge('build_info', 'Always 1; the version of the program, of Node, and the role of the process', ['version', 'node', 'role']).set(
    { version: build.version, node: process.version, role: build.role },
    1,
  )
  const applied = counter('bodies_applied_total', 'Webhook bodies applied to their conversations', ['channel'])
  const lagSeconds = histogram(
    'applied_lag_seconds',
    'From the receipt of a webhook to its being in the conversation and on the event log',
    ['channel'],
    lag,
  )
  const applySeconds = histogram('apply_seconds', 'How long the transaction of a drain took, for up to 500 bodies', [], quick)
  const setAside = counter('set_aside_total', 'Events and bodies that could not be applied and were set aside', ['channel'])
  const tries = counter(
    'send_tries_total',
    'Tries to send a part, by what came of it: sent, failed, retry, limited, account, no_answer (may have arrived)',
    ['channel', 'outcome'],
  )
  const sendSeconds = histogram('send_seconds', 'How long all requests of one try to send a part took', ['channel'], slow)
  const recorded = counter('parts_recorded_total', 'Parts whose outcome was written down', [])
  const recordSeconds = histogram('record_seconds', 'How long it took to write down a group of outcomes', [], quick)
  const paceWaits = counter('pace_waits_total', 'Parts put off because their account’s pace is used up', ['channel'])
  const files = counter('files_total', 'Files fetched from platforms, by result: stored, again, failed', ['result'])
  const outgoing = counter('outgoing_webhooks_total', 'Tries of outgoing webhooks, by result: delivered, again, failed', ['result'])
  const outgoingSeconds = histogram('outgoing_webhook_seconds', 'How long receivers of outgoing webhooks took to answer', [], slow)

  gauge('pool_connections', 'Connections to the database by pool and state', ['pool', 'state'], function () {
    for (const [pool, { totalCount, idleCount }] of Object.entries(poolsOf(hub))) {
      this.set({ pool, state: 'idle' }, idleCount)
      this.set({ pool, state: 'busy' }, totalCount - idleCount)
    }
  })
  gauge('pool_waiting', 'Requests that wait for a connection to the database', ['pool'], function () {
    for (const [pool, { waitingCount }] of Object.entries(poolsOf(hub))) this.set({ pool }, waitingCount)
  })
  gauge('under_way', 'Requests under way, by kind', ['kind'], function () {
    for (const [kind, figure] of Object.entries(measured.admission?.figures() ?? {}))
      if ('underWay' in figure) this.set({ kind }, figure.underWay)
  })
  // Counted by the admission itself: shown as it stands.
  new Counter({
    name: 'dragoman_refused_total',
    help: 'Requests and streams refused because there was too much, by kind',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset()
      for (const [kind, { refused }] of Object.entries(measured.admission?.figures() ?? {})) this.inc({ kind }, refused)
    },
  })
  gauge('journal_waiting', 'Webhooks that wait for the commit that is under way', [], function () {
    if (measured.journalWaiting) this.set(measured.journalWaiting())
  })
  gauge('sending', 'Sendings under way in this process', [], function () {
    if (measured.sending) this.set(measured.sending().busy)
  })
  gauge('sending_slots', 'Sendings that this process may have under way', [], function () {
    if (measured.sending) this.set(measured.sending().slots)
  })
  gauge('stream_backlog_bytes', 'Bytes that wait to be sent on event streams: of all, and of the one with most', ['of'], function () {
    if (!measured.backlogs) return
    const backlogs = measured.backlogs()
    this.set(
      { of: 'all' },
      backlogs.reduce((sum, one) => sum + one, 0),
    )
    this.set({ of: 'largest' }, Math.max(0, ...backlogs))
  })
  const readers = new Map<string, () => number>()
  databaseGauges(hub, registers, readers)

  const metrics: Metrics = {
    registry,
    webhooks: counter(
      'webhooks_total',
      'Webhooks by channel and result: accepted, rejected (signature), refused (too much), unavailable (not stored), challenge, forwarded, unknown_endpoint',
      ['channel', 'result'],
    ),
    webhookSeconds: histogram('webhook_seconds', 'From the request to the durable acknowledgement', ['channel'], quick),
    requests: counter('requests_total', 'Answered requests', ['method', 'status', 'kind']),
    requestSeconds: histogram(
      'request_seconds',
      'How long requests took, by kind: people, heavy, machine, platform, visitor, other',
      ['kind'],
      quick,
    ),
    streams: gauge('streams', 'Connected event streams, by kind: member, visitor', ['kind']),
    jobs: counter('jobs_total', 'Background jobs, by task and result: done, failed', ['task', 'result']),
    jobSeconds: histogram('job_seconds', 'How long background jobs took', ['task'], slow),
    readers,
  }
  const signals: Signals = {
    applied({ channel, bodies, startedAt, endedAt }) {
      applied.inc({ channel }, bodies.length)
      applySeconds.observe((endedAt - startedAt) / 1_000)
      for (const { receivedAt } of bodies) lagSeconds.observe({ channel }, Math.max(0, endedAt - receivedAt.getTime()) / 1_000)
    },
    setAside: channel => setAside.inc({ channel }),
    tried({ channel, outcome, startedAt, endedAt }) {
      tries.inc({ channel, outcome })
      sendSeconds.observe({ channel }, (endedAt - startedAt) / 1_000)
    },
    recorded(partIds, startedAt, endedAt) {
      recorded.inc(partIds.length)
      recordSeconds.observe((endedAt - startedAt) / 1_000)
    },
    paced: (channel, parts) => paceWaits.inc({ channel }, parts),
    file: result => files.inc({ result }),
    webhook(result, tookMs) {
      outgoing.inc({ result })
      outgoingSeconds.observe(tookMs / 1_000)
    },
  }
  return { metrics, signals }
}

function poolsOf(hub: Pick<Hub, 'pools'>) {
  const { app, work, system } = hub.pools
  return { app, work, system }
}
