/**
 * Names of Meta's page webhooks, as far as we ask for them. What we read is read field by field; what we write is made in
 * `@dragoman/channel-meta-graph`. Vendor: https://developers.facebook.com/docs/messenger-platform/webhooks
 */

/** Webhook fields that the page is subscribed to. */
export const subscribedFields = [
  'messages',
  'messaging_postbacks',
  'messaging_optins',
  'messaging_optouts',
  'message_deliveries',
  'message_reads',
  'message_echoes',
  'message_reactions',
  'message_edits',
  'messaging_referrals',
  'messaging_handovers',
  'standby',
  'messaging_policy_enforcement',
  'messaging_feedback',
  'messaging_customer_information',
  'send_cart',
  'message_template_status_update',
  'feed',
] as const

/** Languages of templates are written as Meta's locales: `en_US`, `de`. */
export interface UtilityTemplate {
  name: string
  language: { code: string }
  components?: UtilityComponent[]
}

export type UtilityComponent =
  | { type: 'header' | 'body'; parameters: UtilityParameter[] }
  | { type: 'button'; sub_type: 'url'; index: string; parameters: UtilityParameter[] }

export type UtilityParameter = { type: 'text'; text: string; parameter_name?: string } | { type: 'image'; image: { link: string } }
