/**
 * How the business stands with Meta: quality of its numbers, the limit of people whom it may write to first, restrictions, its templates.
 * Always holds: the limit counts different people outside of an open 24-hour window in a moving day, over all numbers of the portfolio together.
 * Assumed: the code for a limit that is used up (131048, told by a `failed` status) is not clearly documented; FLAGGED and UNFLAGGED were documented
 * as events of `phone_number_quality_update` until 2026, since then its page speaks of throughput only.
 */
import type { ActionResult, SimulatorControl } from '@dragoman/channel-kit/simulator'
import type { Localized } from '@dragoman/core'
import type { BusinessNumber, Quality, WhatsAppState } from './state.ts'
import type { World } from './world.ts'

const dayMs = 24 * 60 * 60_000

/** -1: without a limit. */
const people: Record<string, number> = {
  TIER_250: 250,
  TIER_2K: 2_000,
  TIER_10K: 10_000,
  TIER_100K: 100_000,
  TIER_UNLIMITED: -1,
}
const qualities: Quality[] = ['GREEN', 'YELLOW', 'RED', 'UNKNOWN']
const templateEvents = ['APPROVED', 'PENDING', 'REJECTED', 'PAUSED', 'DISABLED', 'FLAGGED'] as const

export function tierOfPortfolio(state: WhatsAppState): string {
  return state.tier ?? 'TIER_2K'
}

/** Whether one more person may be written to first; who was reached within a day counts no second time. */
export function mayReach({ state }: World, person: string, now: number): boolean {
  const limit = people[tierOfPortfolio(state)] ?? -1
  const reached = new Set((state.reached ?? []).filter(entry => entry.at > now - dayMs).map(entry => entry.person))
  return limit < 0 || reached.has(person) || reached.size < limit
}

export function noteReached({ state }: World, person: string, now: number): void {
  state.reached = [...(state.reached ?? []).filter(entry => entry.at > now - dayMs && entry.person !== person), { person, at: now }]
}

export function isRestricted({ state }: World, now: number): boolean {
  return (state.restrictedUntil ?? 0) > now
}

const plain = (value: string): { value: string; label: Localized } => ({ value, label: { en: value, ru: value } })

export function controlsOf({ state }: World, number: BusinessNumber): SimulatorControl[] {
  const templates = state.templates.map(template => plain(`${template.name}/${template.language}`))
  const template: SimulatorControl['fields'][number] = {
    name: 'template',
    label: { en: 'Template', ru: 'Шаблон' },
    kind: 'choice',
    choices: templates,
  }
  return [
    {
      id: 'quality',
      title: { en: 'Meta rates the number', ru: 'Meta оценивает качество номера' },
      fields: [
        {
          name: 'level',
          label: { en: 'Quality', ru: 'Качество' },
          kind: 'choice',
          choices: qualities.map(plain),
          value: number.quality ?? 'GREEN',
        },
      ],
    },
    {
      id: 'tier',
      title: { en: 'How many people a day may be written to first', ru: 'Скольким людям в сутки можно писать первыми' },
      fields: [
        {
          name: 'tier',
          label: { en: 'Limit', ru: 'Лимит' },
          kind: 'choice',
          choices: Object.keys(people).map(plain),
          value: tierOfPortfolio(state),
        },
      ],
    },
    {
      id: 'restriction',
      title: { en: 'Meta forbids writing first for a while', ru: 'Meta временно запрещает писать первыми' },
      fields: [
        { name: 'days', label: { en: 'Days (0: over)', ru: 'Дней (0 – снять)' }, kind: 'choice', choices: ['0', '1', '3'].map(plain) },
      ],
    },
    {
      id: 'template_status',
      title: { en: 'Meta decides on a template', ru: 'Meta решает судьбу шаблона' },
      fields: [template, { name: 'event', label: { en: 'Status', ru: 'Статус' }, kind: 'choice', choices: templateEvents.map(plain) }],
    },
    {
      id: 'template_quality',
      title: { en: 'Meta rates a template', ru: 'Meta оценивает качество шаблона' },
      fields: [template, { name: 'level', label: { en: 'Quality', ru: 'Качество' }, kind: 'choice', choices: qualities.map(plain) }],
    },
    {
      id: 'template_category',
      title: { en: 'Meta puts a template into another category', ru: 'Meta меняет категорию шаблона' },
      fields: [
        template,
        { name: 'category', label: { en: 'Category', ru: 'Категория' }, kind: 'choice', choices: ['UTILITY', 'MARKETING'].map(plain) },
      ],
    },
    {
      id: 'display_name',
      title: { en: 'Meta decides on the display name', ru: 'Meta решает, подходит ли отображаемое имя' },
      fields: [
        {
          name: 'decision',
          label: { en: 'Decision', ru: 'Решение' },
          kind: 'choice',
          choices: ['APPROVED', 'REJECTED', 'DEFERRED'].map(plain),
        },
      ],
    },
  ]
}

