/** Which picture is open above the page. */
import { create } from 'zustand'

export const useLightbox = create<{ fileId: string | null }>(() => ({ fileId: null }))

let opener: Element | null = null

export function openLightbox(fileId: string): void {
  opener = document.activeElement
  useLightbox.setState({ fileId })
}

/** Closes, and gives the focus back to what opened it. */
export function closeLightbox(): void {
  useLightbox.setState({ fileId: null })
  const element = opener
  setTimeout(() => element instanceof HTMLElement && element.isConnected && element.focus(), 0)
}
