/**
 * Changes about the business's own account: templates, quality, limits, permissions.
 * Always holds: gives undefined for a field that it does not know, so that the caller names it as ignored; beside the words for people each change
 * has its facts, by our names, with the platform's own words and figures in them.
 * Vendor: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */

import { arrayAt, idAt, numericAt, textAt } from '@dragoman/channel-kit'
import type { AccountChange, InboundEvent } from '@dragoman/core'
import { type ChangeContext, timeOf } from './change.ts'
import { tierOf } from './tiers.ts'

type Facts = NonNullable<AccountChange['facts']>

/** The event of an account-level change. */
export function parseAccountChange(context: ChangeContext): InboundEvent | undefined {
  const change = Object.hasOwn(readers, context.field) ? readers[context.field]?.(context.value) : undefined
  return change && { kind: 'account.changed', externalId: `${context.fingerprint}:${context.field}`, at: context.entryAt, change }
}

const readers: Record<string, (value: unknown) => AccountChange> = {
  message_template_status_update(value) {
    const event = textAt(value, 'event')
    const reason = [textAt(value, 'reason'), textAt(value, 'rejection_info', 'reason'), textAt(value, 'other_info', 'description')].find(
      text => text !== undefined && text !== 'NONE',
    )
    return {
      what: 'template',
      ...templateIn(value),
      status: (event ?? 'unknown').toLowerCase(),
      ...(reason ? { reason } : {}),
      ...facts({
        ...templateFacts(value),
        event,
        category: textAt(value, 'message_template_category'),
        title: textAt(value, 'other_info', 'title'),
        recommendation: textAt(value, 'rejection_info', 'recommendation'),
        disabledAt: timed(value, 'disable_info', 'disable_date'),
      }),
    }
  },
  message_template_quality_update(value) {
    const { name, language } = templateIn(value)
    const was = textAt(value, 'previous_quality_score')
    const level = textAt(value, 'new_quality_score') ?? 'unknown'
    return {
      what: 'quality',
      level,
      detail: words('template', name, language, 'was', was),
      ...facts({ about: 'template', template: name, language, ...templateFacts(value), level, was }),
    }
  },
  message_template_components_update(value) {
    return {
      what: 'template',
      ...templateIn(value),
      status: 'changed',
      ...facts({
        ...templateFacts(value),
        body: textAt(value, 'message_template_element'),
        header: textAt(value, 'message_template_title'),
        footer: textAt(value, 'message_template_footer'),
        buttons: arrayAt(value, 'message_template_buttons').length,
      }),
    }
  },
  template_category_update(value) {
    const was = textAt(value, 'previous_category')
    const correct = textAt(value, 'correct_category')
    const now = textAt(value, 'new_category')
    return {
      what: 'template',
      ...templateIn(value),
      // A warning of a change to come names the right category and its day, and no new one yet.
      status: now === undefined && correct !== undefined ? 'recategorized_soon' : 'recategorized',
      reason: words(was, '→', now ?? correct),
      ...facts({ ...templateFacts(value), was, category: now ?? correct, at: timed(value, 'category_update_timestamp') }),
    }
  },
  phone_number_quality_update(value) {
    const event = textAt(value, 'event')
    const limit = limitIn(value)
    const was = tierOf(textAt(value, 'old_limit'))
    const number = textAt(value, 'display_phone_number')
    const detail = words(number, event, limit && `limit ${limit}`)
    const known = { about: 'number', number, event, ...limitFacts(limit), was: was?.tier, wasPeoplePerDay: was?.peoplePerDay }
    // Flagged: low for a while; the number's limit is in danger. Documented until 2026 as events of this field.
    if (event === 'FLAGGED' || event === 'UNFLAGGED') return { what: 'quality', level: event, detail, ...facts(known) }
    return { what: 'limits', detail, ...facts(known) }
  },
  business_capability_update(value) {
    const limit = limitIn(value)
    return {
      what: 'limits',
      detail: limit ? `limit ${limit}` : 'changed',
      ...facts({
        about: 'portfolio',
        ...limitFacts(limit),
        numbersPerPortfolio: numericAt(value, 'max_phone_numbers_per_business'),
        numbersPerAccount: numericAt(value, 'max_phone_numbers_per_waba'),
      }),
    }
  },
  phone_number_name_update(value) {
    const name = textAt(value, 'requested_verified_name')
    const decision = textAt(value, 'decision')
    const reason = textAt(value, 'rejection_reason')
    return {
      what: 'permissions',
      detail: words('name', name, decision, reason),
      ...facts({
        about: 'name',
        number: textAt(value, 'display_phone_number'),
        name,
        decision,
        reason: reason === 'NONE' ? undefined : reason,
      }),
    }
  },
  account_alerts(value) {
    const severity = textAt(value, 'alert_info', 'alert_severity') ?? textAt(value, 'alert_severity')
    const type = textAt(value, 'alert_info', 'alert_type') ?? textAt(value, 'alert_type')
    const description = textAt(value, 'alert_info', 'alert_description') ?? textAt(value, 'alert_description')
    return {
      what: 'quality',
      level: severity ?? 'alert',
      detail: words(type, description),
      ...facts({
        about: textAt(value, 'entity_type')?.toLowerCase(),
        id: idAt(value, 'entity_id'),
        severity,
        type,
        status: textAt(value, 'alert_info', 'alert_status') ?? textAt(value, 'alert_status'),
      }),
    }
  },
  account_review_update(value) {
    const decision = textAt(value, 'decision')
    return { what: 'permissions', detail: words('review', decision), ...facts({ about: 'review', decision }) }
  },
  account_update: readAccountUpdate,
  security(value) {
    const event = textAt(value, 'event')
    return {
      what: 'permissions',
      detail: words('two-step PIN:', event),
      ...facts({ about: 'pin', event, by: idAt(value, 'requester'), number: textAt(value, 'display_phone_number') }),
    }
  },
  business_username_update: readUsername,
  business_username_updates: readUsername,
  payment_configuration_update(value) {
    const name = textAt(value, 'configuration_name')
    const status = textAt(value, 'status')
    return {
      what: 'permissions',
      detail: words('payment', name, status),
      ...facts({ about: 'payment', name, status, provider: textAt(value, 'provider_name') }),
    }
  },
}

