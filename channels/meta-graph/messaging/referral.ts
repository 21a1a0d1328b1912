/** Where somebody came from: an advertisement, a link with a payload of ours, a product of the shop. */
import { compact, idAt, objectAt, textAt } from '@dragoman/channel-kit'
import type { Referral } from '@dragoman/core'

/** The referral at a message, a postback or an item of its own; undefined where there is none. */
export function referralOf(holder: unknown): Referral | undefined {
  const referral = objectAt(holder, 'referral')
  if (!referral) return undefined
  const product = idAt(referral, 'product', 'id')
  if (product) return { source: 'product', payload: product }
  const source = textAt(referral, 'source')
  const isAd = source === 'ADS' || idAt(referral, 'ad_id') !== undefined
  const ref = textAt(referral, 'ref')
  return compact<Referral>({
    source: isAd ? 'ad' : (source ?? 'link').toLowerCase(),
    payload: isAd ? (idAt(referral, 'ad_id') ?? ref) : ref,
    title: textAt(referral, 'ads_context_data', 'ad_title'),
    url:
      textAt(referral, 'referer_uri') ??
      textAt(referral, 'ads_context_data', 'photo_url') ??
      textAt(referral, 'ads_context_data', 'video_url'),
  })
}
