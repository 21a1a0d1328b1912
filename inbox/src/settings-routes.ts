/** Addresses of the screens of settings, below the shell. Always holds: each screen loads when it is opened. */
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { whenNeeded } from './pieces/when-needed.ts'
import { shellRoute, text } from './shell-route.ts'

/** Filters of the audit log; days as 2026-11-23. */
export interface AuditSearch {
  who?: string
  what?: string
  from?: string
  until?: string
}

/** What is compared, and where; lists with commas between, days as 2026-11-23. */
export interface RegistrySearch {
  tab?: 'changes'
  channels?: string
  /** `none`: without any; absent: the firm's. */
  countries?: string
  business?: string
  group?: string
  only?: 'yes'
  asOf?: string
  since?: string
  until?: string
}

const day = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined)

const registryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/registry',
  validateSearch: (search: Record<string, unknown>): RegistrySearch => ({
    tab: search.tab === 'changes' ? 'changes' : undefined,
    channels: text(search.channels),
    countries: text(search.countries),
    business: text(search.business),
    group: text(search.group),
    only: search.only === 'yes' ? 'yes' : undefined,
    asOf: day(search.asOf),
    since: day(search.since),
    until: day(search.until),
  }),
  component: lazyRouteComponent(
    whenNeeded(() => import('./registry/registry-page.tsx')),
    'RegistryPage',
  ),
})
const movingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/moving',
  component: lazyRouteComponent(
    whenNeeded(() => import('./customer/moving-page.tsx')),
    'MovingPage',
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
const retentionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/retention',
  component: lazyRouteComponent(
    whenNeeded(() => import('./retention/retention-page.tsx')),
    'RetentionPage',
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

export const settingsRoutes = [
  settingsRoute,
  registryRoute,
  movingRoute,
  teamsRoute,
  savedRepliesRoute,
  automaticAnswersRoute,
  hoursRoute,
  importRoute,
  securityRoute,
  attributesRoute,
  notificationsRoute,
  rolesRoute,
  accessRoute,
  auditRoute,
  retentionRoute,
  labelsRoute,
  macrosRoute,
  closingRoute,
  apiKeysRoute,
  liveCardRoute,
  webhooksRoute,
] as const