/** One field for a dozen kinds of news: each has an object of its own beside the event. */
function readAccountUpdate(value: unknown): AccountChange {
  const event = textAt(value, 'event')
  const restrictions = arrayAt(value, 'restriction_info').flatMap(item => textAt(item, 'restriction_type') ?? [])
  const ends = arrayAt(value, 'restriction_info').flatMap(item => timed(item, 'expiration') ?? [])
  const known: Record<string, string | number | undefined> = {
    about: 'account',
    event,
    banState: textAt(value, 'ban_info', 'waba_ban_state'),
    banDate: textAt(value, 'ban_info', 'waba_ban_date'),
    violation: textAt(value, 'violation_info', 'violation_type'),
    restrictions: restrictions.length > 0 ? restrictions.join(' ') : undefined,
    restrictedUntil: ends.length > 0 ? Math.max(...ends) : undefined,
    reason: textAt(value, 'disconnection_info', 'reason'),
    by: textAt(value, 'disconnection_info', 'initiated_by'),
    partnerApp: idAt(value, 'waba_info', 'partner_app_id'),
    certification: textAt(value, 'partner_client_certification_info', 'status'),
    country: textAt(value, 'country'),
    priceCategory: textAt(value, 'volume_tier_info', 'pricing_category'),
    volumeTier: textAt(value, 'volume_tier_info', 'tier'),
    region: textAt(value, 'volume_tier_info', 'region'),
    month: textAt(value, 'volume_tier_info', 'effective_month'),
    internationalRateFrom: timed(value, 'auth_international_rate_eligibility', 'start_time'),
  }
  return {
    what: 'permissions',
    detail: words(
      event ?? 'account_update',
      ...[known.banState, known.violation, ...restrictions, known.reason, known.country, known.volumeTier, known.region].map(word =>
        word === undefined ? undefined : String(word),
      ),
    ),
    ...facts(known),
  }
}

function readUsername(value: unknown): AccountChange {
  const username = textAt(value, 'username')
  const status = textAt(value, 'status')
  return {
    what: 'permissions',
    detail: words('username', username, status),
    ...facts({ about: 'username', number: textAt(value, 'display_phone_number'), username, status }),
  }
}

function templateIn(value: unknown): { name: string; language: string } {
  return { name: textAt(value, 'message_template_name') ?? '?', language: textAt(value, 'message_template_language') ?? '' }
}

function templateFacts(value: unknown): Record<string, string | undefined> {
  return { templateId: idAt(value, 'message_template_id') }
}

/** A tier's name, or a figure where -1 is without a limit; `current_limit` and the per-phone one were taken away in February 2026. */
function limitIn(value: unknown): string | undefined {
  return (
    idAt(value, 'max_daily_conversations_per_business') ?? textAt(value, 'current_limit') ?? idAt(value, 'max_daily_conversation_per_phone')
  )
}

function limitFacts(limit: string | undefined): Record<string, string | number | undefined> {
  const tier = tierOf(limit)
  return { tier: tier?.tier, peoplePerDay: tier?.peoplePerDay }
}

function timed(value: unknown, ...path: string[]): number | undefined {
  return timeOf(numericAt(value, ...path)) || undefined
}

/** What is known of them; nothing where nothing is. */
function facts(given: Readonly<Record<string, string | number | boolean | undefined>>): { facts?: Facts } {
  const known = Object.entries(given).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined)
  return known.length > 0 ? { facts: Object.fromEntries(known) } : {}
}

function words(...parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ')
}
