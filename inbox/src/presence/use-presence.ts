/** What the shell keeps going about me: idleness by the firm's rule, and my own rights. */
import type { Security } from '@dragoman/api'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { call } from '../client.ts'
import { followMyRights } from '../store/my-rights.ts'
import { watchIdleness } from './availability.ts'

export function usePresence(started: boolean): void {
  const rule = useQuery({
    queryKey: ['catalogue', 'setting:security'],
    queryFn: async () => (await call('setting', { params: { name: 'security' } })) as unknown as { value: Security; version: number },
    enabled: started,
  })
  const minutes = rule.data?.value.idleAwayMinutes
  useEffect(() => (started && minutes !== undefined ? watchIdleness(minutes * 60_000) : undefined), [started, minutes])
  useEffect(() => (started ? followMyRights() : undefined), [started])
}
