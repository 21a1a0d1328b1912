/**
 * Sends finished spans to a collector: OTLP over HTTP, in JSON (the form that every collector takes; the packaged exporter brings metrics and logs along). Always holds:
 * what cannot be sent is dropped after its time-out; work never waits for it, and the address and headers stand in no line of the log.
 */
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base'

const timeoutMs = 10_000

type Value = { stringValue: string } | { boolValue: boolean } | { intValue: string } | { doubleValue: number }

export function createExporter(
  to: { url: string; headers: Readonly<Record<string, string>> },
  onTrouble: (reason: string) => void,
): SpanExporter {
  const underWay = new Set<Promise<void>>()
  let isDown = false

  async function send(spans: readonly ReadableSpan[]): Promise<boolean> {
    const trouble = await fetch(to.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...to.headers },
      body: JSON.stringify(bodyOf(spans)),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    }).then(
      async response => {
        await response.body?.cancel()
        return response.ok ? undefined : `it answered ${response.status}`
      },
      (error: Error) =>
        error.name === 'TimeoutError' ? 'it did not answer in time' : ((error.cause as { code?: string } | undefined)?.code ?? error.name),
    )
    // Said once, not for every batch.
    if (trouble !== undefined && !isDown) onTrouble(trouble)
    isDown = trouble !== undefined
    return !isDown
  }

  return {
    export(spans, done) {
      const sent = send(spans).then(isGood => done({ code: isGood ? 0 : 1 }))
      underWay.add(sent)
      void sent.finally(() => underWay.delete(sent))
    },
    forceFlush: async () => void (await Promise.all(underWay)),
    shutdown: async () => void (await Promise.all(underWay)),
  }
}

function bodyOf(spans: readonly ReadableSpan[]): object {
  return {
    resourceSpans: [...Map.groupBy(spans, span => span.resource)].map(([resource, mine]) => ({
      resource: { attributes: attributesOf(resource.attributes) },
      scopeSpans: [{ scope: { name: 'dragoman' }, spans: mine.map(spanOf) }],
    })),
  }
}

function spanOf(span: ReadableSpan): object {
  const { traceId, spanId } = span.spanContext()
  return {
    traceId,
    spanId,
    ...(span.parentSpanContext ? { parentSpanId: span.parentSpanContext.spanId } : {}),
    name: span.name,
    // The wire counts kinds from one.
    kind: span.kind + 1,
    startTimeUnixNano: nanoseconds(span.startTime),
    endTimeUnixNano: nanoseconds(span.endTime),
    attributes: attributesOf(span.attributes),
    status: { code: span.status.code },
  }
}

function nanoseconds([seconds, nanos]: readonly [number, number]): string {
  return (BigInt(seconds) * 1_000_000_000n + BigInt(nanos)).toString()
}

function attributesOf(attributes: Readonly<Record<string, unknown>>): { key: string; value: Value }[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: wireValue(value) }))
}

function wireValue(value: unknown): Value {
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  return { stringValue: String(value) }
}
