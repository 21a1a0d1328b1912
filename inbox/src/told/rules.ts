/** My rules for being told, as the hub keeps them: asked for once, and again when another window of mine has changed them. */
import type { OperationResponse } from '@dragoman/api'
import { call } from '../client.ts'
import { queryClient } from '../query-client.ts'

export type MyNotifications = OperationResponse<'notifications'>

export const notificationsQuery = {
  queryKey: ['catalogue', 'notifications'] as const,
  queryFn: () => call('notifications'),
}

/** What is known at this moment; undefined until it was asked for. */
export function knownNotifications(): MyNotifications | undefined {
  return queryClient.getQueryData<MyNotifications>(notificationsQuery.queryKey)
}

export async function refreshNotifications(): Promise<void> {
  await queryClient.fetchQuery({ ...notificationsQuery, staleTime: 0 }).catch(() => undefined)
}
