/** W3C trace context: reading and writing `traceparent`. Always holds: what is not exactly of the form is no context at all. */

/** A span as others may refer to it. */
export interface SpanPlace {
  traceId: string
  spanId: string
  sampled: boolean
}

const form = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** The span that a `traceparent` names. */
export function readTraceparent(text: string | undefined): SpanPlace | undefined {
  const match = form.exec(text ?? '')
  if (!match || /^0+$/.test(match[1]!) || /^0+$/.test(match[2]!)) return undefined
  return { traceId: match[1]!, spanId: match[2]!, sampled: (Number.parseInt(match[3]!, 16) & 1) === 1 }
}

export function writeTraceparent({ traceId, spanId, sampled }: SpanPlace): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}
