/** The methods that change what is already in a chat: edits, removal, reactions, typing, answers to presses. */
import { limits, reactions } from './limits.ts'
import { readMarkup, readText, shownKeyboard, shownText } from './markup.ts'
import { badRequest, type Call, jsonOf, numberOf, ok, type Reply, textOf } from './reply.ts'
import type { SendMethod } from './sending.ts'
import { type Bot, type Chat, type Json, type StoredMessage, type World, wireMessage } from './state.ts'

const unchanged =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message'

export const changeMethods: Record<string, SendMethod> = {
  editmessagetext(world, _bot, chat, call) {
    const text = readText(call, 'text', limits.textLength)
    if ('refusal' in text) return text.refusal
    if (text.text.trim() === '') return badRequest('message text is empty')
    return edit(world, chat, call, message => {
      if (message.body.content.kind !== 'text') return badRequest('there is no text in the message to edit')
      message.wire = { text: text.text, ...(text.entities.length > 0 ? { entities: text.entities } : {}) }
      message.body = { content: { kind: 'text', text: shownText(text.text, text.entities) } }
      return undefined
    })
  },
  editmessagecaption(world, _bot, chat, call) {
    const caption = readText(call, 'caption', limits.captionLength)
    if ('refusal' in caption) return caption.refusal
    return edit(world, chat, call, message => {
      const { content } = message.body
      if (!('media' in content) || content.kind === 'sticker') return badRequest('there is no caption in the message to edit')
      const { caption: _old, caption_entities: _entities, reply_markup: _markup, ...wire } = message.wire
      const words =
        caption.text === '' ? {} : { caption: caption.text, ...(caption.entities.length > 0 ? { caption_entities: caption.entities } : {}) }
      message.wire = { ...wire, ...words }
      message.body = { content: { ...content, caption: shownText(caption.text, caption.entities) } as StoredMessage['body']['content'] }
      return undefined
    })
  },
  editmessagereplymarkup(world, _bot, chat, call) {
    return edit(world, chat, call, message => {
      const { reply_markup: _markup, ...wire } = message.wire
      message.wire = wire
      message.body = { content: message.body.content }
      return undefined
    })
  },
  deletemessage(world, _bot, chat, call) {
    const message = messageOf(chat, call)
    if (!message) return badRequest('message to delete not found')
    if (chat.group && message.from === 'customer' && !chat.group.rights.includes('can_delete_messages'))
      return badRequest("message can't be deleted")
    if (world.environment.now() - message.at > limits.deleteWithinMs) return badRequest("message can't be deleted for everyone")
    message.deleted = true
    world.environment.changed()
    return ok(true)
  },
  setmessagereaction(world, _bot, chat, call) {
    const message = messageOf(chat, call)
    if (!message) return badRequest('message to react not found')
    const given = jsonOf(call, 'reaction') ?? []
    if (!Array.isArray(given)) return badRequest("can't parse reaction types")
    if (given.length > 1) return badRequest('REACTIONS_TOO_MANY')
    const [reaction] = given as Json[]
    if (reaction && (reaction.type !== 'emoji' || !reactions.includes(String(reaction.emoji)))) return badRequest('REACTION_INVALID')
    if (reaction) message.reactions.business = String(reaction.emoji)
    else delete message.reactions.business
    world.environment.changed()
    return ok(true)
  },
  sendchataction(world, _bot, chat, call) {
    if (!textOf(call, 'action')) return badRequest('wrong parameter action in request')
    chat.typingUntil = world.environment.now() + limits.typingMs
    world.environment.changed()
    world.environment.after(limits.typingMs, () => world.environment.changed())
    return ok(true)
  },
}

/** Answers a press while it is young. */
export function answerPress(world: World, bot: Bot, call: Call): Reply {
  const press = world.state.presses[textOf(call, 'callback_query_id') ?? '']
  if (!press || press.botId !== bot.id || world.environment.now() - press.at > limits.pressLifeMs) {
    return badRequest('query is too old and response timeout expired or query ID is invalid')
  }
  return (textOf(call, 'text')?.length ?? 0) > limits.callbackAnswer ? badRequest('MESSAGE_TOO_LONG') : ok(true)
}

function edit(world: World, chat: Chat, call: Call, change: (message: StoredMessage) => Reply | undefined): Reply {
  const message = messageOf(chat, call)
  if (!message) return badRequest('message to edit not found')
  if (message.from !== 'business') return badRequest("message can't be edited")
  const markup = readMarkup(call)
  if ('refusal' in markup) return markup.refusal
  const before = JSON.stringify(message.wire)
  const changed = structuredClone(message)
  const refusal = change(changed)
  if (refusal) return refusal
  if (markup.inline) {
    changed.wire = { ...changed.wire, reply_markup: { inline_keyboard: markup.inline } }
    const keyboard = shownKeyboard(markup.inline)
    if (keyboard) changed.body = { ...changed.body, keyboard }
  }
  if (JSON.stringify(changed.wire) === before) return badRequest(unchanged)
  Object.assign(message, { wire: changed.wire, body: changed.body, editedAt: world.environment.now() })
  world.environment.changed()
  return ok(wireMessage(world, chat, message))
}

function messageOf(chat: Chat, call: Call): StoredMessage | undefined {
  const id = numberOf(call, 'message_id')
  return chat.messages.find(message => message.id === id && !message.deleted)
}
