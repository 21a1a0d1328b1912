/**
 * What WhatsApp can do beside receiving and sending: checking the account, the webhook subscription, files, read marks, typing, reactions,
 * the list of templates. Always holds: each is a pure pair of request and outcome; WhatsApp has no editing and no deleting by a business.
 */

import { arrayAt, entryOf, idAt, numericAt, objectAt, textAt } from '@dragoman/channel-kit'
import { graphFailure } from '@dragoman/channel-meta-graph'
import type { AccountView, ChannelExtras, Exchange, HttpRequest, Localized, MediaStep, Result, Transmission } from '@dragoman/core'
import { graphUrl, phoneNumberIdOf } from './config.ts'
import { entrance } from './entrance.ts'
import { result } from './exchanges.ts'
import { whatsAppFailure } from './failures.ts'
import { addresseeOf } from './identity.ts'
import { authorization, messagesRequest } from './send.ts'
import { readTemplate } from './templates.ts'
import { qualityWords, tierOf, tierWords } from './tiers.ts'

/** Asked for one page of templates; the platform's own default is 25. */
const templatesPerPage = 100

const done = (transmission: Transmission): Result<void> => result(transmission, () => undefined)

function get(account: AccountView, path: string): HttpRequest {
  return { via: 'http', method: 'GET', url: graphUrl(account, path), headers: authorization, body: { type: 'none' } }
}

const numberFields = [
  'verified_name',
  'display_phone_number',
  'quality_rating',
  'status',
  'name_status',
  'throughput',
  'whatsapp_business_manager_messaging_limit',
  'health_status',
]

const health: ChannelExtras['health'] = {
  request: (_input, account) => get(account, `${encodeURIComponent(phoneNumberIdOf(account))}?fields=${numberFields.join(',')}`),
  outcome: (transmission, _input, account) =>
    result(transmission, body => {
      const warnings = warningsOf(body)
      const notes = notesOf(body)
      const shown = textAt(body, 'display_phone_number')
      return {
        externalId: idAt(body, 'id') ?? phoneNumberIdOf(account),
        name: textAt(body, 'verified_name') ?? shown ?? 'WhatsApp',
        ...(shown ? { username: shown } : {}),
        ...(warnings.length ? { warnings } : {}),
        ...(notes.length ? { notes } : {}),
      }
    }),
}

/** Quality and limit are told even where they are good: nobody else tells a manager where the number stands. */
function notesOf(body: unknown): Localized[] {
  const quality = entryOf(qualityWords, textAt(body, 'quality_rating'))
  const limit = textAt(body, 'whatsapp_business_manager_messaging_limit')
  return [...(quality ? [quality] : []), ...(limit ? [tierWords(limit)] : [])]
}

function warningsOf(body: unknown): Localized[] {
  const warnings: Localized[] = []
  const quality = textAt(body, 'quality_rating')
  if (quality === 'RED') {
    warnings.push({
      en: 'Quality is low: people block or report this number. Meta may lower its limits.',
      ru: 'Низкое качество: на номер жалуются или блокируют его. Meta может снизить лимиты.',
    })
  }
  if (quality === 'YELLOW') {
    warnings.push({ en: 'Quality has dropped to medium: watch the complaints.', ru: 'Качество упало до среднего: следите за жалобами.' })
  }
  const status = textAt(body, 'status')
  if (status && status !== 'CONNECTED') {
    warnings.push({
      en: `The number is not connected (${status}). Register it in the WhatsApp Manager.`,
      ru: `Номер не подключён (${status}). Зарегистрируйте его в WhatsApp Manager.`,
    })
  }
  const nameStatus = textAt(body, 'name_status')
  if (nameStatus && !nameStatus.startsWith('APPROVED') && nameStatus !== 'AVAILABLE_WITHOUT_REVIEW') {
    warnings.push({
      en: `The display name is not approved (${nameStatus}): customers see the bare number.`,
      ru: `Отображаемое имя не одобрено (${nameStatus}): клиенты видят только номер.`,
    })
  }
  const limit = textAt(body, 'whatsapp_business_manager_messaging_limit')
  const people = tierOf(limit)?.peoplePerDay
  if (people !== undefined && people >= 0 && people <= 250) {
    warnings.push({
      en: `Only ${people} people a day can be written to first. Verify the business at Meta to raise it.`,
      ru: `Первыми можно написать лишь ${people} людям в сутки. Чтобы поднять лимит, подтвердите компанию в Meta.`,
    })
  }
  const sending = textAt(body, 'health_status', 'can_send_message')
  if (sending === 'BLOCKED' || sending === 'LIMITED') {
    const causes = arrayAt(body, 'health_status', 'entities')
      .flatMap(entity => [
        ...arrayAt(entity, 'errors').map(error => textAt(error, 'error_description')),
        ...arrayAt(entity, 'additional_info'),
      ])
      .filter((cause): cause is string => typeof cause === 'string')
    const why = causes.length ? `: ${causes.join('; ')}` : ''
    warnings.push(
      sending === 'BLOCKED'
        ? { en: `Meta blocks sending${why}`, ru: `Meta запретила отправку${why}` }
        : { en: `Meta limits sending${why}`, ru: `Meta ограничила отправку${why}` },
    )
  }
  return warnings
}

const subscribedApps = (account: AccountView) => `${encodeURIComponent(account.config.wabaId ?? '')}/subscribed_apps`

