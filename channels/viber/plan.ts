/**
 * From a part to the messages of a bot that say it: as a rule one; several contacts, a place with an address and a carousel of many cards are more.
 * Always holds: nothing is cut; what Viber has no message for is a failure; a keyboard goes with the last message, for the last one is shown.
 */
import { compact } from '@dragoman/channel-kit'
import type { Content, Failure, OutboundPart } from '@dragoman/core'
import { keyboardOf, minVersionOf } from './keyboard.ts'
import { addressOfMedia, notesOf } from './media.ts'
import { richMediaOf } from './rich-media.ts'
import type { WireMessage } from './wire.ts'

const longestContactName = 28
const longestContactPhone = 18

export function planOf(part: OutboundPart): WireMessage[] | Failure {
  const messages = messagesOf(part.body.content, part)
  if (!Array.isArray(messages)) return messages
  const keyboard = keyboardOf(part.body.keyboard)
  const last = messages.at(-1)
  if (!last) return { kind: 'permanent', reason: 'invalid', code: 'empty', detail: 'There is nothing to send' }
  if (keyboard)
    messages[messages.length - 1] = compact({ ...last, min_api_version: last.min_api_version ?? minVersionOf(keyboard), keyboard })
  return messages
}

function messagesOf(content: Content, part: OutboundPart): WireMessage[] | Failure {
  switch (content.kind) {
    case 'text':
      return [{ type: 'text', text: content.text.text }]
    case 'image': {
      const media = addressOfMedia(content.media, part, 'image')
      return typeof media === 'object' ? media : [{ type: 'picture', text: content.caption?.text ?? '', media }]
    }
    case 'video': {
      const media = addressOfMedia(content.media, part, 'video')
      if (typeof media === 'object') return media
      const { size, seconds } = notesOf(content.media, part)
      return [compact({ type: 'video', media, size: size ?? 0, duration: seconds, text: content.caption?.text })]
    }
    case 'audio':
    case 'voice':
    case 'file':
      return fileMessages(content, part)
    case 'sticker': {
      const { ref } = content.media
      // Stickers come from Viber's own catalogue, by number; one's own cannot be made.
      const id = ref.from === 'platform' && /^\d{1,12}$/.test(ref.id ?? '') ? Number(ref.id) : undefined
      return id === undefined ? unsupported('sticker') : [{ type: 'sticker', sticker_id: id }]
    }
    case 'location': {
      const words = [content.name, content.address].filter(Boolean).join('\n')
      const place = { type: 'location', location: { lat: String(content.latitude), lon: String(content.longitude) } }
      return words === '' ? [place] : [{ type: 'text', text: words }, place]
    }
    case 'contact_card':
      return (content.contacts ?? []).flatMap(contactMessages)
    case 'card':
      return richMediaOf([content.card], part)
    case 'carousel': {
      const cards = richMediaOf(content.cards ?? [], part)
      return Array.isArray(cards) && content.text?.text ? [{ type: 'text', text: content.text.text }, ...cards] : cards
    }
    default:
      return unsupported(content.kind)
  }
}

function fileMessages(content: Extract<Content, { kind: 'audio' | 'voice' | 'file' }>, part: OutboundPart): WireMessage[] | Failure {
  const media = addressOfMedia(content.media, part, 'file')
  if (typeof media === 'object') return media
  const { size, name } = notesOf(content.media, part)
  const message: WireMessage = { type: 'file', media, size: size ?? 0, file_name: name ?? 'file.bin' }
  // A file takes no caption: its words go before it.
  return content.caption?.text ? [{ type: 'text', text: content.caption.text }, message] : [message]
}

/** A contact holds a short name and one number; what it cannot hold goes as text, so that nothing is lost. */
function contactMessages(contact: Extract<Content, { kind: 'contact_card' }>['contacts'][number]): WireMessage[] {
  const phones = contact.phones ?? []
  const fits = phones.length > 0 && contact.name.length <= longestContactName && phones.every(phone => phone.length <= longestContactPhone)
  const beside = [contact.organization, ...(contact.emails ?? [])].filter(Boolean)
  if (!fits)
    return [{ type: 'text', text: [contact.name, contact.organization, ...phones, ...(contact.emails ?? [])].filter(Boolean).join('\n') }]
  return [
    ...(beside.length > 0 ? [{ type: 'text', text: [contact.name, ...beside].join('\n') }] : []),
    ...phones.map(phone => ({ type: 'contact', contact: { name: contact.name, phone_number: phone } })),
  ]
}

function unsupported(kind: string): Failure {
  return { kind: 'permanent', reason: 'unsupported', code: 'content_not_supported', detail: `Viber has no message of the kind ${kind}` }
}
