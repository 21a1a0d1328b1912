/** What a person does in VK, and what the community is told of it. */
import type { ActionResult, CustomerAction, Upload } from '@dragoman/channel-kit/simulator'
import { jsonOf, randomDigits, randomText } from '@dragoman/channel-kit/simulator'
import type { Content, MessageBody } from '@dragoman/core'
import { shownFile, wireFile } from './attachments.ts'
import { tell } from './events.ts'
import { limits, reactions } from './limits.ts'
import {
  addMessage,
  type Chat,
  type Group,
  type Json,
  type Person,
  type StoredFile,
  type StoredMessage,
  type World,
  wireMessage,
} from './state.ts'
import { addComment, newPost, removeComment, wireComment } from './wall.ts'

/** VK's numbers of languages. */
const languages = ['ru', 'uk', 'be', 'en', 'es', 'fi', 'de', 'it']

export function act(world: World, group: Group, person: Person, chat: Chat, action: CustomerAction): ActionResult {
  const { environment } = world
  const key = String(person.id)
  const event = (type: string, object: Json) => tell(world, group, type, object, key)
  switch (action.act) {
    case 'start':
      if (action.payload) chat.ref = action.payload
      return say('Начать', { payload: '{"command":"start"}' })
    case 'write':
      if (action.text.trim() === '') return no('There is nothing to send')
      if (action.text.length > limits.text) return no(`At most ${limits.text} characters`)
      return say(action.text, {}, action.replyTo)
    case 'send':
      return sendContent(action.content, action.uploads)
    case 'press_key': {
      const button = chat.keyboard?.[action.row]?.[action.column]?.action as Json | undefined
      if (!button) return no('There is no such key')
      if (chat.oneTime) delete chat.keyboard
      if (button.type === 'location') return sendContent({ kind: 'location', latitude: 55.7558, longitude: 37.6173 }, [])
      if (button.type !== 'text') return { ok: true }
      return say(String(button.label), button.payload === undefined ? {} : { payload: button.payload })
    }
    case 'press':
      return press(action.messageId, action.row, action.column)
    case 'react': {
      const message = find(action.messageId)
      if (!message) return no('There is no such message')
      const reactionId = action.emoji === null ? 0 : reactions.indexOf(action.emoji) + 1
      if (action.emoji !== null && reactionId === 0) return no('This is no reaction')
      if (action.emoji === null) delete message.reactions.customer
      else message.reactions.customer = action.emoji
      event('message_reaction_event', {
        reacted_id: person.id,
        peer_id: person.id,
        cmid: message.number,
        ...(reactionId === 0 ? {} : { reaction_id: reactionId }),
      })
      return changed()
    }
    case 'edit': {
      const message = find(action.messageId)
      if (message?.from !== 'customer' || message.bodies[0]?.content.kind !== 'text') return no('Only own text can be edited')
      message.bodies = [{ content: { kind: 'text', text: { text: action.text } } }]
      message.wire = { ...message.wire, text: action.text }
      message.edited = true
      event('message_edit', { ...wireMessage(chat, message), update_time: Math.floor(environment.now() / 1000) })
      return changed()
    }
    case 'delete': {
      // The community is told nothing.
      const message = find(action.messageId)
      if (!message) return no('There is no such message')
      message.deleted = true
      return changed()
    }
    case 'block':
      if (!chat.allowed) return no('Messages are forbidden already')
      chat.allowed = false
      event('message_deny', { user_id: person.id })
      return changed()
    case 'unblock':
      if (chat.allowed) return no('Messages are allowed')
      chat.allowed = true
      event('message_allow', { user_id: person.id, key: '' })
      return changed()
    case 'typing':
      event('message_typing_state', { from_id: person.id, to_id: -group.id, state: 'typing' })
      return { ok: true }
    case 'read': {
      const last = chat.messages.findLast(message => message.from === 'business')
      for (const message of chat.messages) if (message.from === 'business') message.read = true
      if (last)
        event('message_read', { from_id: person.id, peer_id: person.id, read_message_id: last.id, conversation_message_id: last.number })
      return changed()
    }
    case 'comment': {
      const post = group.posts.find(one => String(one.id) === action.postId)
      if (!post) return no('There is no such post')
      if (action.text.trim() === '') return no('There is nothing to say')
      const comment = addComment(
        world,
        group,
        post,
        person.id,
        action.text,
        action.replyTo === undefined ? undefined : Number(action.replyTo),
      )
      return { ok: true, messageId: String(comment.id) }
    }
    case 'mention':
      // Somebody else's wall is not told of: what a community hears of is a post on its own.
      return { ok: true, messageId: String(newPost(world, group, person.id, action.text).id) }
    case 'edit_comment':
    case 'delete_comment': {
      const post = group.posts.find(one => one.comments.some(comment => String(comment.id) === action.commentId))
      const comment = post?.comments.find(one => String(one.id) === action.commentId && !one.deleted)
      if (!post || comment?.fromId !== person.id) return no('Only own comments can be changed')
      if (action.act === 'delete_comment') removeComment(world, group, post, comment, person.id)
      else {
        comment.text = action.text
        tell(world, group, 'wall_reply_edit', wireComment(group, post, comment), `post ${post.id}`)
      }
      return changed()
    }
    case 'vote':
      return no('Communities send no polls here')
    case 'hide_receipts':
      return no('VK always tells that a message was read')
    case 'choose_entrance':
      return no('There are no first questions in VK')
  }

  function say(text: string, more: Json, replyTo?: string): ActionResult {
    return deliver({ text, ...more }, [{ content: { kind: 'text', text: { text } } }], replyTo)
  }

  function sendContent(content: Content, uploads: Upload[]): ActionResult {
    if (content.kind === 'text') return say(content.text.text, {})
    if (content.kind === 'location') {
      const { latitude, longitude, name } = content
      const place = name ? { place: { title: name, latitude, longitude } } : {}
      return deliver({ text: '', geo: { type: 'point', coordinates: { latitude, longitude }, ...place } }, [{ content }])
    }
    const [upload] = uploads
    if (content.kind === 'sticker' && upload) {
      const kept = environment.keep(upload.bytes, upload.mimeType, upload.name)
      const image = { url: `${environment.origin}/cdn/${kept.fileId}`, width: 512, height: 512 }
      const wire = {
        type: 'sticker',
        sticker: { inner_type: 'base_sticker_new', sticker_id: 9_019, product_id: 279, images: [image], images_with_background: [] },
      }
      return deliver({ text: '', attachments: [wire] }, [{ content: { kind: 'sticker', media: { ref: { from: 'link', url: kept.url } } } }])
    }
    const types: Partial<Record<Content['kind'], StoredFile['type']>> = {
      image: 'photo',
      album: 'photo',
      file: 'doc',
      voice: 'audio_message',
    }
    const type = types[content.kind]
    if (type === undefined || !upload) return no('This phone cannot send that')
    const files = (content.kind === 'album' ? uploads.slice(0, limits.attachments) : [upload]).map(one => store(one, type))
    const caption = 'caption' in content ? content.caption?.text : undefined
    const bodies = files.map((file, index): MessageBody => {
      const shown = shownFile(file)
      return { content: index === 0 && caption && shown.kind !== 'text' ? ({ ...shown, caption: { text: caption } } as Content) : shown }
    })
    return deliver({ text: caption ?? '', attachments: files.map(file => cdn(file)) }, bodies)
  }

  /** As the community sees it: at VK's own address, not at the phone's. */
  function cdn(file: StoredFile): Json {
    return wireFile({ ...file, url: `${environment.origin}/cdn/${file.keptId}` })
  }

  function store(upload: Upload, type: StoredFile['type']): StoredFile {
    const kept = environment.keep(upload.bytes, upload.mimeType, upload.name)
    const id = 457_240_000 + world.state.next++
    const file: StoredFile = {
      name: upload.name,
      type,
      ownerId: person.id,
      id,
      key: randomText(environment.random, 18, '0123456789abcdef'),
      keptId: kept.fileId,
      url: kept.url,
      title: upload.name,
      sizeBytes: upload.bytes.length,
    }
    world.state.files[`${file.ownerId}_${id}`] = file
    return file
  }

  function press(messageId: string, row: number, column: number): ActionResult {
    const message = find(messageId)
    const button = message?.buttons[row]?.[column]?.action as Json | undefined
    if (!message || !button) return no('There is no such button')
    if (button.type === 'text') return say(String(button.label), button.payload === undefined ? {} : { payload: button.payload })
    if (button.type === 'location') return sendContent({ kind: 'location', latitude: 55.7558, longitude: 37.6173 }, [])
    if (button.type !== 'callback') return { ok: true }
    const eventId = randomDigits(environment.random, 12)
    world.state.presses[eventId] = { groupId: group.id, at: environment.now() }
    const payload = button.payload === undefined ? {} : { payload: jsonOf(String(button.payload)) }
    event('message_event', {
      user_id: person.id,
      peer_id: person.id,
      event_id: eventId,
      ...payload,
      conversation_message_id: message.number,
    })
    return { ok: true }
  }

  function deliver(wire: Json, bodies: MessageBody[], replyTo?: string): ActionResult {
    // Whoever writes allows an answer.
    chat.allowed = true
    const replied = replyTo === undefined ? undefined : find(replyTo)?.number
    const ref = chat.ref === undefined ? {} : { ref: chat.ref, ref_source: 'link' }
    delete chat.ref
    const message = addMessage(world, chat, {
      from: 'customer',
      bodies,
      wire: { ...wire, ...ref },
      buttons: [],
      ...(replied === undefined ? {} : { replyTo: replied }),
    })
    event('message_new', {
      message: wireMessage(chat, message),
      client_info: {
        button_actions: ['text', 'callback', 'open_link', 'location'],
        keyboard: true,
        inline_keyboard: true,
        carousel: true,
        lang_id: Math.max(0, languages.indexOf(person.language)),
      },
    })
    return { ok: true, messageId: String(message.number) }
  }

  function find(messageId: string): StoredMessage | undefined {
    return chat.messages.find(message => String(message.number) === messageId.split('~')[0] && !message.deleted)
  }

  function changed(): ActionResult {
    environment.changed()
    return { ok: true }
  }
}

function no(reason: string): ActionResult {
  return { ok: false, reason }
}
