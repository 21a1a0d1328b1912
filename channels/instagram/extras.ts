/**
 * What Instagram can do beside receiving and sending: checking the account, people's profiles, first questions and menu, comments, taking a
 * conversation over. Always holds: each is a pure pair of request and outcome; an account cannot edit or take back by program what it sent.
 */
import { idAt, objectAt, textAt } from '@dragoman/channel-kit'
import { commentExtras, entranceExtra, getRequest, messagingExtras, personIdOf, resultOf, threadOf } from '@dragoman/channel-meta-graph'
import type { ChannelExtras, EntranceLimits, Localized } from '@dragoman/core'
import { graphUrl, igIdOf, isByPage, nodeOf } from './config.ts'
import { dialect, tools } from './dialect.ts'
import { subscribedFields, subscribedPageFields } from './wire.ts'

const notLinked: Localized = {
  en: 'The page has no linked professional account. Link them in the settings of the page.',
  ru: 'Со страницей не связан профессиональный аккаунт. Свяжите их в настройках страницы.',
}
const notProfessional: Localized = {
  en: 'The account is not a professional one: programs hear nothing of it.',
  ru: 'Аккаунт не профессиональный: программы ничего о нём не узнают.',
}

const otherAccount = (id: string): Localized => ({
  en: `The token belongs to another account, ${id}. Enter that ID, or the token of the account that you mean.`,
  ru: `Токен выдан другому аккаунту, ${id}. Укажите этот идентификатор или токен нужного аккаунта.`,
})

const health: ChannelExtras['health'] = {
  request: (_input, account) =>
    isByPage(account)
      ? getRequest(graphUrl(account, `${encodeURIComponent(nodeOf(account))}?fields=id,name,instagram_business_account{id,username,name}`))
      : getRequest(graphUrl(account, 'me?fields=user_id,username,name,account_type')),
  outcome: (transmission, _input, account) =>
    resultOf(dialect, transmission, body => {
      const found = isByPage(account) ? objectAt(body, 'instagram_business_account') : objectAt(body)
      const username = textAt(found, 'username')
      const warnings: Localized[] = []
      if (isByPage(account) && !found) warnings.push(notLinked)
      if (textAt(found, 'account_type') === 'PERSONAL') warnings.push(notProfessional)
      const externalId = (isByPage(account) ? idAt(found, 'id') : idAt(found, 'user_id')) ?? igIdOf(account)
      if (externalId !== igIdOf(account)) warnings.push(otherAccount(externalId))
      return {
        externalId,
        name: textAt(found, 'name') ?? username ?? textAt(body, 'name') ?? 'Instagram',
        ...(username ? { username } : {}),
        ...(warnings.length > 0 ? { warnings } : {}),
      }
    }),
}

/** Visible once the person has written; else code 230. */
const profile: ChannelExtras['profile'] = {
  request: (input, account) =>
    getRequest(graphUrl(account, `${encodeURIComponent(personIdOf(input.to) ?? '0')}?fields=name,username,profile_pic`)),
  outcome: (transmission, input) =>
    resultOf(dialect, transmission, body => {
      const username = textAt(body, 'username')
      const name = textAt(body, 'name') ?? username
      const picture = textAt(body, 'profile_pic')
      const id = personIdOf(input.to)
      return {
        externalIds: id ? [threadOf(id)] : [...input.to.externalIds],
        ...(name ? { name } : {}),
        ...(username ? { username } : {}),
        ...(picture ? { avatar: { url: picture } } : {}),
      }
    }),
}

const entranceLimits: EntranceLimits = {
  greeting: 0,
  starters: 4,
  // Nobody names a length for questions; longer ones are cut on small screens.
  starterTitle: 80,
  menu: 20,
  menuTitle: 30,
  source: 'https://developers.facebook.com/docs/messenger-platform/instagram/features/ice-breakers',
  checkedOn: '2026-11-23',
  confidence: 'documented',
}

export const extras: ChannelExtras = {
  health,
  profile,
  ...messagingExtras(dialect, account => (isByPage(account) ? subscribedPageFields : subscribedFields)),
  ...commentExtras(dialect, tools),
  entrance: entranceExtra(dialect, entranceLimits, { greeting: false, cleared: ['persistent_menu', 'ice_breakers'], menu: {} }),
}
