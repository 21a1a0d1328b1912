/**
 * Addresses of the inbox. Always holds: an address says which view, filters, conversation and message are on the screen, so it can be pasted to a
 * colleague; screens that are not the inbox load when they are opened.
 */

import type { ConversationFilter } from '@dragoman/api'
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { InboxPage } from './inbox-page.tsx'
import { whenNeeded } from './pieces/when-needed.ts'
import { settingsRoutes } from './settings-routes.ts'
import { rootRoute, shellRoute, text } from './shell-route.ts'
import { filtersOfSearch, queryOf } from './store/lists.ts'

type FilterSearch = { [Name in keyof ConversationFilter]?: string }

export interface InboxSearch extends FilterSearch {
  /** Words searched for: the list shows hits instead of the view. */
  q?: string
  /** The message to go to and flash. */
  message?: string
  /** Narrow a search: days as 2026-11-23, who wrote, `yes` for messages with files. */
  from?: string
  before?: string
  direction?: string
  files?: string
  /** On a phone: the customer in place of the thread. */
  pane?: 'customer'
}

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('./setup/setup-page.tsx'), 'SetupPage'),
})
const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({ next: text(search.next) }),
  component: lazyRouteComponent(() => import('./setup/sign-in-page.tsx'), 'SignInPage'),
})
const inviteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invite/$token',
  component: lazyRouteComponent(() => import('./setup/invite-page.tsx'), 'InvitePage'),
})

const secondFactorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/second-factor',
  component: lazyRouteComponent(
    whenNeeded(() => import('./setup/second-factor-page.tsx')),
    'SecondFactorPage',
  ),
})

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox/$view', params: { view: 'all' } })
  },
})
const inboxHomeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/inbox',
  beforeLoad: () => {
    throw redirect({ to: '/inbox/$view', params: { view: 'all' } })
  },
})
const inboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/inbox/$view',
  component: InboxPage,
  validateSearch: (search: Record<string, unknown>): InboxSearch => ({
    // Empty is a search that has begun: only its absence is none.
    q: search.q === '' ? '' : text(search.q),
    message: text(search.message),
    from: text(search.from),
    before: text(search.before),
    direction: text(search.direction),
    files: text(search.files),
    ...queryOf(filtersOfSearch(search)),
    pane: search.pane === 'customer' ? 'customer' : undefined,
  }),
})
const conversationRoute = createRoute({ getParentRoute: () => inboxRoute, path: '/$conversationId' })
const accountsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/accounts',
  component: lazyRouteComponent(
    whenNeeded(() => import('./accounts/accounts-page.tsx')),
    'AccountsPage',
  ),
})
const connectRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/accounts/new',
  validateSearch: (search: Record<string, unknown>): { channel?: string } => ({ channel: text(search.channel) }),
  component: lazyRouteComponent(
    whenNeeded(() => import('./accounts/connect-page.tsx')),
    'ConnectPage',
  ),
})
const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/accounts/$accountId',
  component: lazyRouteComponent(
    whenNeeded(() => import('./accounts/account-page.tsx')),
    'AccountPage',
  ),
})
const membersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/members',
  component: lazyRouteComponent(
    whenNeeded(() => import('./members/members-page.tsx')),
    'MembersPage',
  ),
})
const setAsideRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/set-aside',
  component: lazyRouteComponent(
    whenNeeded(() => import('./set-aside/set-aside-page.tsx')),
    'SetAsidePage',
  ),
})

const supervisorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/supervisor',
  component: lazyRouteComponent(
    whenNeeded(() => import('./supervisor/supervisor-page.tsx')),
    'SupervisorPage',
  ),
})

const contactsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/contacts',
  validateSearch: (search: Record<string, unknown>): { q?: string; channel?: string; blocked?: string } => ({
    q: text(search.q),
    channel: text(search.channel),
    blocked: text(search.blocked),
  }),
  component: lazyRouteComponent(
    whenNeeded(() => import('./customer/contacts-page.tsx')),
    'ContactsPage',
  ),
})
const samePeopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/contacts/same',
  component: lazyRouteComponent(
    whenNeeded(() => import('./customer/same-people-page.tsx')),
    'SamePeoplePage',
  ),
})
const timelineRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/contacts/$contactId/timeline',
  component: lazyRouteComponent(
    whenNeeded(() => import('./customer/timeline-page.tsx')),
    'TimelinePage',
  ),
})
const contactRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/contacts/$contactId',
  component: lazyRouteComponent(
    whenNeeded(() => import('./customer/contact-page.tsx')),
    'ContactPage',
  ),
})

const routeTree = rootRoute.addChildren([
  setupRoute,
  signInRoute,
  inviteRoute,
  secondFactorRoute,
  shellRoute.addChildren([
    homeRoute,
    inboxHomeRoute,
    inboxRoute.addChildren([conversationRoute]),
    accountsRoute,
    connectRoute,
    accountRoute,
    membersRoute,
    setAsideRoute,
    ...settingsRoutes,
    contactsRoute,
    samePeopleRoute,
    timelineRoute,
    contactRoute,
    supervisorRoute,
  ]),
])

export const router = createRouter({ routeTree, defaultPreload: false, defaultPendingMs: 200, scrollRestoration: false })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
