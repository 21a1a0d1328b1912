/**
 * Names of Instagram's webhooks, as far as we ask for them. What we read is read field by field; what we write is made in
 * `@dragoman/channel-meta-graph`. Vendor: https://developers.facebook.com/docs/instagram-platform/webhooks
 */

/** Webhook fields that an account with Instagram login is subscribed to; echoes come inside `messages`. */
export const subscribedFields = [
  'messages',
  'message_edit',
  'message_reactions',
  'messaging_postbacks',
  'messaging_seen',
  'messaging_referral',
  'messaging_optins',
  'messaging_handover',
  'standby',
  'comments',
  'live_comments',
  'mentions',
] as const

/** With Facebook login Instagram's fields are chosen in the app's dashboard; the page has to be on the app's list, by any field of its own. */
export const subscribedPageFields = ['messages', 'messaging_postbacks'] as const
