/** A message in which a placeholder still stands must not leave: the customer would read our own machinery. */
import { type MessageBody, unfilledIn } from '@dragoman/api'
import { HubProblem } from '../problem.ts'

/** Problem: placeholder_empty, with `missing`. */
export function refuseUnfilled(body: MessageBody): void {
  const missing = unfilledIn(body)
  if (missing.length > 0) throw new HubProblem('placeholder_empty', missing.map(name => `{{${name}}}`).join(', '), { missing })
}
