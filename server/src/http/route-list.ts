/**
 * Every route of the web server with its rule, found by putting the server together over nothing. Always holds: no database, no port, no file is
 * touched; what is listed is what is registered.
 */
import { type Route, routes } from '@dragoman/api'
import { pino } from 'pino'
import { channels } from '../channels.ts'
import { readSettings } from '../settings.ts'
import { createApp } from './app.ts'
import type { WebContext } from './context.ts'

export interface ListedRoute {
  method: string
  path: string
  /** Undefined: a file of a built page, or of the explorer. */
  rule: string | undefined
  summary: string
}

/** Anything that is asked of it is itself: registering asks, but never waits. */
const nothing: unknown = new Proxy(() => undefined, {
  get: (_target, name) => (name === 'then' ? undefined : name === Symbol.toPrimitive ? () => '' : nothing),
  apply: () => nothing,
})

/** All routes, by path. */
export async function listRoutes(): Promise<ListedRoute[]> {
  const web = {
    hub: new Proxy({ channels }, { get: (target, name) => (name === 'channels' ? target.channels : nothing) }),
    settings: readSettings({}),
    journal: nothing,
    findEndpoint: nothing,
    inspect: nothing,
    effects: nothing,
    metrics: nothing,
    tracer: nothing,
    admission: nothing,
    limits: nothing,
    simulators: { simulators: { all: () => [] }, origins: () => undefined },
    version: '0',
    operatorToken: '',
    health: nothing,
  } as unknown as WebContext
  const found: ListedRoute[] = []
  const app = await createApp(web, pino({ level: 'silent' }), route => {
    const { rule, operation } = route.config ?? {}
    const summary = operation === undefined ? '' : ((routes as Record<string, Route>)[operation]?.summary ?? '')
    for (const method of [route.method].flat())
      if (method !== 'HEAD' && method !== 'OPTIONS') found.push({ method, path: route.url, rule, summary })
  })
  await app.close()
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.method < b.method ? -1 : 1))
}
