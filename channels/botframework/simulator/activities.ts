/** Activities that the bot is told of: their frame, their token, their way. */

import { tokenFor } from './signing.ts'
import { type Bot, type Chat, type Json, newActivityId, type Person, serviceUrl, type World } from './state.ts'

/** The Connector waits this long for an answer and then gives up: there is no second try. */
const patienceMs = 15_000

export function tell(world: World, bot: Bot, person: Person, chat: Chat, activity: Json): void {
  if (bot.webhookUrl === undefined) return
  const at = new Date(world.environment.now()).toISOString()
  const url = serviceUrl(world, person)
  const isTeams = bot.messenger === 'msteams'
  const whole: Json = {
    ...activity,
    id: activity.id ?? newActivityId(world),
    timestamp: at,
    serviceUrl: url,
    channelId: bot.messenger,
    from: { id: person.id, name: person.name, ...(isTeams ? { aadObjectId: person.directoryId } : {}) },
    recipient: { id: `28:${bot.appId}`, name: bot.name },
    conversation: isTeams ? { conversationType: 'personal', tenantId: bot.tenantId, id: chat.conversationId } : { id: chat.conversationId },
    locale: person.language,
    ...(isTeams ? { channelData: { tenant: { id: bot.tenantId }, ...(activity.channelData as Json | undefined) } } : {}),
  }
  world.queue.add({
    key: chat.conversationId,
    url: bot.webhookUrl,
    headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${tokenFor(world, bot.appId, url)}` },
    body: new TextEncoder().encode(JSON.stringify(whole)),
    expiresAt: world.environment.now() + patienceMs,
  })
}
