/** The one API client of the page, and how its problems are told to a person. Always holds: a 401 leads to the sign-in page. */
import { ApiProblem, createClient } from '@dragoman/api'

export const client = createClient()
export const call = client.call

export type ProblemOf = ApiProblem['problem']

export function problemOf(error: unknown): ProblemOf {
  if (error instanceof ApiProblem) return error.problem
  return { code: 'unreachable', status: 0, title: 'No answer', detail: error instanceof Error ? error.message : String(error), advice: '' }
}

export function fileUrl(fileId: string): string {
  return `/v1/files/${fileId}/content`
}

export function thumbnailUrl(fileId: string): string {
  return `/v1/files/${fileId}/thumbnail`
}
