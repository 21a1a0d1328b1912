/** What `fit` gives back: parts, notes on every loss, or a refusal. Codes are translated by the screens; `params` fill the sentence. */
import type { MessageBody } from '../content.ts'
import type { FormattedText } from '../rich-text.ts'

export type FitNoteCode =
  | 'text_split'
  | 'caption_separated'
  | 'caption_split'
  | 'entities_dropped'
  | 'buttons_to_list'
  | 'buttons_to_text'
  | 'quick_replies_to_buttons'
  | 'list_to_buttons'
  | 'list_to_text'
  | 'carousel_to_album'
  | 'carousel_to_messages'
  | 'card_to_message'
  | 'poll_to_buttons'
  | 'poll_to_list'
  | 'poll_to_text'
  | 'album_split'
  | 'album_to_messages'
  | 'media_converted'
  | 'contact_to_text'
  | 'location_to_text'
  | 'booking_to_text'
  | 'ticket_to_text'
  | 'product_to_text'
  | 'reply_dropped'
  | 'buttons_separated'

export interface FitNote {
  code: FitNoteCode
  params?: Record<string, string | number>
}

export type FitRefusalCode =
  | 'empty'
  | 'media_too_large'
  | 'media_type_not_supported'
  | 'content_not_supported'
  | 'button_title_too_long'
  | 'button_payload_too_long'
  | 'list_row_too_long'
  | 'template_not_supported'
  | 'media_needs_public_url'
  | 'invalid_location'
  | 'invalid_contact'

export interface FitRefusal {
  code: FitRefusalCode
  params?: Record<string, string | number>
}

export interface FittedPart {
  body: MessageBody
  /** Length of the part's text as the platform counts it, and the limit that it keeps. */
  length?: { used: number; max: number; segments?: FormattedText['segments'] }
}

export type Fit = { kind: 'parts'; parts: FittedPart[]; notes: FitNote[] } | { kind: 'refused'; refusals: FitRefusal[] }
