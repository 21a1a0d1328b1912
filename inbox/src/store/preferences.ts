/** What belongs to this browser: widths of panes, folded panes, recent commands, where each thread was read. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'

interface Preferences {
  listWidth: number
  customerWidth: number
  customerShown: boolean
  recentActions: string[]
  previewShown: boolean
  /** Sections of a person’s pane that are folded. */
  folded: string[]
}

export const usePreferences = create<Preferences>()(
  persist(
    (): Preferences => ({ listWidth: 340, customerWidth: 300, customerShown: true, recentActions: [], previewShown: false, folded: [] }),
    {
      name: 'dragoman-preferences',
    },
  ),
)

export function rememberAction(id: string): void {
  usePreferences.setState(state => ({ recentActions: [id, ...state.recentActions.filter(other => other !== id)].slice(0, 5) }))
}
