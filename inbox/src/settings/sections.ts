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
  { id: 'teams', path: '/settings/teams', group: 'people', right: 'routing.manage' },
  { id: 'saved-replies', path: '/settings/saved-replies', group: 'answers' },
  { id: 'automatic-answers', path: '/settings/automatic-answers', group: 'answers', right: 'answers.manage' },
  { id: 'hours', path: '/settings/hours', group: 'answers', right: 'answers.manage' },
]
