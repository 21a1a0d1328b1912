/** Keeps the composer above a phone's keyboard: the height of the app is that of the visible part of the window. */
import { useEffect } from 'react'

export function useScreenHeight(): void {
  useEffect(() => {
    const viewport = window.visualViewport
    if (!viewport) return
    const fit = () => {
      document.documentElement.style.setProperty('--screen-height', viewport.scale === 1 ? `${viewport.height}px` : '100dvh')
      if (viewport.scale === 1 && window.scrollY !== 0) window.scrollTo(0, 0)
    }
    fit()
    viewport.addEventListener('resize', fit)
    viewport.addEventListener('scroll', fit)
    return () => {
      viewport.removeEventListener('resize', fit)
      viewport.removeEventListener('scroll', fit)
    }
  }, [])
}
