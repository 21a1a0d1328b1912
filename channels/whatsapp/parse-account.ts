/**
 * Changes about the business's own account: templates, quality, limits, permissions.
 * Always holds: gives undefined for a field that it does not know, so that the caller names it as ignored.
 */

import { idAt, textAt } from '@dragoman/channel-kit'
import type { AccountChange, InboundEvent } from '@dragoman/core'
import type { ChangeContext } from './change.ts'

/** The event of an account-level change. */
export function parseAccountChange(context: ChangeContext): InboundEvent | undefined {
  const change = changeOf(context.field, context.value)
  return change && { kind: 'account.changed', externalId: `${context.fingerprint}:${context.field}`, at: context.entryAt, change }
}

function changeOf(field: string, value: unknown): AccountChange | undefined {
  const words = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' ')
  const template = { name: textAt(value, 'message_template_name') ?? '?', language: textAt(value, 'message_template_language') ?? '' }
  const event = textAt(value, 'event')
  switch (field) {
    case 'message_template_status_update': {
      const reason = [textAt(value, 'reason'), textAt(value, 'rejection_info', 'reason'), textAt(value, 'other_info', 'description')].find(
        text => text !== undefined && text !== 'NONE',
      )
      return { what: 'template', ...template, status: (event ?? 'unknown').toLowerCase(), ...(reason ? { reason } : {}) }
    }
    case 'message_template_quality_update':
      return {
        what: 'quality',
        level: textAt(value, 'new_quality_score') ?? 'unknown',
        detail: words('template', template.name, template.language, 'was', textAt(value, 'previous_quality_score')),
      }
    case 'message_template_components_update':
      return { what: 'template', ...template, status: 'changed' }
    case 'template_category_update':
      return {
        what: 'template',
        ...template,
        status: 'recategorized',
        reason: words(textAt(value, 'previous_category'), '→', textAt(value, 'new_category') ?? textAt(value, 'correct_category')),
      }
    case 'phone_number_quality_update': {
      const detail = words(textAt(value, 'display_phone_number'), event, limitOf(value))
      if (event === 'FLAGGED' || event === 'UNFLAGGED') return { what: 'quality', level: event, detail }
      return { what: 'limits', detail }
    }
    case 'business_capability_update':
      return { what: 'limits', detail: words(limitOf(value)) || 'changed' }
    case 'phone_number_name_update':
      return {
        what: 'permissions',
        detail: words('name', textAt(value, 'requested_verified_name'), textAt(value, 'decision'), textAt(value, 'rejection_reason')),
      }
    case 'account_alerts':
      return {
        what: 'quality',
        level: textAt(value, 'alert_info', 'alert_severity') ?? textAt(value, 'alert_severity') ?? 'alert',
        detail: words(
          textAt(value, 'alert_info', 'alert_type') ?? textAt(value, 'alert_type'),
          textAt(value, 'alert_info', 'alert_description') ?? textAt(value, 'alert_description'),
        ),
      }
    case 'account_review_update':
      return { what: 'permissions', detail: words('review', textAt(value, 'decision')) }
    case 'account_update':
      return {
        what: 'permissions',
        detail: words(
          event ?? 'account_update',
          textAt(value, 'ban_info', 'waba_ban_state'),
          textAt(value, 'violation_info', 'violation_type'),
          textAt(value, 'restriction_info', 0, 'restriction_type'),
          textAt(value, 'disconnection_info', 'reason'),
        ),
      }
    case 'security':
      return { what: 'permissions', detail: words('two-step PIN:', event) }
    case 'business_username_update':
    case 'business_username_updates':
      return { what: 'permissions', detail: words('username', textAt(value, 'username'), textAt(value, 'status')) }
    case 'payment_configuration_update':
      return { what: 'permissions', detail: words('payment', textAt(value, 'configuration_name'), textAt(value, 'status')) }
    default:
      return undefined
  }
}

function limitOf(value: unknown): string | undefined {
  const limit = idAt(value, 'max_daily_conversations_per_business') ?? textAt(value, 'current_limit')
  return limit && `limit ${limit}`
}
