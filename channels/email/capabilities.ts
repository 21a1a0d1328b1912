/**
 * What a letter can express, and how much of it. Always holds: limits that no standard names are ours and say so; what a letter has no means for is
 * `none`, not promised by way of HTML tricks.
 */
import type { ButtonLimit, Capabilities, Feature, Localized, MediaLimit, Provenance } from '@dragoman/core'
import { shownEntities } from './format.ts'
import { law, reach } from './reach.ts'

const checkedOn = '2026-11-23'
const mebibyte = 1024 * 1024
/** All files of a letter together. Servers commonly take 20 to 25 MB, and base64 adds a third. */
export const largestFiles = 17 * mebibyte
/** Longer than anybody reads; keeps a letter's text beside its files small. */
export const longestText = 100_000
export const mostFiles = 20

function fact(source: string, confidence: Provenance['confidence'] = 'documented'): Provenance {
  return { source, checkedOn, confidence }
}

function native(source: string, confidence?: Provenance['confidence'], note?: Localized): Feature {
  return { level: 'native', ...fact(source, confidence), ...(note ? { note } : {}) }
}

function lacking(level: 'converted' | 'none', en: string, ru: string): Feature {
  return { level, note: { en, ru }, ...fact('RFC 5322, RFC 2045: letters know no such thing') }
}

function attached(): MediaLimit {
  const note = {
    en: 'All files of a letter together; the customer’s provider may take less',
    ru: 'Все файлы письма вместе; почта клиента может принимать и меньше',
  }
  return { ...native('RFC 2045; common limit of 20–25 MB', 'observed', note), maxBytes: largestFiles, mimeTypes: [], caption: true }
}

const noButtons = lacking('converted', 'Choices are written out in the text', 'Варианты перечисляются в тексте')
const buttons: ButtonLimit = {
  ...noButtons,
  max: 0,
  maxPerRow: 0,
  title: { max: 200, unit: 'utf16' },
  payload: { max: 1_000, unit: 'utf16' },
  kinds: [],
  under: [],
}

export function capabilities(): Capabilities {
  const asText = (what: Localized) => lacking('converted', what.en, what.ru)
  return {
    text: { max: longestText, unit: 'utf16', countedAfterMarkup: true, entities: shownEntities, ...fact('our own limit', 'assumed') },
    caption: { max: longestText, unit: 'utf16', ...fact('our own limit', 'assumed') },
    media: {
      image: attached(),
      video: attached(),
      audio: attached(),
      voice: { ...attached(), ...lacking('converted', 'Goes as a sound file', 'Уходит звуковым файлом'), becomes: 'audio' },
      file: attached(),
      sticker: { ...attached(), ...lacking('converted', 'Goes as a picture', 'Уходит картинкой'), becomes: 'image' },
    },
    structured: {
      location: asText({ en: 'Goes as text with a link to a map', ru: 'Уходит текстом со ссылкой на карту' }),
      contact_card: asText({ en: 'Goes as text', ru: 'Уходит текстом' }),
      poll: asText({ en: 'Goes as text', ru: 'Уходит текстом' }),
      card: asText({ en: 'Goes as a letter with a picture', ru: 'Уходит письмом с картинкой' }),
      carousel: asText({ en: 'Goes as a letter with pictures', ru: 'Уходит письмом с картинками' }),
      product: asText({ en: 'Goes as text', ru: 'Уходит текстом' }),
      template: lacking(
        'none',
        'E-mail has no templates that a provider approves: write freely',
        'Шаблонов с одобрением у почты нет: пишите свободно',
      ),
      album: native('RFC 2046: any number of parts', 'documented', {
        en: 'Several files in one letter',
        ru: 'Несколько файлов в одном письме',
      }),
      booking: asText({ en: 'Goes as text', ru: 'Уходит текстом' }),
      ticket: asText({ en: 'Goes as text and a file', ru: 'Уходит текстом и файлом' }),
    },
    album: {
      ...native('RFC 2046; the number is our own', 'assumed'),
      min: 2,
      max: mostFiles,
      mixes: [['image', 'video', 'audio', 'file']],
    },
    buttons,
    quickReplies: buttons,
    list: {
      ...noButtons,
      maxRows: 0,
      maxSections: 0,
      button: { max: 200, unit: 'utf16' },
      title: { max: 200, unit: 'utf16' },
      description: { max: 1_000, unit: 'utf16' },
      payload: { max: 1_000, unit: 'utf16' },
    },
    features: {
      reply_to: native('RFC 5322 3.6.4: In-Reply-To, References'),
      edit: lacking('none', 'A letter cannot be changed once it is sent', 'Отправленное письмо изменить нельзя'),
      delete: lacking('none', 'A letter cannot be taken back', 'Письмо нельзя отозвать'),
      react: lacking('none', 'There are no reactions that every mail program shows', 'Реакций, которые показывает любая почта, нет'),
      typing_out: lacking('none', 'Mail programs do not show it', 'Почтовые программы этого не показывают'),
      typing_in: lacking('none', 'Mail programs do not tell it', 'Почтовые программы этого не сообщают'),
      mark_read: lacking('none', 'The sender of a letter is not told', 'Отправитель письма этого не узнаёт'),
      links_preview: lacking('none', 'Mail programs show no previews', 'Почтовые программы не показывают предпросмотр'),
      deep_link: lacking(
        'none',
        'A mailto link cannot carry anything that surely comes back',
        'Ссылка mailto не передаёт ничего, что точно вернётся',
      ),
      templates: lacking('none', 'There are no templates that a provider approves', 'Шаблонов с одобрением нет'),
      customer_edits: lacking('none', 'A letter cannot be changed', 'Письмо изменить нельзя'),
      customer_deletes: lacking('none', 'What the customer deletes is gone for the customer only', 'Клиент удаляет письмо только у себя'),
      customer_reactions: lacking(
        'none',
        'There are no reactions that every mail program sends',
        'Реакций, которые отправляет любая почта, нет',
      ),
      block_notice: lacking(
        'none',
        'Nobody is told that a customer blocks an address',
        'О том, что клиент заблокировал адрес, не сообщается',
      ),
      polling: native('RFC 3501, RFC 2177 (IDLE)'),
      business_starts: native('RFC 5321', 'documented', {
        en: 'By e-mail address; advertising needs consent',
        ru: 'По адресу почты; на рекламу нужно согласие',
      }),
      profile: lacking('none', 'A mail address has no profile', 'У адреса почты нет профиля'),
    },
    receipts: {
      delivered: 'user_may_hide',
      read: 'never',
      ...fact('RFC 3461: only where both servers offer it; read receipts (RFC 8098) are not asked for'),
    },
    pace: [
      {
        scope: 'account',
        perSecond: 1,
        burst: 10,
        ...fact('providers allow some hundreds to 2,000 letters a day and name no rate', 'assumed'),
      },
    ],
    reach,
    law,
    mediaLinkTtlMs: 3_600_000,
    webhookRetryMs: 0,
  }
}
