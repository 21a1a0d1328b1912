/** What the steps of `fit` share. Always holds: a loss leaves a note, an impossibility a refusal; neither is ever silent. */
import type { Capabilities } from '../capabilities.ts'
import type { MessageBody } from '../content.ts'
import { type FormattedText, measure, type RichText, type TextUnit } from '../rich-text.ts'
import type { FitNote, FitNoteCode, FitRefusal, FitRefusalCode } from './types.ts'

export interface FitContext {
  capabilities: Capabilities
  formatText: (text: RichText) => FormattedText
  notes: FitNote[]
  refusals: FitRefusal[]
}

export function note(context: FitContext, code: FitNoteCode, params?: Record<string, string | number>): void {
  if (context.notes.some(known => known.code === code && JSON.stringify(known.params) === JSON.stringify(params))) return
  context.notes.push(params ? { code, params } : { code })
}

/** Records a refusal; the parts made so far no longer matter. */
export function refuse(context: FitContext, code: FitRefusalCode, params?: Record<string, string | number>): MessageBody[] {
  context.refusals.push(params ? { code, params } : { code })
  return []
}

export function isTooLong(text: string, limit: { max: number; unit: TextUnit }): boolean {
  return measure(text, limit.unit) > limit.max
}
