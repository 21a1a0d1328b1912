/** The methods about the bot itself, its webhook, files and people. */
import { limits } from './limits.ts'
import { badRequest, type Call, jsonOf, no, numberOf, ok, type Reply, textOf, tooMany } from './reply.ts'
import { type Bot, chatOf, type Entrance, type World, wireBot } from './state.ts'
import type { Updates } from './updates.ts'

export type AccountMethod = (world: World, updates: Updates, bot: Bot, call: Call) => Reply | Promise<Reply>

/** Telegram takes a webhook once a second per bot. */
const betweenWebhooksMs = 1_000

export const accountMethods: Record<string, AccountMethod> = {
  getme(_world, _updates, bot) {
    return ok({
      ...wireBot(bot),
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
      can_connect_to_business: true,
      has_main_web_app: false,
    })
  },

  getwebhookinfo(_world, updates, bot) {
    const { webhook } = bot
    return ok({
      url: webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: updates.pending(bot),
      ...(webhook ? { max_connections: 40, ip_address: '127.0.0.1' } : {}),
      ...(webhook?.lastErrorAt === undefined
        ? {}
        : { last_error_date: Math.floor(webhook.lastErrorAt / 1000), last_error_message: webhook.lastError }),
      ...(bot.allowed ? { allowed_updates: bot.allowed } : {}),
    })
  },

  setwebhook(world, updates, bot, call) {
    const url = textOf(call, 'url') ?? ''
    if (url === '') return removeWebhook(updates, bot, call)
    const now = world.environment.now()
    const refusal = refuseWebhook(url, textOf(call, 'secret_token'))
    if (refusal) return refusal
    if (bot.webhook && bot.webhook.url !== url && now - bot.webhook.setAt < betweenWebhooksMs) return tooMany(1)
    takeAllowed(bot, call)
    const secret = textOf(call, 'secret_token')
    const same = bot.webhook?.url === url && bot.webhook.secret === secret
    updates.halt(bot)
    if (flag(call, 'drop_pending_updates')) bot.updates = []
    bot.webhook = { url, setAt: now, ...(secret ? { secret } : {}) }
    updates.flush(bot)
    return ok(true, same ? 'Webhook is already set' : 'Webhook was set')
  },

  deletewebhook(_world, updates, bot, call) {
    return removeWebhook(updates, bot, call)
  },

  async getupdates(_world, updates, bot, call) {
    if (bot.webhook) {
      return no(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
    }
    takeAllowed(bot, call)
    const limit = Math.min(limits.updatesPerPoll, Math.max(1, numberOf(call, 'limit') ?? limits.updatesPerPoll))
    const seconds = Math.min(limits.pollSeconds, Math.max(0, numberOf(call, 'timeout') ?? 0))
    const found = await updates.poll(bot, numberOf(call, 'offset'), limit, seconds * 1000)
    if (found === 'terminated')
      return no(409, 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running')
    return ok(found)
  },

  getfile(world, _updates, _bot, call) {
    const file = world.state.files[textOf(call, 'file_id') ?? '']
    if (!file) return badRequest('wrong file_id or the file is temporarily unavailable')
    if (file.sizeBytes > limits.downloadBytes) return badRequest('file is too big')
    return ok({ file_id: file.id, file_unique_id: file.uniqueId, file_size: file.sizeBytes, file_path: file.path })
  },

  getchat(world, _updates, bot, call) {
    const person = world.state.people[textOf(call, 'chat_id') ?? '']
    if (!person || !chatOf(world.state, bot.id, person.id)) return badRequest('chat not found')
    const picture = person.avatar === undefined ? undefined : world.state.files[person.avatar]
    const photo = picture && {
      small_file_id: picture.id,
      small_file_unique_id: picture.uniqueId,
      big_file_id: picture.id,
      big_file_unique_id: picture.uniqueId,
    }
    return ok({
      id: person.id,
      type: 'private',
      first_name: person.firstName,
      ...(person.username ? { username: person.username, active_usernames: [person.username] } : {}),
      ...(photo ? { photo } : {}),
      accent_color_id: person.id % 7,
      max_reaction_count: 11,
      accepted_gift_types: {
        unlimited_gifts: true,
        limited_gifts: true,
        unique_gifts: true,
        premium_subscription: true,
        gifts_from_channels: true,
      },
    })
  },
}

/** What stands before the first word, in one language at a time; without a code it is everybody's. */
export const entranceMethods: Record<string, (world: World, bot: Bot, call: Call) => Reply> = {
  setmydescription(world, bot, call) {
    const text = textOf(call, 'description') ?? ''
    if (text.length > limits.description) return badRequest('description is too long')
    return change(world, bot, call, (entrance, language) => {
      if (text === '') delete entrance.descriptions[language]
      else entrance.descriptions[language] = text
    })
  },
  setmycommands(world, bot, call) {
    const given = jsonOf(call, 'commands')
    if (!Array.isArray(given)) return badRequest("can't parse commands: expected an Array of BotCommand")
    if (given.length > limits.commands) return badRequest('BOT_COMMANDS_TOO_MUCH')
    const commands = (given as Record<string, unknown>[]).map(row => ({
      command: String(row.command ?? ''),
      description: String(row.description ?? ''),
    }))
    if (commands.some(row => !/^[a-z0-9_]{1,32}$/.test(row.command))) return badRequest('BOT_COMMAND_INVALID')
    if (commands.some(row => row.description === '' || row.description.length > limits.commandDescription))
      return badRequest('BOT_COMMAND_DESCRIPTION_INVALID')
    return change(world, bot, call, (entrance, language) => {
      entrance.commands[language] = commands
    })
  },
  setchatmenubutton(world, bot, call) {
    const button = jsonOf(call, 'menu_button') as { type?: string; text?: string; web_app?: { url?: string } } | undefined
    if (button?.type === 'web_app' && !String(button.web_app?.url).startsWith('https://')) return badRequest('BUTTON_URL_INVALID')
    return change(world, bot, call, entrance => {
      if (button?.type === 'web_app') entrance.button = { text: String(button.text), url: String(button.web_app?.url) }
      else delete entrance.button
    })
  },
}

function change(world: World, bot: Bot, call: Call, work: (entrance: Entrance, language: string) => void): Reply {
  const language = textOf(call, 'language_code') ?? ''
  if (!/^([a-z]{2})?$/.test(language)) return badRequest('LANG_CODE_INVALID')
  const entrance = world.state.entrances[String(bot.id)] ?? { descriptions: {}, commands: {} }
  world.state.entrances[String(bot.id)] = entrance
  work(entrance, language)
  world.environment.changed()
  return ok(true)
}

function removeWebhook(updates: Updates, bot: Bot, call: Call): Reply {
  const had = bot.webhook !== undefined
  updates.halt(bot)
  delete bot.webhook
  if (flag(call, 'drop_pending_updates')) bot.updates = []
  return ok(true, had ? 'Webhook was deleted' : 'Webhook is already deleted')
}

/** Public HTTPS on one of four ports; the loopback of a simulated platform is let through. */
function refuseWebhook(url: string, secret: string | undefined): Reply | undefined {
  if (!URL.canParse(url)) return badRequest('invalid webhook URL specified')
  const { protocol, hostname, port } = new URL(url)
  const loopback = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
  if (!loopback && protocol !== 'https:') return badRequest('bad webhook: An HTTPS URL must be provided for webhook')
  if (!loopback && !['', '443', '80', '88', '8443'].includes(port))
    return badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443')
  if (secret !== undefined && secret.length > 256) return badRequest('secret token is too long')
  if (secret !== undefined && !/^[A-Za-z0-9_-]*$/.test(secret)) return badRequest('secret token contains unallowed characters')
  return undefined
}

/** Left out: as before. Empty: the default set. What is no list is passed over. */
function takeAllowed(bot: Bot, call: Call): void {
  const given = jsonOf(call, 'allowed_updates')
  if (Array.isArray(given)) bot.allowed = given.length === 0 ? null : given.map(String)
}

function flag(call: Call, name: string): boolean {
  return call.values[name] === true || call.values[name] === 'true'
}
