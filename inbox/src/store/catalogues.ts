/** Lists that all share: labels, teams, saved views, macros, fields of closing. Always holds: asked for once, and again when the hub says that they changed. */
import type { Closing, SavedView } from '@dragoman/api'
import { useQuery } from '@tanstack/react-query'
import { call } from '../client.ts'
import { queryClient } from '../query-client.ts'
import { desk } from './desk.ts'

const labels = { queryKey: ['catalogue', 'labels'], queryFn: () => call('labels') }
const teams = { queryKey: ['catalogue', 'teams'], queryFn: () => call('teams') }
const views = { queryKey: ['catalogue', 'views'], queryFn: () => call('savedViews') }
const macros = { queryKey: ['catalogue', 'macros'], queryFn: () => call('macros') }
const closing = { queryKey: ['catalogue', 'setting:closing'], queryFn: () => call('setting', { params: { name: 'closing' } }) }

const none: readonly never[] = []

export const useLabels = () => useQuery(labels).data?.labels ?? none
export const useTeams = () => useQuery(teams).data?.teams ?? none
export const useMacros = () => useQuery(macros)
export const useSavedViews = () => useQuery(views).data?.views ?? none
export const useClosing = () => useQuery(closing)

/** Saved views as known at this moment; undefined while they are still on their way. */
export function useKnownViews(): readonly SavedView[] | undefined {
  const { data, isError } = useQuery(views)
  return data?.views ?? (isError ? none : undefined)
}

/** The same outside of the screen. */
export function knownViews(): readonly SavedView[] {
  return queryClient.getQueryData<{ views: SavedView[] }>(views.queryKey)?.views ?? none
}

/** Fields of closing, asked for where they are not known yet. */
export async function closingFields(): Promise<Closing['fields']> {
  const { value } = await queryClient.ensureQueryData(closing)
  return (value as Closing).fields
}

/** Teams that I am in, as known at this moment. */
export function myTeamIds(): string[] {
  const known = queryClient.getQueryData<{ teams: { id: string; memberIds: string[] }[] }>(teams.queryKey)?.teams ?? none
  const memberId = desk().inbox?.me.memberId ?? ''
  return known.filter(team => team.memberIds.includes(memberId)).map(team => team.id)
}
