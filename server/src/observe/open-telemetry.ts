/**
 * Traces, when they are switched on; loaded only then. Always holds: attributes are ids, counts and names of channels, never content, addresses or secrets; spans of later work
 * are made afterwards from the hub's signals, so that nothing on the way in or out waits for them; what they hang on is kept in `trace_context`, for other processes.
 */

import type { AppliedSignal, Hub, TriedSignal } from '@dragoman/hub'
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base'
import type { Settings } from '../settings.ts'
import { doingNow } from './context.ts'
import { createExporter } from './otlp-exporter.ts'
import { readTraceparent, type SpanPlace, writeTraceparent } from './trace-context.ts'
import type { Attributes, Tracer } from './tracing.ts'

/** What came after is told so much later: then it is known what it hangs on. */
const laterMs = 1_500
const roundMs = 250
/** Signals that wait to be told; beyond it they are dropped: traces must not fill the memory. */
const mostWaiting = 20_000
const keptHours = 24

interface Noted {
  what: 'body' | 'message'
  workspaceId: string
  id: string
  place: SpanPlace
}

export function openTelemetry(
  hub: Pick<Hub, 'pools' | 'log' | 'nodeId'>,
  to: NonNullable<Settings['traces']>,
  build: { version: string; role: string },
): Tracer {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'dragoman',
      'service.version': build.version,
      'service.instance.id': hub.nodeId,
      'dragoman.role': build.role,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(to.share) }),
    spanProcessors: [
      new BatchSpanProcessor(
        createExporter(to, reason => hub.log.warn({ reason }, 'traces could not be delivered')),
        { maxQueueSize: 8_192, scheduledDelayMillis: 1_000 },
      ),
    ],
  })
  const tracer = provider.getTracer('dragoman')
  let toNote: Noted[] = []
  const applied: { at: number; signal: AppliedSignal }[] = []
  const tried: { at: number; signal: TriedSignal }[] = []
  const recordedAt = new Map<string, [startedAt: number, endedAt: number]>()
  let round: Promise<void> | undefined
  let cleanedAt = 0

  const keep = <Entry>(list: Entry[], entry: Entry) => {
    if (list.length < mostWaiting) list.push(entry)
  }

  function contextOf(place: SpanPlace): Context {
    return trace.setSpanContext(ROOT_CONTEXT, {
      traceId: place.traceId,
      spanId: place.spanId,
      traceFlags: place.sampled ? 1 : 0,
      isRemote: true,
    })
  }

  function tell(
    name: string,
    kind: SpanKind,
    under: SpanPlace,
    startTime: number,
    endTime: number,
    attributes: Attributes,
    isError = false,
  ): void {
    const span = tracer.startSpan(name, { kind, startTime, attributes: { ...attributes } }, contextOf(under))
    if (isError) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(Math.max(startTime, endTime))
  }

  /** Keeps what was noted, then tells what is due. */
  async function work(all: boolean): Promise<void> {
    const notes = toNote
    toNote = []
    if (notes.length > 0) {
      await hub.pools.system.query({
        name: 'trace_note',
        text: `insert into trace_context (workspace_id, what, id, traceparent) select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) on conflict do nothing`,
        values: [
          notes.map(one => one.workspaceId),
          notes.map(one => one.what),
          notes.map(one => one.id),
          notes.map(one => writeTraceparent(one.place)),
        ],
      })
    }
    const until = all ? Number.POSITIVE_INFINITY : Date.now() - laterMs
    const due = <Entry extends { at: number }>(list: Entry[]) => list.splice(0, all ? list.length : countUntil(list, until))
    await tellApplied(due(applied).map(({ signal }) => signal))
    await tellTried(due(tried).map(({ signal }) => signal))
    if (Date.now() - cleanedAt > 3_600_000) {
      cleanedAt = Date.now()
      await hub.pools.system.query(`delete from trace_context where at < now() - $1 * interval '1 hour'`, [keptHours])
    }
  }

  async function tellApplied(signals: readonly AppliedSignal[]): Promise<void> {
    const wanted = signals.flatMap(signal => signal.bodies.map(body => ({ workspaceId: signal.workspaceId, id: String(body.journalId) })))
    if (wanted.length === 0) return
    const { rows } = await hub.pools.system.query<{ workspace_id: string; id: string; traceparent: string }>({
      name: 'trace_bodies',
      text: `select t.workspace_id, t.id, t.traceparent from trace_context t join unnest($1::uuid[], $2::text[]) as v(w, id) on t.workspace_id = v.w and t.what = 'body' and t.id = v.id`,
      values: [wanted.map(one => one.workspaceId), wanted.map(one => one.id)],
    })
    const places = new Map(rows.map(row => [`${row.workspace_id} ${row.id}`, readTraceparent(row.traceparent)]))
    for (const { workspaceId, accountId, channel, bodies, startedAt, endedAt } of signals) {
      for (const { journalId, receivedAt } of bodies) {
        const place = places.get(`${workspaceId} ${journalId}`)
        if (!place) continue
        const attributes = { 'dragoman.channel': channel, 'dragoman.account_id': accountId, 'dragoman.journal_id': journalId }
        const received = Math.min(receivedAt.getTime(), startedAt)
        tell('journal', SpanKind.INTERNAL, place, received, startedAt, attributes)
        tell('apply', SpanKind.CONSUMER, place, startedAt, endedAt, { ...attributes, 'dragoman.bodies': bodies.length })
      }
    }
  }

  async function tellTried(signals: readonly TriedSignal[]): Promise<void> {
    if (signals.length === 0) return
    const { rows } = await hub.pools.system.query<{
      id: string
      traceparent: string
      message_id: string
      due_at: Date
      sending_since: Date | null
    }>({
      name: 'trace_parts',
      text: `select p.id, t.traceparent, p.message_id, p.due_at, p.sending_since from part p join unnest($1::uuid[], $2::uuid[]) as v(w, id) on p.workspace_id = v.w and p.id = v.id
        join trace_context t on t.workspace_id = p.workspace_id and t.what = 'message' and t.id = p.message_id::text`,
      values: [signals.map(signal => signal.workspaceId), signals.map(signal => signal.partId)],
    })
    const parts = new Map(rows.map(row => [row.id, row]))
    for (const { partId, channel, outcome, startedAt, endedAt } of signals) {
      const part = parts.get(partId)
      const place = readTraceparent(part?.traceparent)
      const recorded = recordedAt.get(partId)
      recordedAt.delete(partId)
      if (!part || !place) continue
      const attributes = { 'dragoman.channel': channel, 'dragoman.message_id': part.message_id, 'dragoman.part_id': partId }
      const claimed = Math.min(part.sending_since?.getTime() ?? startedAt, startedAt)
      tell('wait', SpanKind.INTERNAL, place, Math.min(part.due_at.getTime(), claimed), claimed, attributes)
      tell('claim', SpanKind.INTERNAL, place, claimed, startedAt, attributes)
      tell('request', SpanKind.CLIENT, place, startedAt, endedAt, { ...attributes, 'dragoman.outcome': outcome }, outcome !== 'sent')
      if (recorded) tell('record', SpanKind.INTERNAL, place, ...recorded, attributes)
    }
  }

  async function safely(all = false): Promise<void> {
    await work(all).catch(error => hub.log.warn({ err: error }, 'traces could not be made'))
  }
  const timer = setInterval(() => {
    round ??= safely().finally(() => {
      round = undefined
    })
  }, roundMs)
  timer.unref()

  return {
    isOn: true,
    begin(name, kind, traceparent) {
      const parent = readTraceparent(typeof traceparent === 'string' ? traceparent : undefined)
      const span = tracer.startSpan(
        name,
        { kind: kind === 'server' ? SpanKind.SERVER : SpanKind.INTERNAL },
        parent ? contextOf(parent) : ROOT_CONTEXT,
      )
      const { traceId, spanId, traceFlags } = span.spanContext()
      if ((traceFlags & 1) === 0) return undefined
      return {
        place: { traceId, spanId, sampled: true },
        end(attributes, isError = false) {
          span.setAttributes({ ...attributes })
          if (isError) span.setStatus({ code: SpanStatusCode.ERROR })
          span.end()
        },
      }
    },
    remember(what, workspaceId, id) {
      const place = doingNow()?.span
      if (place?.sampled) keep(toNote, { what, workspaceId, id, place })
    },
    applied: signal => keep(applied, { at: Date.now(), signal }),
    tried: signal => keep(tried, { at: Date.now(), signal }),
    recorded(partIds, startedAt, endedAt) {
      if (recordedAt.size < mostWaiting) for (const id of partIds) recordedAt.set(id, [startedAt, endedAt])
    },
    async close() {
      clearInterval(timer)
      await round
      await safely(true)
      await provider.shutdown().catch(() => {})
    },
  }
}

function countUntil(list: readonly { at: number }[], until: number): number {
  const first = list.findIndex(entry => entry.at > until)
  return first < 0 ? list.length : first
}
