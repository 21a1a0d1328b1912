/** Conversations chosen in the list, to be changed together. Always holds: at most as many as one change takes. */
import { create } from 'zustand'

export const mostChosen = 500

export const useSelection = create<{ ids: readonly string[]; choosing: boolean; last: string | undefined }>(() => ({
  ids: [],
  /** Boxes are shown: rows are chosen by touch. */
  choosing: false,
  last: undefined,
}))

export function toggleChosen(id: string): void {
  useSelection.setState(({ ids }) => ({
    ids: ids.includes(id) ? ids.filter(one => one !== id) : [...ids, id].slice(-mostChosen),
    last: id,
    choosing: true,
  }))
}

/** From the one chosen last to this one, in the order of the list. */
export function chooseRange(order: readonly string[], id: string, from: string | undefined): void {
  const start = order.indexOf(useSelection.getState().last ?? from ?? id)
  const end = order.indexOf(id)
  if (start < 0 || end < 0) return toggleChosen(id)
  const span = order.slice(Math.min(start, end), Math.max(start, end) + 1)
  useSelection.setState(({ ids }) => ({ ids: [...new Set([...ids, ...span])].slice(0, mostChosen), last: id, choosing: true }))
}

export function chooseAll(ids: readonly string[]): void {
  useSelection.setState({ ids: ids.slice(0, mostChosen), choosing: true })
}

export function chooseNone(): void {
  useSelection.setState({ ids: [], choosing: false, last: undefined })
}
