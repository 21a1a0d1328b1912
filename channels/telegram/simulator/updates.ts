/**
 * How the simulated Telegram tells a bot what happened: updates with running numbers, by webhook or by long poll, never by both.
 * Always holds: one queue is posted in order and one at a time; what is not taken is posted again after 0, 2, 4, 8 … s up to a minute or two, for
 * a day; a poll confirms what lies below its offset.
 */
import { createWebhookQueue, type WebhookQueue } from '@dragoman/channel-kit/simulator'
import { limits, onlyByName } from './limits.ts'
import type { Bot, Json, World } from './state.ts'

export interface Updates {
  tell: World['tell']
  /** Posts what has piled up, after a webhook was set. */
  flush(bot: Bot): void
  /** Forgets what is under way to a webhook. */
  halt(bot: Bot): void
  /** Waits up to so many ms for updates from `offset` on. */
  poll(bot: Bot, offset: number | undefined, limit: number, waitMs: number): Promise<Json[] | 'terminated'>
  pending(bot: Bot): number
}

export function createUpdates(world: Pick<World, 'environment' | 'state' | 'faults'>): Updates {
  const { environment, faults } = world
  const pollers = new Map<number, (result: 'ready' | 'terminated') => void>()
  const queue: WebhookQueue = createWebhookQueue({
    environment,
    faults,
    retryDelayMs: attempt => (attempt === 1 ? 0 : Math.min(2 ** (attempt - 1) * 1000, 60_000 + environment.random() * 60_000)),
    secrets: () => Object.values(world.state.bots).map(bot => bot.token),
  })

  return {
    tell(bot, kind, member, queueName, lifeMs = limits.updateLifeMs) {
      const wanted = bot.allowed ? bot.allowed.includes(kind) : !onlyByName.includes(kind)
      if (!wanted) return
      forgetOld(bot)
      const entry = { update: { update_id: bot.nextUpdateId++, [kind]: member }, queue: queueName, expiresAt: environment.now() + lifeMs }
      bot.updates.push(entry)
      if (bot.webhook) post(bot, entry)
      else pollers.get(bot.id)?.('ready')
    },
    flush(bot) {
      forgetOld(bot)
      for (const entry of bot.updates) post(bot, entry)
    },
    halt(bot) {
      queue.drop(`${bot.id}|`)
    },
    async poll(bot, offset, limit, waitMs) {
      pollers.get(bot.id)?.('terminated')
      forgetOld(bot)
      if (offset !== undefined && offset < 0) bot.updates = bot.updates.slice(offset)
      else if (offset !== undefined) bot.updates = bot.updates.filter(entry => entry.update.update_id >= offset)
      if (bot.updates.length === 0 && waitMs > 0) {
        const woken = await new Promise<'ready' | 'terminated' | 'time'>(done => {
          pollers.set(bot.id, done)
          environment.after(waitMs, () => done('time'))
        })
        if (woken === 'terminated') return 'terminated'
        pollers.delete(bot.id)
      }
      return bot.updates.slice(0, limit).map(entry => entry.update)
    },
    pending(bot) {
      forgetOld(bot)
      return bot.updates.length
    },
  }

  function post(bot: Bot, entry: Bot['updates'][number]): void {
    const { webhook } = bot
    if (!webhook) return
    queue.add({
      key: `${bot.id}|${entry.queue}`,
      url: webhook.url,
      headers: {
        'content-type': 'application/json',
        ...(webhook.secret ? { 'x-telegram-bot-api-secret-token': webhook.secret } : {}),
      },
      body: new TextEncoder().encode(JSON.stringify(entry.update)),
      expiresAt: entry.expiresAt,
      taken() {
        bot.updates = bot.updates.filter(other => other !== entry)
      },
      failed(status) {
        webhook.lastErrorAt = environment.now()
        webhook.lastError = status === 0 ? "Can't connect to the webhook" : `Wrong response from the webhook: ${status}`
      },
    })
  }

  function forgetOld(bot: Bot): void {
    const now = environment.now()
    bot.updates = bot.updates.filter(entry => entry.expiresAt > now)
  }
}
