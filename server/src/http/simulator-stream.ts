/**
 * `/v1/simulator/events`: what the phones show, pushed as it changes. Always holds: only signed-in managers of our own pages; a frame holds whole
 * phones (never patches), and only those that look different from what this socket was told last; the log goes out line by line.
 */
import type { Channel } from '@dragoman/core'
import { actorOf, atLeast } from '@dragoman/hub'
import type { HostedSimulator } from '@dragoman/simulator'
import type { FastifyInstance } from 'fastify'
import type { WebSocket } from 'ws'
import type { SimulatorHost } from '../simulators.ts'
import type { WebContext } from './context.ts'
import { isOwnOrigin, sessionToken } from './sessions.ts'

const gatherMs = 15
const aliveEveryMs = 20_000
/** A "typing" that ends by itself rings no bell: phones that show one are looked at again. */
const typingCheckMs = 700

/** What is told of a channel once: everything that never changes while the hub runs. */
export function describeChannel(web: WebContext, hosted: HostedSimulator) {
  const { kind, simulator } = hosted
  const channel = web.hub.channels.get(kind.id)
  return {
    id: kind.id,
    badge: channel?.badge,
    theme: kind.theme,
    hasPosts: simulator.newPost !== undefined,
    hasControls: simulator.controls !== undefined,
    accountChoices: accountChoices(channel, kind.accountChoices ?? []),
    ...changingParts(hosted),
  }
}

/** What is asked before an account is made, where there are several kinds. */
function accountChoices(channel: Channel | undefined, names: readonly string[]) {
  return names.flatMap(name => {
    const field = channel?.config.fields.find(one => one.name === name && one.kind === 'choice')
    return field?.choices ? [{ name, label: field.label, choices: field.choices, defaultValue: field.defaultValue ?? '' }] : []
  })
}

/** Switches as they go over the wire: -1 is "until switched off". */
export function faultsOut(hosted: HostedSimulator): Record<string, number> {
  return Object.fromEntries(
    Object.entries(hosted.simulator.faults).map(([name, value]) => [name, value === Number.POSITIVE_INFINITY ? -1 : value]),
  )
}

function changingParts(hosted: HostedSimulator) {
  return { faults: faultsOut(hosted), accounts: hosted.simulator.accounts().map(({ id, name }) => ({ id, name })) }
}

export function registerSimulatorStream(app: FastifyInstance, web: WebContext, host: SimulatorHost): void {
  app.get('/v1/simulator/events', { websocket: true, config: { rule: 'manager' } }, (socket, request) => {
    const token = sessionToken(request)
    socket.on('error', () => socket.terminate())
    if (!isOwnOrigin(web, request) || !token) return socket.close(4403, 'not allowed')
    void isManager(web, token).then(
      allowed => (allowed ? serve(socket, token) : socket.close(4401, 'not signed in')),
      () => socket.close(1011, 'try again'),
    )
  })

  function serve(socket: WebSocket, token: string): void {
    const told = { phones: new Map<string, string>(), parts: new Map<string, string>(), log: new Map<string, number>() }
    const changed = new Set<string>()
    let timer: NodeJS.Timeout | undefined

    const flush = () => {
      timer = undefined
      const channels = [...changed].flatMap(id => host.simulators.get(id) ?? []).flatMap(hosted => frameOf(hosted, told) ?? [])
      changed.clear()
      if (channels.length > 0 && socket.readyState === socket.OPEN) socket.send(JSON.stringify({ frame: 'changed', channels }))
    }
    const wake = (channel: string) => {
      changed.add(channel)
      timer ??= setTimeout(flush, gatherMs)
    }
    const stop = web.hub.bell.listen('simulator', (_topic, channel) => wake(channel))
    const typing = setInterval(() => {
      for (const { kind, simulator } of host.simulators.all())
        if (simulator.phones().some(phone => phone.businessTyping) || wasTyping(told.phones, kind.id)) wake(kind.id)
    }, typingCheckMs)
    const alive = setInterval(() => {
      void isManager(web, token).then(
        allowed => {
          if (!allowed) return socket.close(4401, 'not signed in')
          socket.send(JSON.stringify({ frame: 'alive', at: Date.now() }))
        },
        () => {},
      )
    }, aliveEveryMs)
    socket.on('close', () => {
      stop()
      clearTimeout(timer)
      clearInterval(typing)
      clearInterval(alive)
    })
    for (const { kind } of host.simulators.all()) changed.add(kind.id)
    flush()
  }
}

function frameOf(hosted: HostedSimulator, told: { phones: Map<string, string>; parts: Map<string, string>; log: Map<string, number> }) {
  const { id } = hosted.kind
  const frame: { id: string; phones?: unknown[]; faults?: unknown; accounts?: unknown; log?: unknown[] } = { id }
  const phones = hosted.simulator.phones().filter(phone => {
    const text = JSON.stringify(phone)
    const key = `${id} ${phone.customerId}`
    if (told.phones.get(key) === text) return false
    told.phones.set(key, text)
    return true
  })
  if (phones.length > 0) frame.phones = phones
  const parts = changingParts(hosted)
  if (told.parts.get(id) !== JSON.stringify(parts)) {
    told.parts.set(id, JSON.stringify(parts))
    Object.assign(frame, parts)
  }
  const after = told.log.get(id) ?? 0
  const log = hosted.log.filter(entry => entry.id > after).slice(-200)
  if (log.length > 0) {
    told.log.set(id, log.at(-1)!.id)
    frame.log = log
  }
  return Object.keys(frame).length > 1 ? frame : undefined
}

function wasTyping(phones: ReadonlyMap<string, string>, channel: string): boolean {
  for (const [key, text] of phones) if (key.startsWith(`${channel} `) && text.includes('"businessTyping":true')) return true
  return false
}

async function isManager(web: WebContext, token: string): Promise<boolean> {
  const actor = await actorOf(web.hub, token)
  return actor !== undefined && atLeast(actor.role, 'manager')
}
