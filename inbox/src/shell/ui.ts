/** What the screen is asked to do from afar (keyboard, palette): open a panel, focus the composer. */
import { create } from 'zustand'

interface Ui {
  helpOpen: boolean
  paletteOpen: boolean
  assignOpen: boolean
  composer: { mode: 'reply' | 'note'; asked: number }
  searchAsked: number
  /** Saved replies, above the reply field. */
  repliesAsked: number
  toEndAsked: number
}

export const useUi = create<Ui>(() => ({
  helpOpen: false,
  paletteOpen: false,
  assignOpen: false,
  composer: { mode: 'reply', asked: 0 },
  searchAsked: 0,
  repliesAsked: 0,
  toEndAsked: 0,
}))

export function focusComposer(mode?: 'reply' | 'note'): void {
  useUi.setState(state => ({ composer: { mode: mode ?? state.composer.mode, asked: state.composer.asked + 1 } }))
}