const subscription: ChannelExtras['subscription'] = {
  inspect: {
    request: (_input, account) => get(account, subscribedApps(account)),
    outcome: (transmission, input) =>
      result(transmission, body => {
        const apps = arrayAt(body, 'data')
        const urls = apps.flatMap(app => textAt(app, 'override_callback_uri') ?? [])
        const [other] = urls.filter(url => url !== input.ourUrl)
        if (urls.includes(input.ourUrl)) return { state: 'ours', url: input.ourUrl }
        if (other) return { state: 'someone_else', url: other }
        // Subscribed without an address of its own: the app's, which this list does not show.
        return { state: apps.length > 0 ? 'unknown' : 'none' }
      }),
  },
  subscribe: {
    request: (input, account) => ({
      via: 'http',
      method: 'POST',
      url: graphUrl(account, subscribedApps(account)),
      headers: authorization,
      body: { type: 'json', value: { override_callback_uri: input.url, verify_token: input.secret } },
    }),
    outcome: done,
  },
  // Takes the app off the whole WhatsApp account, its other numbers included: to be asked for only with the last of them.
  unsubscribe: {
    request: (_input, account) => ({
      via: 'http',
      method: 'DELETE',
      url: graphUrl(account, subscribedApps(account)),
      headers: authorization,
      body: { type: 'none' },
    }),
    outcome: done,
  },
}

/** Resolve, then download; a link that died in between (they live 5 minutes) is resolved once more. */
function nextMediaStep(ref: { id?: string; url?: string }, answers: readonly Transmission[], account: AccountView): MediaStep {
  const resolve = (): MediaStep => ({
    kind: 'request',
    request: get(account, `${encodeURIComponent(ref.id ?? '')}?phone_number_id=${encodeURIComponent(phoneNumberIdOf(account))}`),
  })
  if (!ref.id) {
    if (answers.length > 0 || !ref.url) return unavailable('The webhook named no file')
    return download(ref.url, undefined)
  }
  const last = answers.at(-1)
  if (!last) return resolve()
  // Resolving and downloading take turns; an odd number of answers means that the last one came of resolving.
  if (answers.length % 2 === 0) return answers.length < 4 ? resolve() : unavailable('The file could not be downloaded')
  const failure = graphFailure(last, { commits: false, serverErrorsAreRefusals: true }, whatsAppFailure)
  if (failure) return { kind: 'failed', failure: failure.kind === 'permanent' ? { ...failure, reason: 'media_unavailable' } : failure }
  const body = last.kind === 'answered' ? last.body : undefined
  const url = textAt(body, 'url')
  return url ? download(url, body) : unavailable('The platform gave no address for the file')

  function download(url: string, info: unknown): MediaStep {
    const origin = account.origins.media ?? ''
    // The token goes along, so to the platform's own download host only.
    if (origin === '' || !(url === origin || url.startsWith(`${origin}/`)))
      return unavailable('The address of the file is not at the platform')
    const mimeType = textAt(info, 'mime_type')
    const sizeBytes = numericAt(info, 'file_size')
    return {
      kind: 'download',
      request: { via: 'http', method: 'GET', url, headers: authorization, body: { type: 'none' }, timeoutMs: 120_000 },
      ...(mimeType ? { mimeType } : {}),
      ...(sizeBytes === undefined ? {} : { sizeBytes }),
    }
  }
}

function unavailable(detail: string): MediaStep {
  return { kind: 'failed', failure: { kind: 'permanent', reason: 'media_unavailable', code: 'media', detail } }
}

const markRead: ChannelExtras['markRead'] = {
  request: (input, account) => messagesRequest(account, { messaging_product: 'whatsapp', status: 'read', message_id: input.externalId }),
  outcome: done,
}

/** Needs the id of the customer's last message, which it marks as read; without one the platform refuses. */
const typing: ChannelExtras['typing'] = {
  request: (input, account) =>
    messagesRequest(account, {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: input.lastInboundId ?? '',
      typing_indicator: { type: 'text' },
    }),
  outcome: done,
}

const react: ChannelExtras['react'] = {
  request: (input, account) =>
    messagesRequest(account, {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      ...(addresseeOf(input.to) ?? { to: '' }),
      type: 'reaction',
      reaction: { message_id: input.externalId, emoji: input.emoji ?? '' },
    }),
  outcome: done,
}

const templates: Exchange<{ cursor?: string }, { templates: NonNullable<ReturnType<typeof readTemplate>>[]; next?: string }> = {
  request: (input, account) => {
    const after = input.cursor ? `&after=${encodeURIComponent(input.cursor)}` : ''
    const fields = 'name,status,category,language,components,rejected_reason'
    return get(
      account,
      `${encodeURIComponent(account.config.wabaId ?? '')}/message_templates?fields=${fields}&limit=${templatesPerPage}${after}`,
    )
  },
  outcome: transmission =>
    result(transmission, body => {
      const found = arrayAt(body, 'data').flatMap(item => readTemplate(item) ?? [])
      const after = textAt(body, 'paging', 'cursors', 'after')
      const hasMore = objectAt(body, 'paging') !== undefined && textAt(body, 'paging', 'next') !== undefined
      return after && hasMore ? { templates: found, next: after } : { templates: found }
    }),
}

export const extras: ChannelExtras = { health, subscription, media: { next: nextMediaStep }, markRead, typing, react, templates, entrance }
