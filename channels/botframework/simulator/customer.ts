/** What a person does in Teams (or did in Skype), and what the bot is told of it. */
import type { ActionResult, CustomerAction, Upload } from '@dragoman/channel-kit/simulator'
import { randomText } from '@dragoman/channel-kit/simulator'
import type { Content, MessageBody } from '@dragoman/core'
import { tell } from './activities.ts'
import { reactions } from './limits.ts'
import { type Bot, type Chat, type Json, newActivityId, type Person, type StoredMessage, serviceUrl, type World } from './state.ts'

export function act(world: World, bot: Bot, person: Person, chat: Chat, action: CustomerAction): ActionResult {
  const { environment } = world
  const isTeams = bot.messenger === 'msteams'
  const event = (activity: Json) => tell(world, bot, person, chat, activity)
  switch (action.act) {
    case 'write':
      return closed() ?? say(action.text, action.replyTo)
    case 'send':
      return closed() ?? sendContent(action.content, action.uploads)
    case 'press_key': {
      const title = chat.suggested?.[action.column + action.row * 6]
      if (title === undefined) return no('There is no such button')
      delete chat.suggested
      return closed() ?? say(title)
    }
    case 'press':
      return closed() ?? press(action.messageId, action.row, action.column)
    case 'react': {
      const message = find(action.messageId)
      if (!isTeams || message?.from !== 'business') return no('Only messages of the bot can be reacted to')
      const old = message.reaction
      const type = action.emoji === null ? undefined : reactions[action.emoji]
      if (action.emoji !== null && type === undefined) return no('This is no reaction')
      if (action.emoji === null) delete message.reaction
      else message.reaction = action.emoji
      const list = (emoji: string | null | undefined) => (emoji ? [{ type: reactions[emoji] }] : [])
      event({
        type: 'messageReaction',
        replyToId: message.id,
        ...(action.emoji === null ? {} : { reactionsAdded: list(action.emoji) }),
        ...(old ? { reactionsRemoved: list(old) } : {}),
      })
      return changed()
    }
    case 'edit': {
      const message = find(action.messageId)
      if (!isTeams || message?.from !== 'customer' || message.body.content.kind !== 'text') return no('Only own text can be edited')
      message.body = { content: { kind: 'text', text: { text: action.text } } }
      message.edited = true
      event({ type: 'messageUpdate', id: message.id, text: action.text, textFormat: 'plain', channelData: { eventType: 'editMessage' } })
      return changed()
    }
    case 'delete': {
      const message = find(action.messageId)
      if (!isTeams || message?.from !== 'customer') return no('Only own messages can be deleted')
      message.deleted = true
      event({ type: 'messageDelete', id: message.id, channelData: { eventType: 'softDeleteMessage' } })
      return changed()
    }
    case 'block':
    case 'unblock': {
      const installs = action.act === 'unblock'
      if (chat.installed === installs) return no(installs ? 'The app is installed' : 'The app is not installed')
      chat.installed = installs
      event({ type: isTeams ? 'installationUpdate' : 'contactRelationUpdate', action: installs ? 'add' : 'remove' })
      return changed()
    }
    case 'hide_receipts':
      chat.hidesReceipts = action.on
      return changed()
    case 'read': {
      const last = chat.messages.findLast(message => message.from === 'business')
      for (const message of chat.messages) if (message.from === 'business') message.read = true
      if (last && isTeams && !chat.hidesReceipts)
        event({ type: 'event', name: 'application/vnd.microsoft.readReceipt', value: { lastReadMessageId: last.id } })
      return changed()
    }
    case 'typing':
      event({ type: 'typing' })
      return { ok: true }
    case 'start':
      return no('The chat is open as soon as the app is installed')
    case 'vote':
      return no('There are no polls for bots: press a button')
    case 'comment':
    case 'mention':
    case 'edit_comment':
    case 'delete_comment':
      return no('There are no public posts in a chat with a bot')
    case 'choose_entrance':
      return no('First questions stand in the app’s manifest, not here')
  }

  function closed(): ActionResult | undefined {
    return chat.installed ? undefined : no('The app is not installed')
  }

  function say(text: string, replyTo?: string): ActionResult {
    if (text.trim() === '') return no('There is nothing to send')
    const replied = replyTo === undefined ? undefined : find(replyTo)
    return deliver(
      { text, textFormat: 'plain', ...(replied ? { attachments: [quoted(replied, text)] } : {}) },
      { content: { kind: 'text', text: { text } } },
      replied?.id,
    )
  }

  /** Teams shows an answer as HTML with the quoted words before it. */
  function quoted(message: StoredMessage, text: string): Json {
    const words = message.body.content.kind === 'text' ? message.body.content.text.text : ''
    const author = message.from === 'business' ? `28:${bot.appId}` : person.id
    return {
      contentType: 'text/html',
      content: `<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="${message.id}"><strong itemprop="mri" itemid="${author}">${escaped(bot.name)}</strong><span itemprop="time" itemid="${message.id}"></span><p itemprop="preview">${escaped(words)}</p></blockquote><p>${escaped(text)}</p>`,
    }
  }

  function sendContent(content: Content, uploads: Upload[]): ActionResult {
    if (content.kind === 'text') return say(content.text.text)
    if (content.kind === 'location' && !isTeams) {
      const { latitude, longitude, name } = content
      const place = { type: 'Place', geo: { type: 'GeoCoordinates', latitude, longitude }, ...(name ? { name } : {}) }
      return deliver({ text: '', entities: [place] }, { content })
    }
    const pictures = content.kind === 'album' ? uploads : content.kind === 'image' ? uploads.slice(0, 1) : []
    if (pictures.length > 0) {
      const made = pictures.map(upload => pictureOf(upload))
      const caption = content.kind === 'image' ? content.caption?.text : undefined
      const html = {
        contentType: 'text/html',
        content: `${caption ? `<p>${escaped(caption)}</p>` : ''}${made.map(picture => `<img src="${picture.url}">`).join('')}`,
      }
      const attachments = [
        ...made.map(({ url, upload }) => ({ contentType: isTeams ? 'image/*' : upload.mimeType, contentUrl: url })),
        ...(isTeams ? [html] : []),
      ]
      const media = (url: string) => ({ ref: { from: 'link' as const, url } })
      const shown: Content =
        made.length > 1
          ? { kind: 'album', items: made.map(picture => ({ kind: 'image', media: media(picture.shownUrl) })) }
          : { kind: 'image', media: media(made[0]!.shownUrl), ...(caption ? { caption: { text: caption } } : {}) }
      return deliver({ ...(caption ? { text: caption, textFormat: 'plain' } : {}), attachments }, { content: shown })
    }
    const [upload] = uploads
    if (content.kind !== 'file' || !upload) return no('This phone cannot send that')
    const kept = environment.keep(upload.bytes, upload.mimeType, upload.name)
    const fileType = /\.(\w+)$/.exec(upload.name)?.[1] ?? ''
    const attachment = isTeams
      ? {
          contentType: 'application/vnd.microsoft.teams.file.download.info',
          contentUrl: kept.url,
          name: upload.name,
          content: { downloadUrl: kept.url, uniqueId: randomText(environment.random, 12), fileType },
        }
      : { contentType: upload.mimeType, contentUrl: kept.url, name: upload.name }
    return deliver(
      { attachments: [attachment] },
      { content: { kind: 'file', media: { ref: { from: 'link', url: kept.url }, name: upload.name } } },
    )
  }

  /** A picture lies at the Connector, where the bot fetches it with its token. */
  function pictureOf(upload: Upload): { url: string; shownUrl: string; upload: Upload } {
    const kept = environment.keep(upload.bytes, upload.mimeType, upload.name)
    const id = `0-${randomText(environment.random, 20)}`
    world.state.files[id] = { keptId: kept.fileId }
    return { url: `${serviceUrl(world, person)}v3/attachments/${id}/views/original`, shownUrl: kept.url, upload }
  }

  function press(messageId: string, row: number, column: number): ActionResult {
    const message = find(messageId)
    const button = message?.actions[row]?.[column]
    if (!message || !button) return no('There is no such button')
    if (button.type === 'Action.OpenUrl' || button.type === 'openUrl') return { ok: true }
    event({
      type: 'message',
      replyToId: message.id,
      value: button.data ?? button.value,
      ...(isTeams ? { channelData: { source: { name: 'message' } } } : {}),
    })
    return { ok: true }
  }

  function deliver(activity: Json, body: MessageBody, replyTo?: string): ActionResult {
    const id = newActivityId(world)
    chat.messages.push({ id, from: 'customer', at: environment.now(), body, actions: [], ...(replyTo === undefined ? {} : { replyTo }) })
    event({ type: 'message', id, ...activity })
    environment.changed()
    return { ok: true, messageId: id }
  }

  function find(messageId: string): StoredMessage | undefined {
    return chat.messages.find(message => message.id === messageId && !message.deleted)
  }

  function changed(): ActionResult {
    environment.changed()
    return { ok: true }
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function no(reason: string): ActionResult {
  return { ok: false, reason }
}
