/**
 * WhatsApp's JSON, as far as we write it. What we read is read field by field (`parse*.ts`): Meta changes shapes without notice.
 * Vendor: https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/message-api
 */

/** A file by the id of an upload, or by an address that Meta fetches. */
export type MediaPointer = { id: string } | { link: string }

export interface InteractiveHeader {
  type: 'image' | 'video' | 'document'
  image?: MediaPointer
  video?: MediaPointer
  document?: MediaPointer & { filename?: string }
}

export interface ReplyButton {
  type: 'reply'
  reply: { id: string; title: string }
}

export interface ListSectionWire {
  title?: string
  rows: { id: string; title: string; description?: string }[]
}

export type Interactive =
  | { type: 'button'; header?: InteractiveHeader; body: { text: string }; action: { buttons: ReplyButton[] } }
  | { type: 'list'; body: { text: string }; action: { button: string; sections: ListSectionWire[] } }
  | {
      type: 'cta_url'
      header?: InteractiveHeader
      body: { text: string }
      action: { name: 'cta_url'; parameters: { display_text: string; url: string } }
    }
  | { type: 'product'; body?: { text: string }; action: { catalog_id: string; product_retailer_id: string } }

export type TemplateParameter =
  | { type: 'text'; text: string; parameter_name?: string }
  | { type: 'payload'; payload: string }
  | { type: 'coupon_code'; coupon_code: string }
  | { type: 'image'; image: MediaPointer }
  | { type: 'video'; video: MediaPointer }
  | { type: 'document'; document: MediaPointer & { filename?: string } }

export type TemplateComponent =
  | { type: 'header' | 'body'; parameters: TemplateParameter[] }
  | { type: 'button'; sub_type: 'url' | 'quick_reply' | 'copy_code'; index: string; parameters: TemplateParameter[] }

export interface ContactWire {
  name: { formatted_name: string; first_name: string; last_name?: string }
  phones?: { phone: string }[]
  emails?: { email: string }[]
  org?: { company: string }
}

/** The part of a message that depends on its type. */
export type MessagePayload =
  | { type: 'text'; text: { preview_url: boolean; body: string } }
  | { type: 'image'; image: MediaPointer & { caption?: string } }
  | { type: 'video'; video: MediaPointer & { caption?: string } }
  | { type: 'audio'; audio: MediaPointer & { voice?: true } }
  | { type: 'document'; document: MediaPointer & { caption?: string; filename?: string } }
  | { type: 'sticker'; sticker: MediaPointer }
  | { type: 'location'; location: { latitude: string; longitude: string; name?: string; address?: string } }
  | { type: 'contacts'; contacts: ContactWire[] }
  | { type: 'interactive'; interactive: Interactive }
  | { type: 'template'; template: { name: string; language: { code: string }; components?: TemplateComponent[] } }
  | { type: 'reaction'; reaction: { message_id: string; emoji: string } }

/** `to` with a phone, or `recipient` with a business-scoped id (taken since July 2026). */
export type Addressee = { to: string } | { recipient: string }

export type MessageRequest = {
  messaging_product: 'whatsapp'
  recipient_type: 'individual'
  context?: { message_id: string }
  /** At most 512 characters; comes back in statuses. */
  biz_opaque_callback_data?: string
} & Addressee &
  MessagePayload
