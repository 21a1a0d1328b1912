/**
 * The root of all addresses, and the frame of those for who is signed in. Always holds: what lies below the shell is shown only after the desk has
 * started; who is not signed in is asked to, and comes back to the address he wanted.
 */
import { view as viewSchema } from '@dragoman/api'
import { createRootRoute, createRoute, Outlet, redirect } from '@tanstack/react-router'
import { LostPage, StartFailed } from './shell/lost-page.tsx'
import { Shell } from './shell/shell.tsx'
import { ensureStarted } from './store/start.ts'

/** A word of an address; what is empty or no word is none. */
export const text = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined

export const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: LostPage })

export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  errorComponent: StartFailed,
  beforeLoad: async ({ location }) => {
    const wanted = viewSchema.safeParse(location.pathname.split('/')[2])
    const result = await ensureStarted(wanted.success ? wanted.data : 'all')
    if (result === 'setup') throw redirect({ to: '/setup' })
    if (result === 'signed_out') throw redirect({ to: '/sign-in', search: { next: location.pathname === '/' ? undefined : location.href } })
    if (result === 'second_factor') throw redirect({ to: '/second-factor' })
    if (result === 'unreachable') throw new Error('unreachable')
  },
})
