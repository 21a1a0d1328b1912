/**
 * Addresses of the inbox. Always holds: an address says which view, filters, conversation and message are on the screen, so it can be pasted to a
 * colleague; screens that are not the inbox load when they are opened.
 */

import { type ConversationFilter, view as viewSchema } from '@dragoman/api'
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { InboxPage } from './inbox-page.tsx'
import { whenNeeded } from './pieces/when-needed.ts'
import { LostPage, StartFailed } from './shell/lost-page.tsx'
import { Shell } from './shell/shell.tsx'
import { filtersOfSearch, queryOf } from './store/lists.ts'
import { ensureStarted } from './store/start.ts'

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

/** Filters of the audit log; days as 2026-11-23. */
export interface AuditSearch {
  who?: string
  what?: string
  from?: string
  until?: string
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: LostPage })
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

const shellRoute = createRoute({
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
const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(
    whenNeeded(() => import('./settings/settings-page.tsx')),
    'SettingsPage',
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
const teamsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/teams',
  component: lazyRouteComponent(
    whenNeeded(() => import('./teams/teams-page.tsx')),
    'TeamsPage',
  ),
})

const savedRepliesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/saved-replies',
  validateSearch: (search: Record<string, unknown>): { reply?: string } => ({ reply: text(search.reply) }),
  component: lazyRouteComponent(
    whenNeeded(() => import('./answers/saved-replies-page.tsx')),
    'SavedRepliesPage',
  ),
})
const automaticAnswersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/automatic-answers',
  component: lazyRouteComponent(
    whenNeeded(() => import('./answers/automatic-page.tsx')),
    'AutomaticPage',
  ),
})
const hoursRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/hours',
  component: lazyRouteComponent(
    whenNeeded(() => import('./answers/hours-page.tsx')),
    'HoursPage',
  ),
})

const importRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/import',
  component: lazyRouteComponent(
    whenNeeded(() => import('./imports/import-page.tsx')),
    'ImportPage',
  ),
})

const securityRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/security',
  component: lazyRouteComponent(
    whenNeeded(() => import('./security/security-page.tsx')),
    'SecurityPage',
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
const contactRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/contacts/$contactId',
  component: lazyRouteComponent(
    whenNeeded(() => import('./customer/contact-page.tsx')),
    'ContactPage',
  ),
})
const attributesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/attributes',
  component: lazyRouteComponent(
    whenNeeded(() => import('./customer/attributes-page.tsx')),
    'AttributesPage',
  ),
})
const notificationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/notifications',
  component: lazyRouteComponent(
    whenNeeded(() => import('./told/notifications-page.tsx')),
    'NotificationsPage',
  ),
})
const rolesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/roles',
  component: lazyRouteComponent(
    whenNeeded(() => import('./roles/roles-page.tsx')),
    'RolesPage',
  ),
})
const accessRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/access',
  component: lazyRouteComponent(
    whenNeeded(() => import('./security/access-page.tsx')),
    'AccessPage',
  ),
})
const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/audit',
  validateSearch: (search: Record<string, unknown>): AuditSearch => ({
    who: text(search.who),
    what: text(search.what),
    from: text(search.from),
    until: text(search.until),
  }),
  component: lazyRouteComponent(
    whenNeeded(() => import('./audit/audit-page.tsx')),
    'AuditPage',
  ),
})

const labelsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/labels',
  component: lazyRouteComponent(
    whenNeeded(() => import('./order/labels-page.tsx')),
    'LabelsPage',
  ),
})
const macrosRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/macros',
  component: lazyRouteComponent(
    whenNeeded(() => import('./order/macros-page.tsx')),
    'MacrosPage',
  ),
})
const closingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/closing',
  component: lazyRouteComponent(
    whenNeeded(() => import('./order/closing-page.tsx')),
    'ClosingPage',
  ),
})

const apiKeysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/api-keys',
  component: lazyRouteComponent(
    whenNeeded(() => import('./machines/api-keys-page.tsx')),
    'ApiKeysPage',
  ),
})
const liveCardRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/live-card',
  component: lazyRouteComponent(
    whenNeeded(() => import('./machines/live-card-page.tsx')),
    'LiveCardPage',
  ),
})
const webhooksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/webhooks',
  component: lazyRouteComponent(
    whenNeeded(() => import('./machines/webhooks-page.tsx')),
    'WebhooksPage',
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
    settingsRoute,
    securityRoute,
    notificationsRoute,
    contactsRoute,
    contactRoute,
    attributesRoute,
    rolesRoute,
    accessRoute,
    auditRoute,
    savedRepliesRoute,
    automaticAnswersRoute,
    hoursRoute,
    labelsRoute,
    macrosRoute,
    closingRoute,
    apiKeysRoute,
    webhooksRoute,
    liveCardRoute,
    importRoute,
    supervisorRoute,
    teamsRoute,
  ]),
])

export const router = createRouter({ routeTree, defaultPreload: false, defaultPendingMs: 200, scrollRestoration: false })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
