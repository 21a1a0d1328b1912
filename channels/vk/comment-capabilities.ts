/**
 * What may be written under posts of a community: words. Pictures would have to be uploaded with a person's key, and comments cannot be hidden.
 * Always holds: whatever is not a comment is `none` here, so that it is refused and not sent as something else.
 */
import {
  type Capabilities,
  type Feature,
  type FeatureName,
  featureNames,
  type MediaLimit,
  mediaKinds,
  type Provenance,
  type StructuredKind,
  structuredKinds,
} from '@dragoman/core'
import { shownEntities } from './format.ts'
import { law, reach } from './reach.ts'

const source: Provenance = { source: 'https://dev.vk.com/ru/method/wall.createComment', checkedOn: '2026-11-23', confidence: 'observed' }
const none: Feature = { level: 'none', note: { en: 'Not in comments', ru: 'В комментариях этого нет' }, ...source }
const native: Feature = { level: 'native', ...source }
const textual: StructuredKind[] = ['location', 'contact_card', 'poll', 'booking', 'ticket', 'card']

export function commentCapabilities(): Capabilities {
  const nothing = { max: 0, unit: 'utf16' as const }
  const noButtons = { ...none, max: 0, maxPerRow: 1, title: nothing, payload: nothing, kinds: [], under: [] }
  const features = Object.fromEntries(featureNames.map(name => [name, none])) as Record<FeatureName, Feature>
  return {
    text: { max: 4096, unit: 'utf16', countedAfterMarkup: false, entities: shownEntities, ...source, confidence: 'assumed' },
    caption: { ...nothing, ...source },
    media: Object.fromEntries(
      mediaKinds.map(kind => [kind, { ...none, maxBytes: 0, mimeTypes: [], caption: false } satisfies MediaLimit]),
    ) as unknown as Capabilities['media'],
    structured: Object.fromEntries(
      structuredKinds.map(kind => [
        kind,
        textual.includes(kind) ? { ...none, level: 'converted' as const, note: { en: 'Becomes a text', ru: 'Станет текстом' } } : none,
      ]),
    ) as Record<StructuredKind, Feature>,
    album: { ...none, min: 2, max: 10, mixes: [] },
    buttons: noButtons,
    quickReplies: noButtons,
    list: { ...none, maxRows: 0, maxSections: 0, button: nothing, title: nothing, description: nothing, payload: nothing },
    features: {
      ...features,
      reply_to: native,
      delete: native,
      links_preview: native,
      customer_edits: native,
      customer_deletes: native,
      profile: native,
    },
    receipts: { delivered: 'never', read: 'never', ...source },
    pace: [{ scope: 'account', perSecond: 3, burst: 3, ...source, confidence: 'assumed' }],
    reach,
    law,
    mediaLinkTtlMs: 3_600_000,
    webhookRetryMs: 3_600_000,
  }
}
