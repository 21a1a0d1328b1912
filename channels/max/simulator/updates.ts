/**
 * How the simulated MAX tells a bot what happened: to every subscription, or, where there is none, at its next poll.
 * Always holds: what is not answered with 200 comes again after 60 s × 2.5^n, ten times at most; after eight hours without success the subscription
 * ends. A poll without a marker gives the last update only.
 */
import { createWebhookQueue } from '@dragoman/channel-kit/simulator'
import { limits } from './limits.ts'
import { type Bot, type Json, toJson, type World } from './state.ts'

export interface Updates {
  tell: World['tell']
  /** Forgets what is under way to an address. */
  halt(bot: Bot, url: string): void
  poll(
    bot: Bot,
    marker: number | undefined,
    types: string[] | undefined,
    limit: number,
    waitMs: number,
  ): Promise<{ updates: Json[]; marker: number }>
}

export function createUpdates(world: Pick<World, 'environment' | 'state' | 'faults'>): Updates {
  const { environment, faults } = world
  const waiting = new Map<number, Set<() => void>>()
  const queue = createWebhookQueue({
    environment,
    faults,
    retryDelayMs: attempt =>
      attempt > limits.webhookTries ? Number.POSITIVE_INFINITY : limits.webhookFirstDelayMs * limits.webhookDelayFactor ** (attempt - 1),
    secrets: () => Object.values(world.state.bots).flatMap(bot => [bot.token, ...bot.subscriptions.map(one => one.secret ?? '')]),
  })

  return {
    tell(bot, dialog, { update_type, ...members }) {
      const update = { update_type, timestamp: Math.floor(environment.now()), ...members }
      if (bot.subscriptions.length === 0) {
        forgetOld(bot)
        bot.updates.push({ marker: bot.nextMarker++, update, at: environment.now() })
        for (const wake of waiting.get(bot.id) ?? []) wake()
        return
      }
      for (const subscription of bot.subscriptions) {
        if (subscription.types && !subscription.types.includes(update_type)) continue
        queue.add({
          key: `${bot.id}|${subscription.url}|${dialog.chatId}|${update_type}`,
          url: subscription.url,
          headers: {
            'content-type': 'application/json',
            ...(subscription.secret ? { 'x-max-bot-api-secret': subscription.secret } : {}),
          },
          body: new TextEncoder().encode(toJson(update)),
          expiresAt: environment.now() + limits.webhookLifeMs,
          taken() {
            delete subscription.failingSince
          },
          failed() {
            subscription.failingSince ??= environment.now()
            if (environment.now() - subscription.failingSince >= limits.webhookLifeMs)
              bot.subscriptions = bot.subscriptions.filter(other => other !== subscription)
          },
        })
      }
    },
    halt(bot, url) {
      queue.drop(`${bot.id}|${url}|`)
    },
    async poll(bot, marker, types, limit, waitMs) {
      forgetOld(bot)
      // What lies before the marker counts as read.
      if (marker !== undefined) bot.updates = bot.updates.filter(entry => entry.marker >= marker)
      const found = () => {
        const wanted = bot.updates.filter(entry => !types || types.includes(String(entry.update.update_type)))
        return marker === undefined ? wanted.slice(-1) : wanted.slice(0, limit)
      }
      if (found().length === 0 && waitMs > 0) {
        await new Promise<void>(done => {
          const list = waiting.get(bot.id) ?? new Set()
          waiting.set(bot.id, list)
          const wake = () => {
            list.delete(wake)
            done()
          }
          list.add(wake)
          environment.after(waitMs, wake)
        })
      }
      const given = found()
      return { updates: given.map(entry => entry.update), marker: given.length > 0 ? given.at(-1)!.marker + 1 : (marker ?? bot.nextMarker) }
    },
  }

  function forgetOld(bot: Bot): void {
    const now = environment.now()
    bot.updates = bot.updates.filter(entry => entry.at > now - limits.updateLifeMs)
  }
}
