/**
 * What Messenger can do beside receiving and sending: checking the page, people's profiles, templates, the entrance, comments, taking a
 * conversation over. Always holds: each is a pure pair of request and outcome; a page cannot edit or take back what it sent.
 */
import { arrayAt, idAt, textAt } from '@dragoman/channel-kit'
import { commentExtras, entranceExtra, getRequest, messagingExtras, personIdOf, resultOf, threadOf } from '@dragoman/channel-meta-graph'
import type { ChannelExtras, EntranceLimits, Localized } from '@dragoman/core'
import { graphUrl, pageIdOf } from './config.ts'
import { dialect, tools } from './dialect.ts'
import { readTemplate } from './templates.ts'
import { subscribedFields } from './wire.ts'

const templatesPerPage = 100

const health: ChannelExtras['health'] = {
  request: (_input, account) =>
    getRequest(graphUrl(account, `${encodeURIComponent(pageIdOf(account))}?fields=id,name,username,is_published`)),
  outcome: (transmission, _input, account) =>
    resultOf(dialect, transmission, body => {
      const warnings: Localized[] = []
      if (typeof body === 'object' && body !== null && (body as { is_published?: unknown }).is_published === false) {
        warnings.push({
          en: 'The page is not published: customers do not see it.',
          ru: 'Страница не опубликована: клиенты её не видят.',
        })
      }
      const username = textAt(body, 'username')
      return {
        externalId: idAt(body, 'id') ?? pageIdOf(account),
        name: textAt(body, 'name') ?? 'Messenger',
        ...(username ? { username } : {}),
        ...(warnings.length > 0 ? { warnings } : {}),
      }
    }),
}

/** Name and picture. Language, time zone and gender want permissions of their own, so they are not asked for. */
const profile: ChannelExtras['profile'] = {
  request: (input, account) =>
    getRequest(graphUrl(account, `${encodeURIComponent(personIdOf(input.to) ?? '0')}?fields=first_name,last_name,profile_pic`)),
  outcome: (transmission, input) =>
    resultOf(dialect, transmission, body => {
      const id = idAt(body, 'id') ?? personIdOf(input.to) ?? ''
      const name = [textAt(body, 'first_name'), textAt(body, 'last_name')].filter(Boolean).join(' ')
      const picture = textAt(body, 'profile_pic')
      return {
        externalIds: id ? [threadOf(id)] : [...input.to.externalIds],
        ...(name ? { name } : {}),
        ...(picture ? { avatar: { url: picture } } : {}),
      }
    }),
}

const templates: ChannelExtras['templates'] = {
  request: (input, account) => {
    const after = input.cursor ? `&after=${encodeURIComponent(input.cursor)}` : ''
    const fields = 'name,status,category,language,components,rejected_reason'
    const page = encodeURIComponent(pageIdOf(account))
    return getRequest(graphUrl(account, `${page}/message_templates?fields=${fields}&limit=${templatesPerPage}${after}`))
  },
  outcome: transmission =>
    resultOf(dialect, transmission, body => {
      const found = arrayAt(body, 'data').flatMap(item => readTemplate(item) ?? [])
      const after = textAt(body, 'paging', 'cursors', 'after')
      return after && textAt(body, 'paging', 'next') ? { templates: found, next: after } : { templates: found }
    }),
}

const entranceLimits: EntranceLimits = {
  greeting: 160,
  starters: 4,
  // Nobody names a length for questions; longer ones are cut on small screens.
  starterTitle: 80,
  menu: 20,
  menuTitle: 30,
  source: 'https://developers.facebook.com/docs/messenger-platform/reference/messenger-profile-api',
  checkedOn: '2026-11-23',
  confidence: 'documented',
}

export const extras: ChannelExtras = {
  health,
  profile,
  templates,
  ...messagingExtras(dialect, () => subscribedFields),
  ...commentExtras(dialect, tools),
  entrance: entranceExtra(dialect, entranceLimits, {
    greeting: true,
    // The menu hangs on the Get Started button, so it goes first.
    cleared: ['persistent_menu', 'ice_breakers', 'greeting', 'get_started'],
    menu: { composer_input_disabled: false },
  }),
}
