/**
 * A real browser for tests (which one: `chromium.ts`). Always holds: one browser per test file; every context refuses nothing and records two things, requests that leave this machine and errors of the page, so that any
 * test may assert that there were none.
 */
import type { Browser, BrowserContext } from 'playwright-core'
import { vi } from 'vitest'
import { launchChromium } from './chromium.ts'

// A browser on a busy machine of two cores: waits only end a hang.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 })

export interface ContextOptions {
  /** Of the browser: what a person who never chose a language gets. */
  locale?: 'en-GB' | 'ru-RU'
  theme?: 'light' | 'dark'
  width?: number
  height?: number
  /** A phone: touch, no hover. */
  phone?: boolean
  /** `name=value` of a session at `origin`. */
  cookie?: string
  origin?: string
}

export interface TestBrowser {
  browser: Browser
  context(options?: ContextOptions): Promise<BrowserContext>
  /** Addresses off this machine that any page asked for. */
  outside: string[]
  /** Errors that no page caught. */
  errors: string[]
  close(): Promise<void>
}

const patienceMs = 60_000

/** Starts the browser. Throws with one clear sentence where there is none. */
export async function startBrowser(): Promise<TestBrowser> {
  const browser = await launchChromium()
  const outside: string[] = []
  const errors: string[] = []
  return {
    browser,
    outside,
    errors,
    async context({ locale = 'en-GB', theme = 'light', width = 1280, height = 800, phone, cookie, origin } = {}) {
      const context = await browser.newContext({
        locale,
        colorScheme: theme,
        viewport: { width, height },
        timezoneId: 'Europe/Moscow',
        reducedMotion: 'reduce',
        ...(phone ? { hasTouch: true, isMobile: true, deviceScaleFactor: 2 } : {}),
      })
      context.setDefaultTimeout(patienceMs)
      context.on('request', request => {
        const url = new URL(request.url())
        if (url.protocol.startsWith('http') && !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) outside.push(request.url())
      })
      context.on('weberror', error => errors.push(String(error.error().stack ?? error.error())))
      if (cookie && origin)
        await context.addCookies([
          { name: cookie.slice(0, cookie.indexOf('=')), value: cookie.slice(cookie.indexOf('=') + 1), url: origin },
        ])
      return context
    },
    close: () => browser.close(),
  }
}
