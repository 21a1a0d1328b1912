/** The methods beside sending: conversations, communities, people, uploads. Always holds: each refuses in VK's own codes. */
import { jsonOf, randomText } from '@dragoman/channel-kit/simulator'
import { wireFile } from './attachments.ts'
import { limits, reactions } from './limits.ts'
import { no, ok, type Reply } from './reply.ts'
import { editMessage, sendMessages } from './sending.ts'
import { type Chat, chatKey, type Group, type StoredFile, type World } from './state.ts'
import { createComment, deleteComment } from './wall.ts'

type Values = Readonly<Record<string, unknown>>
type Method = (world: World, group: Group, values: Values) => Reply

const missing = (name: string) => no(100, `One of the parameters specified was missing or invalid: ${name}`)

function chatOf(world: World, group: Group, values: Values): Chat | undefined {
  return world.state.chats[chatKey(group.id, Number(values.peer_id))]
}

export const methods: Record<string, Method> = {
  'messages.send': sendMessages,
  'messages.edit': editMessage,

  'messages.delete'(world, group, values) {
    const chat = chatOf(world, group, values)
    const numbers = String(values.cmids ?? '')
      .split(',')
      .filter(Boolean)
      .map(Number)
    if (!chat || numbers.length === 0) return missing('cmids')
    return ok(
      numbers.map(number => {
        const frame = { peer_id: chat.personId, conversation_message_id: number }
        const message = chat.messages.find(one => one.number === number)
        if (!message || message.deleted) return { ...frame, response: 0, error: { code: 104, description: 'Not found' } }
        if (world.environment.now() - message.at > limits.editMs)
          return { ...frame, response: 0, error: { code: 924, description: "Can't delete this message for everybody" } }
        message.deleted = true
        world.environment.changed()
        return { ...frame, message_id: message.id, response: 1 }
      }),
    )
  },

  'messages.setActivity'(world, group, values) {
    const chat = chatOf(world, group, values)
    if (!chat) return no(936, 'Contact not found')
    if (!['typing', 'audiomessage', 'file', 'photo', 'video'].includes(String(values.type))) return missing('type')
    chat.typingUntil = world.environment.now() + limits.typingMs
    world.environment.changed()
    return ok(1)
  },

  'messages.markAsRead'(world, group, values) {
    const chat = chatOf(world, group, values)
    if (!chat) return missing('peer_id')
    for (const message of chat.messages)
      if (message.from === 'customer' && message.number <= Number(values.up_to_cmid ?? 0)) message.read = true
    world.environment.changed()
    return ok(1)
  },

  'messages.sendMessageEventAnswer'(world, group, values) {
    const press = world.state.presses[String(values.event_id)]
    if (!press || press.groupId !== group.id || world.environment.now() - press.at > limits.pressMs) return missing('event_id is invalid')
    if (values.event_data !== undefined && jsonOf(String(values.event_data)) === undefined) return missing('event_data')
    delete world.state.presses[String(values.event_id)]
    return ok(1)
  },

  'messages.sendReaction'(world, group, values) {
    const emoji = reactions[Number(values.reaction_id) - 1]
    const message = chatOf(world, group, values)?.messages.find(one => one.number === Number(values.cmid) && !one.deleted)
    if (!message) return missing('cmid')
    if (emoji === undefined) return no(1005, 'Invalid reaction id')
    message.reactions.business = emoji
    world.environment.changed()
    return ok(1)
  },

  'messages.deleteReaction'(world, group, values) {
    const message = chatOf(world, group, values)?.messages.find(one => one.number === Number(values.cmid) && !one.deleted)
    if (!message) return missing('cmid')
    delete message.reactions.business
    world.environment.changed()
    return ok(1)
  },

  'groups.getById'(_world, group) {
    const { id, name, screenName } = group
    return ok({ groups: [{ id, name, screen_name: screenName, is_closed: 0, type: 'group' }], profiles: [] })
  },

  'groups.getLongPollServer'(world, group, values) {
    if (String(values.group_id) !== String(group.id)) return no(15, 'Access denied: group_id is not of this key')
    group.pollKey = randomText(world.environment.random, 40, '0123456789abcdef')
    return ok({ key: group.pollKey, server: `${world.environment.origin}/whp/${group.id}`, ts: String(group.ts) })
  },

  'users.get'(world, _group, values) {
    const people = String(values.user_ids ?? '')
      .split(',')
      .flatMap(id => world.state.people[id] ?? [])
    return ok(
      people.map(person => ({
        id: person.id,
        first_name: person.name,
        last_name: '',
        screen_name: `id${person.id}`,
        can_access_closed: true,
        is_closed: false,
      })),
    )
  },

  'photos.getMessagesUploadServer': (world, group, values) =>
    askToUpload(world, group, 'photo', values) ??
    ok({
      album_id: -3,
      upload_url: `${world.environment.origin}/upload/photo/${group.id}?act=do_add&mid=1`,
      user_id: 0,
      group_id: group.id,
    }),

  'docs.getMessagesUploadServer'(world, group, values) {
    const type = String(values.type ?? 'doc')
    if (type !== 'doc' && type !== 'audio_message') return missing('type')
    return (
      askToUpload(world, group, type, values) ?? ok({ upload_url: `${world.environment.origin}/upload/${type}/${group.id}?act=add_doc` })
    )
  },

  'photos.saveMessagesPhoto'(world, group, values) {
    const file = saveFile(world, group, String(values.photo), 'photo')
    if (!file || values.hash === undefined || values.server === undefined) return no(121, 'Invalid hash')
    return ok([(wireFile(file) as { photo: unknown }).photo])
  },

  'docs.save'(world, group, values) {
    const file = saveFile(world, group, String(values.file), undefined, values.title === undefined ? undefined : String(values.title))
    return file ? ok(wireFile(file)) : no(105, "Couldn't save file")
  },

  'wall.createComment': createComment,
  'wall.deleteComment': deleteComment,
}

function askToUpload(world: World, group: Group, _type: StoredFile['type'], values: Values): Reply | undefined {
  return chatOf(world, group, values)?.allowed ? undefined : no(901, "Can't send messages for users without permission")
}

function saveFile(world: World, group: Group, word: string, type: StoredFile['type'] | undefined, title?: string): StoredFile | undefined {
  const { state, environment } = world
  const waiting = state.waiting[word]
  if (!waiting || (type !== undefined && waiting.type !== type)) return undefined
  delete state.waiting[word]
  const id = 457_239_000 + state.next++
  const file: StoredFile = {
    name: waiting.name,
    type: waiting.type,
    ownerId: -group.id,
    id,
    key: randomText(environment.random, 18, '0123456789abcdef'),
    keptId: waiting.keptId,
    url: waiting.url,
    title: title || waiting.name,
    sizeBytes: waiting.sizeBytes,
  }
  state.files[`${file.ownerId}_${id}`] = file
  return file
}
