/**
 * What may be traced, as plain values. Always holds: where traces are switched off nothing is loaded, made or kept (`noTraces`).
 */
import type { AppliedSignal, TriedSignal } from '@dragoman/hub'
import type { SpanPlace } from './trace-context.ts'

export type Attributes = Readonly<Record<string, string | number | boolean>>

export interface OpenSpan {
  place: SpanPlace
  end(attributes: Attributes, isError?: boolean): void
}

export interface Tracer {
  isOn: boolean
  /** Begins a span; `traceparent` is what the caller says it belongs to. undefined: this one is not kept. */
  begin(name: string, kind: 'server' | 'internal', traceparent?: string | string[]): OpenSpan | undefined
  /** What is done later for this thing (a body of the journal, a message) belongs to the span that is open here and now. */
  remember(what: 'body' | 'message', workspaceId: string, id: string): void
  applied(signal: AppliedSignal): void
  tried(signal: TriedSignal): void
  recorded(partIds: readonly string[], startedAt: number, endedAt: number): void
  /** Sends what is left. */
  close(): Promise<void>
}

export const noTraces: Tracer = {
  isOn: false,
  begin: () => undefined,
  remember() {},
  applied() {},
  tried() {},
  recorded() {},
  close: async () => {},
}
