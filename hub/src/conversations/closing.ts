/** Fields that are asked for when a case is closed. Always holds: only fields that the firm has set are kept, each in its own form. */
import type { Closing, ClosingAnswers, ClosingField } from '@dragoman/api'
import { HubProblem } from '../problem.ts'

/** The fields that are asked on an account. */
export function fieldsFor(closing: Closing, accountId: string): ClosingField[] {
  return closing.fields.filter(field => field.accounts.length === 0 || field.accounts.includes(accountId))
}

/** Answers with what is known added, and which required ones are missing. Problem: invalid_request for an answer of another form. */
export function checkAnswers(
  closing: Closing,
  accountId: string,
  known: ClosingAnswers,
  given: ClosingAnswers,
): { answers: ClosingAnswers; missing: string[] } {
  const answers: ClosingAnswers = { ...known }
  const missing: string[] = []
  for (const field of fieldsFor(closing, accountId)) {
    const value = given[field.id] ?? known[field.id]
    if (value === undefined || value === '') {
      delete answers[field.id]
      if (field.required) missing.push(field.id)
    } else if (fitsField(field, value)) answers[field.id] = value
    else if (given[field.id] !== undefined)
      throw new HubProblem('invalid_request', `“${field.id}” does not take this answer.`, {
        errors: [{ path: `fields.${field.id}`, message: `not a ${field.kind}` }],
      })
    // The field has changed since: the old answer is asked anew.
    else if (field.required) missing.push(field.id)
  }
  return { answers, missing }
}

function fitsField(field: ClosingField, value: string | number | boolean): boolean {
  if (field.kind === 'number') return typeof value === 'number' && Number.isFinite(value)
  if (field.kind === 'yesno') return typeof value === 'boolean'
  if (field.kind === 'choice') return field.choices.some(choice => choice.id === value)
  return typeof value === 'string' && value.trim() !== ''
}
