/** What a problem says of one field, in the server's words: under the field where it belongs. */
import type { ProblemOf } from '../client.ts'

export function fieldError(problem: ProblemOf | undefined, path: string): string | undefined {
  if (!problem || !('errors' in problem) || !Array.isArray(problem.errors)) return undefined
  return (problem.errors as { path?: string; message?: string }[]).find(error => error.path === path)?.message
}
