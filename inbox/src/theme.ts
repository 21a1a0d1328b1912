/**
 * Mantine in our own look: Onest, deep teal, warm greys, radii 6/10/16. Colours come from `styles/tokens.css`, so light and dark are one place.
 */
import { type CSSVariablesResolver, createTheme, type MantineColorSchemeManager, type MantineColorsTuple } from '@mantine/core'

const teal: MantineColorsTuple = [
  '#e6f7f7',
  '#d0eded',
  '#a3dadb',
  '#72c6c8',
  '#4bb5b8',
  '#31a8ac',
  '#15959a',
  '#0b7a7e',
  '#076467',
  '#024e51',
]

export const theme = createTheme({
  fontFamily: "'Onest Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
  headings: {
    fontFamily: "'Onest Variable', system-ui, sans-serif",
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '28px', lineHeight: '1.2' },
      h2: { fontSize: '20px', lineHeight: '1.3' },
      h3: { fontSize: '16px', lineHeight: '1.35' },
    },
  },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  radius: { xs: '4px', sm: '6px', md: '10px', lg: '16px', xl: '24px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: 'md',
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { teal },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: {
      defaultProps: { centered: true, radius: 'lg', overlayProps: { backgroundOpacity: 0.45 }, transitionProps: { duration: 140 } },
    },
    Tooltip: {
      defaultProps: { openDelay: 250, withArrow: false, multiline: true, maw: 320, events: { hover: true, focus: true, touch: false } },
    },
    Menu: { defaultProps: { radius: 'md', shadow: 'float', transitionProps: { duration: 120 } } },
    Popover: { defaultProps: { radius: 'md', shadow: 'float', transitionProps: { duration: 120 } } },
    Select: { defaultProps: { comboboxProps: { shadow: 'float' }, checkIconPosition: 'right' } },
    MultiSelect: { defaultProps: { comboboxProps: { shadow: 'float' } } },
  },
  shadows: { float: 'var(--shadow-float)' },
})

export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-faint)',
    '--mantine-color-placeholder': 'var(--ink-faint)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--surface-hover)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-error': 'var(--danger)',
    '--mantine-color-anchor': 'var(--accent-deep)',
    '--mantine-primary-color-filled': 'var(--accent)',
    '--mantine-primary-color-filled-hover': 'var(--accent-deep)',
    '--mantine-primary-color-contrast': 'var(--on-accent)',
    '--mantine-color-teal-filled': 'var(--accent)',
    '--mantine-color-teal-filled-hover': 'var(--accent-deep)',
    '--mantine-color-teal-light': 'var(--accent-tint)',
    '--mantine-color-teal-light-hover': 'var(--accent-tint)',
    '--mantine-color-teal-light-color': 'var(--accent-deep)',
    '--mantine-color-teal-text': 'var(--accent-deep)',
    '--mantine-color-teal-outline': 'var(--accent)',
    '--mantine-color-red-text': 'var(--danger)',
    '--mantine-color-red-filled': 'var(--danger)',
    '--mantine-color-red-light-color': 'var(--danger)',
    '--mantine-color-yellow-light': 'var(--waiting-tint)',
    '--mantine-color-yellow-light-hover': 'var(--waiting-tint)',
    '--mantine-color-yellow-light-color': 'var(--waiting-ink)',
    '--mantine-color-disabled': 'var(--surface-sunk)',
    '--mantine-color-disabled-color': 'var(--ink-faint)',
    '--mantine-color-disabled-border': 'var(--line)',
  }
  return { variables: {}, light: shared, dark: shared }
}

const themeKey = 'dragoman-theme'

/** Keeps the chosen theme where `first-paint.js` finds it. */
export function colorSchemeManager(): MantineColorSchemeManager {
  let heard: ((event: StorageEvent) => void) | undefined
  return {
    get: fallback => {
      try {
        const kept = localStorage.getItem(themeKey)
        return kept === 'light' || kept === 'dark' || kept === 'auto' ? kept : fallback
      } catch {
        return fallback
      }
    },
    set: value => {
      try {
        localStorage.setItem(themeKey, value)
      } catch {
        // A browser that keeps nothing still shows the chosen theme until the page is closed.
      }
    },
    subscribe: onUpdate => {
      heard = event => {
        if (event.key === themeKey && (event.newValue === 'light' || event.newValue === 'dark' || event.newValue === 'auto'))
          onUpdate(event.newValue)
      }
      window.addEventListener('storage', heard)
    },
    unsubscribe: () => {
      if (heard) window.removeEventListener('storage', heard)
    },
    clear: () => localStorage.removeItem(themeKey),
  }
}
