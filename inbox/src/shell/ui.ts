/** What the screen is asked to do from afar (keyboard, palette): open a panel, focus the composer. */
import type { ConversationFilter, SortOrder } from '@dragoman/api'
import { create } from 'zustand'

/** What is asked about conversations in a small window: for one or for many. */
export type AskedKind = 'labels' | 'priority' | 'snooze' | 'macro' | 'assign' | 'close' | 'spam' | 'remind'
export type Asked =
  | { kind: AskedKind; ids: readonly string[] }
  | { kind: 'private'; messageId: string; name: string }
  | { kind: 'saveView'; filter: ConversationFilter; sort: SortOrder }

interface Ui {
  asked: Asked | null
  /** The list of what was told lately. */
  recentOpen: boolean
  helpOpen: boolean
  paletteOpen: boolean
  assignOpen: boolean
  composer: { mode: 'reply' | 'note'; asked: number }
  searchAsked: number
  /** Saved replies, above the reply field. */
  repliesAsked: number
  toEndAsked: number
  /** Webhooks that the hub has paused by itself; known to who manages machines. */
  pausedWebhooks: number
}

export const useUi = create<Ui>(() => ({
  asked: null,
  recentOpen: false,
  helpOpen: false,
  paletteOpen: false,
  assignOpen: false,
  composer: { mode: 'reply', asked: 0 },
  searchAsked: 0,
  repliesAsked: 0,
  toEndAsked: 0,
  pausedWebhooks: 0,
}))

export function focusComposer(mode?: 'reply' | 'note'): void {
  useUi.setState(state => ({ composer: { mode: mode ?? state.composer.mode, asked: state.composer.asked + 1 } }))
}

export function ask(kind: AskedKind, ids: readonly string[]): void {
  if (ids.length > 0) useUi.setState({ asked: { kind, ids } })
}
