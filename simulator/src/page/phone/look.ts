/** From a messenger's theme to the variables of the phone's style sheet. Always holds: nothing but data decides how a phone looks. */
import type { PhoneTheme } from '@dragoman/channel-kit/simulator/types'
import type { Scheme } from '../theme.ts'

/** The theme in a scheme: what is dark replaces what is light. */
export function themeIn(theme: PhoneTheme, scheme: Scheme): PhoneTheme {
  return scheme === 'dark' && theme.dark ? { ...theme, ...theme.dark } : theme
}

/** CSS variables for the phone's element. */
export function lookOf(theme: PhoneTheme): Record<string, string> {
  return {
    '--p-background': theme.background,
    '--p-pattern': theme.pattern ?? 'none',
    '--p-header': theme.header.background,
    '--p-header-ink': theme.header.color,
    '--p-accent': theme.header.accent,
    '--p-mine': theme.mine.background,
    '--p-mine-ink': theme.mine.color,
    '--p-ticks': theme.mine.ticks,
    '--p-ticks-read': theme.mine.ticksRead,
    '--p-mine-meta': theme.mine.meta ?? theme.meta,
    '--p-mine-link': theme.mine.link ?? theme.link ?? theme.button.color,
    '--p-theirs': theme.theirs.background,
    '--p-theirs-ink': theme.theirs.color,
    '--p-meta': theme.meta,
    '--p-radius': `${theme.bubbleRadius}px`,
    '--p-font': theme.font,
    '--p-button': theme.button.background,
    '--p-button-ink': theme.button.color,
    '--p-button-border': theme.button.border,
    '--p-button-radius': `${theme.button.radius}px`,
    '--p-composer': theme.composer.background,
    '--p-composer-ink': theme.composer.color,
    '--p-field': theme.composer.field,
    '--p-send': theme.composer.send,
    '--p-link': theme.link ?? theme.button.color,
    '--p-day': theme.day?.background ?? 'rgb(0 0 0 / 0.3)',
    '--p-day-ink': theme.day?.color ?? '#ffffff',
  }
}

/** A steady colour for a person's or a business's round picture. */
export function tintOf(name: string): string {
  let sum = 0
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 360
  return `oklch(0.5 0.11 ${sum})`
}

export function initialsOf(name: string): string {
  return name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map(word => [...word][0] ?? '')
    .join('')
    .toLocaleUpperCase()
}
