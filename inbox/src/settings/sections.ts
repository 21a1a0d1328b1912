/** The screens of settings, in the order of the side list. Labels are in the catalogues under `settingsSections.<id>`. Always holds: a section shows only to who has its right. */
import type { Right } from '@dragoman/api'

export interface SettingsSection {
  id: string
  path: string
  group: 'mine' | 'people' | 'desk' | 'answers' | 'machines'
  right?: Right
}

export const settingsSections: readonly SettingsSection[] = [
  { id: 'mine', path: '/settings', group: 'mine' },
  { id: 'notifications', path: '/settings/notifications', group: 'mine' },
  { id: 'security', path: '/settings/security', group: 'mine' },
  { id: 'roles', path: '/settings/roles', group: 'people', right: 'people.manage' },
  { id: 'teams', path: '/settings/teams', group: 'people', right: 'routing.manage' },
  { id: 'access', path: '/settings/access', group: 'people', right: 'people.manage' },
  { id: 'retention', path: '/settings/retention', group: 'people', right: 'people.manage' },
  { id: 'audit', path: '/settings/audit', group: 'people', right: 'audit.see' },
  { id: 'saved-replies', path: '/settings/saved-replies', group: 'answers' },
  { id: 'automatic-answers', path: '/settings/automatic-answers', group: 'answers', right: 'answers.manage' },
  { id: 'hours', path: '/settings/hours', group: 'answers', right: 'answers.manage' },
  { id: 'labels', path: '/settings/labels', group: 'desk', right: 'desk.manage' },
  { id: 'macros', path: '/settings/macros', group: 'desk' },
  { id: 'attributes', path: '/settings/attributes', group: 'desk', right: 'desk.manage' },
  { id: 'closing', path: '/settings/closing', group: 'desk', right: 'desk.manage' },
  { id: 'registry', path: '/registry', group: 'desk' },
  { id: 'moving', path: '/moving', group: 'desk', right: 'reports.see' },
  { id: 'api-keys', path: '/settings/api-keys', group: 'machines', right: 'machines.manage' },
  { id: 'webhooks', path: '/settings/webhooks', group: 'machines', right: 'machines.manage' },
  { id: 'live-card', path: '/settings/live-card', group: 'machines', right: 'machines.manage' },
  { id: 'import', path: '/settings/import', group: 'machines', right: 'cutover.run' },
]
