/** Which picture is open above the page. */
import { create } from 'zustand'

export const useLightbox = create<{ fileId: string | null }>(() => ({ fileId: null }))

export function openLightbox(fileId: string): void {
  useLightbox.setState({ fileId })
}