export function control(world: World, number: BusinessNumber, id: string, values: Readonly<Record<string, string>>): ActionResult {
  const work = works[id]
  if (!work) return no('There is no such control')
  const refusal = work(world, number, values)
  if (refusal !== undefined) return no(refusal)
  world.environment.changed()
  return { ok: true }
}

type Work = (world: World, number: BusinessNumber, values: Readonly<Record<string, string>>) => string | undefined

const works: Record<string, Work> = {
  quality(world, number, values) {
    const level = qualities.find(quality => quality === values.level)
    if (!level) return 'There is no such quality'
    const before = number.quality ?? 'GREEN'
    number.quality = level
    const event = level === 'RED' && before !== 'RED' ? 'FLAGGED' : before === 'RED' && level !== 'RED' ? 'UNFLAGGED' : undefined
    if (event) {
      const limit = tierOfPortfolio(world.state)
      world.outbox.sendNews('phone_number_quality_update', {
        display_phone_number: number.displayNumber,
        event,
        max_daily_conversations_per_business: limit,
      })
    }
    return undefined
  },
  tier(world, _number, values) {
    const limit = people[values.tier ?? '']
    if (limit === undefined) return 'There is no such limit'
    world.state.tier = values.tier
    world.outbox.sendNews('business_capability_update', {
      max_daily_conversations_per_business: limit,
      max_phone_numbers_per_business: limit === 250 ? 2 : 20,
    })
    return undefined
  },
  restriction(world, _number, values) {
    const days = Number(values.days)
    if (![0, 1, 3].includes(days)) return 'A restriction lasts one day or three'
    if (days === 0) {
      delete world.state.restrictedUntil
      return undefined
    }
    const until = world.environment.now() + days * dayMs
    world.state.restrictedUntil = until
    world.outbox.sendNews('account_update', {
      event: 'ACCOUNT_RESTRICTION',
      restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: Math.floor(until / 1000) }],
    })
    return undefined
  },
  template_status(world, _number, values) {
    const template = templateBy(world, values.template)
    const event = templateEvents.find(name => name === values.event)
    if (!template || !event) return 'There is no such template or status'
    // Flagged is a warning: the template goes on.
    if (event !== 'FLAGGED') template.status = event
    world.outbox.sendNews('message_template_status_update', {
      event,
      ...named(template),
      message_template_category: template.category,
      reason: event === 'REJECTED' ? 'PROMOTIONAL' : 'NONE',
      ...(event === 'PAUSED' ? { other_info: { title: 'FIRST_PAUSE', description: 'Paused for 3 hours because of complaints.' } } : {}),
    })
    return undefined
  },
  template_quality(world, _number, values) {
    const template = templateBy(world, values.template)
    const level = qualities.find(quality => quality === values.level)
    if (!template || !level) return 'There is no such template or quality'
    const before = template.quality ?? 'GREEN'
    template.quality = level
    world.outbox.sendNews('message_template_quality_update', {
      previous_quality_score: before,
      new_quality_score: level,
      ...named(template),
    })
    return undefined
  },
  template_category(world, _number, values) {
    const template = templateBy(world, values.template)
    const category = (['UTILITY', 'MARKETING'] as const).find(name => name === values.category)
    if (!template || !category) return 'There is no such template or category'
    const before = template.category
    template.category = category
    world.outbox.sendNews('template_category_update', { ...named(template), previous_category: before, new_category: category })
    return undefined
  },
  display_name(world, number, values) {
    const decision = ['APPROVED', 'REJECTED', 'DEFERRED'].find(word => word === values.decision)
    if (!decision) return 'There is no such decision'
    number.nameStatus = decision === 'REJECTED' ? 'DECLINED' : decision === 'DEFERRED' ? 'PENDING_REVIEW' : 'APPROVED'
    world.outbox.sendNews('phone_number_name_update', {
      display_phone_number: number.displayNumber,
      decision,
      requested_verified_name: number.name,
      rejection_reason: decision === 'REJECTED' ? 'NAME_NOT_CONSISTENT' : 'NONE',
    })
    return undefined
  },
}

function templateBy({ state }: World, value: string | undefined) {
  return state.templates.find(template => `${template.name}/${template.language}` === value)
}

function named(template: WhatsAppState['templates'][number]): Record<string, unknown> {
  return {
    message_template_id: Number(template.id),
    message_template_name: template.name,
    message_template_language: template.language,
  }
}

function no(reason: string): ActionResult {
  return { ok: false, reason }
}
