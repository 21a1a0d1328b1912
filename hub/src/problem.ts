/** A refusal with a stable code, thrown by use cases and turned into problem+json by the server. Anything else that is thrown is our own mistake. */
import { type Problem, type ProblemCode, problem } from '@dragoman/api'

export class HubProblem extends Error {
  readonly problem: Problem
  constructor(code: ProblemCode, detail?: string, more?: Record<string, unknown>) {
    super(detail ?? code)
    this.name = 'HubProblem'
    this.problem = problem(code, detail, more)
  }
}

/** Throws `not_found` unless there is a value. */
export function found<Value>(value: Value | undefined | null, what: string): Value {
  if (value === undefined || value === null) throw new HubProblem('not_found', `There is no such ${what}.`)
  return value
}
