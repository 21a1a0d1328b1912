/**
 * What may be written in public: a plain text, with one picture where the place takes one. Two messengers share the shape and differ in numbers.
 * Always holds: whatever is not a comment is refused here and not sent as something else; there is no window for answering in public.
 */
import type { Capabilities, Feature, FeatureName, Localized, MediaKind, Provenance, ReplyPolicy, StructuredKind } from '@dragoman/core'
import { featureNames, mediaKinds, structuredKinds } from '@dragoman/core'

export interface CommentFacts {
  /** Of every fact, unless it has its own. */
  source: Provenance
  text: { max: number } & Provenance
  /** A picture by its public address; absent: none. */
  picture?: { maxBytes: number; mimeTypes: string[] } & Provenance
  pacePerSecond: number
  webhookRetryMs: number
  reach: Capabilities['reach']
  law: Capabilities['law']
  /** What the messenger tells of its customers' changes. */
  customerEdits: boolean
  customerDeletes: boolean
}

const noSuchThing: Localized = { en: 'Not in public comments.', ru: 'В публичных комментариях такого нет.' }
const oneByOne: Localized = { en: 'Becomes a text.', ru: 'Станет текстом.' }
const pictureNote: Localized = {
  en: 'By a public address of this server only.',
  ru: 'Только по публичному адресу этого сервера.',
}

/** Capabilities of public threads. */
export function commentCapabilities(facts: CommentFacts): Capabilities {
  const { source } = facts
  const none = (note = noSuchThing): Feature => ({ level: 'none', note, ...source })
  const native = (note?: Localized): Feature => ({ level: 'native', ...(note ? { note } : {}), ...source })
  const features = Object.fromEntries(featureNames.map(name => [name, none()])) as Record<FeatureName, Feature>
  const media = Object.fromEntries(
    mediaKinds.map(kind => [kind, { ...none(), maxBytes: 0, mimeTypes: [], caption: false }]),
  ) as unknown as Capabilities['media']
  const picture = facts.picture
  if (picture) {
    const { maxBytes, mimeTypes, ...provenance } = picture
    media['image' satisfies MediaKind] = {
      ...native(pictureNote),
      ...provenance,
      maxBytes,
      mimeTypes,
      caption: true,
      byUrlOnly: true,
    }
  }
  const textual: StructuredKind[] = ['location', 'contact_card', 'poll', 'booking', 'ticket', 'card']
  const structured = Object.fromEntries(
    structuredKinds.map(kind => [kind, textual.includes(kind) ? { ...none(oneByOne), level: 'converted' as const } : none()]),
  ) as Record<StructuredKind, Feature>
  const noButtons = {
    ...none(),
    max: 0,
    maxPerRow: 1,
    title: { max: 0, unit: 'utf16' as const },
    payload: { max: 0, unit: 'utf16' as const },
    kinds: [],
    under: [],
  }
  return {
    text: { unit: 'utf16', countedAfterMarkup: false, entities: ['url', 'email', 'phone', 'mention', 'hashtag'], ...facts.text },
    caption: { unit: 'utf16', ...facts.text },
    media,
    structured,
    album: { min: 2, max: 1, mixes: [], ...none() },
    buttons: noButtons,
    quickReplies: noButtons,
    list: {
      ...none(),
      maxRows: 0,
      maxSections: 0,
      button: { max: 0, unit: 'utf16' },
      title: { max: 0, unit: 'utf16' },
      description: { max: 0, unit: 'utf16' },
      payload: { max: 0, unit: 'utf16' },
    },
    features: {
      ...features,
      reply_to: native(),
      links_preview: native(),
      ...(facts.customerEdits ? { customer_edits: native() } : {}),
      ...(facts.customerDeletes ? { customer_deletes: native() } : {}),
    },
    receipts: { delivered: 'never', read: 'never', ...source },
    pace: [{ scope: 'account', perSecond: facts.pacePerSecond, burst: 20, ...source, confidence: 'assumed' }],
    reach: facts.reach,
    law: facts.law,
    mediaLinkTtlMs: 60 * 60_000,
    webhookRetryMs: facts.webhookRetryMs,
  }
}

/** A comment permits one private message, this long. */
export const privateAnswerMs = 7 * 24 * 60 * 60_000
export const privateAnswerWindow = 'private_answer'

/** In public one may always answer; the one private message has its own week. */
export function commentPolicy(source: Provenance): ReplyPolicy {
  return {
    rules: [{ allows: 'freeform', priceClass: 'free', ...source }],
    windows: {
      [privateAnswerWindow]: {
        lengthMs: privateAnswerMs,
        name: { en: '7 days for one private answer', ru: '7 дней на один личный ответ' },
        ...source,
      },
    },
    closedIn: [],
  }
}
