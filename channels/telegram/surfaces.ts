/**
 * What can be done where a bot does not speak in its own chat: in the chats of a person's own account, and in public.
 * Always holds: both are the private chat's capabilities with what differs; every difference has its page and its day.
 */
import type { Capabilities, Feature, Surface } from '@dragoman/core'
import { capabilities } from './capabilities.ts'
import { markBusinessRead } from './extras-business.ts'
import { businessThreads } from './ids.ts'
import { businessPolicy, commentsPolicy } from './policy.ts'

const checkedOn = '2026-11-23'
const api = 'https://core.telegram.org/bots/api'

function native(page: string, en: string, ru: string, since?: string): Feature {
  return { level: 'native', note: { en, ru }, source: `${api}${page}`, checkedOn, confidence: 'documented', ...(since ? { since } : {}) }
}

/** A vote names its poll and its voter, never the chat: https://core.telegram.org/bots/api#pollanswer */
const votesNameNoChat = {
  en: 'Votes name no chat and would come into the bot’s own',
  ru: 'В голосах не указан чат: они попали бы в чат самого бота',
}

function none(page: string, en: string, ru: string, confidence: Feature['confidence'] = 'documented'): Feature {
  return { level: 'none', note: { en, ru }, source: page.startsWith('#') ? `${api}${page}` : page, checkedOn, confidence }
}

/**
 * In a person's own account, in the person's name. The methods that take `business_connection_id` (Bot API 10.4): sendMessage, sendPhoto,
 * sendVideo, sendAnimation, sendAudio, sendVoice, sendVideoNote, sendDocument, sendSticker, sendMediaGroup, sendLocation, sendVenue, sendContact,
 * sendPoll, sendChatAction, and the editing ones; not setMessageReaction, and no reply keyboard.
 */
function businessCapabilities(): Capabilities {
  const base = capabilities()
  return {
    ...base,
    quickReplies: {
      ...base.quickReplies,
      ...none(
        '#replykeyboardmarkup',
        'No keyboard can be sent in the name of a person; use buttons',
        'От имени человека нельзя отправить клавиатуру; используйте кнопки',
      ),
      kinds: [],
      under: [],
    },
    structured: { ...base.structured, poll: none('#pollanswer', votesNameNoChat.en, votesNameNoChat.ru) },
    features: {
      ...base.features,
      mark_read: native(
        '#readbusinessmessage',
        'Needs the right to mark messages read; within 24 hours of the last message',
        'Нужно право отмечать сообщения прочитанными; в течение 24 часов после последнего сообщения',
        '2025-04-11',
      ),
      delete: native(
        '#deletebusinessmessages',
        'Needs the right to delete sent messages',
        'Нужно право удалять отправленные сообщения',
        '2025-04-11',
      ),
      edit: native(
        '#editmessagetext',
        'The bot’s own messages; needs the right to reply',
        'Только сообщения самого бота; нужно право отвечать',
        '2024-06-18',
      ),
      customer_deletes: native(
        '#businessmessagesdeleted',
        'Deletions by either side are told',
        'Сообщается об удалениях с обеих сторон',
        '2024-03-31',
      ),
      react: none('#setmessagereaction', 'A bot cannot react in the name of a person', 'Бот не может ставить реакции от имени человека'),
      customer_reactions: none('#update', 'Reactions are not told here', 'О реакциях здесь не сообщается', 'observed'),
      deep_link: none('#businessconnection', 'Links lead to the bot, not to the person', 'Ссылки ведут к боту, а не к человеку'),
      block_notice: none('#update', 'Nobody tells that the person was blocked', 'О блокировке человека не сообщается'),
      profile: none('#getchat', 'The bot knows only those who started it', 'Бот знает только тех, кто его запускал', 'observed'),
    },
  }
}

export const surfaces: Surface[] = [
  {
    id: 'business',
    name: { en: 'Personal account', ru: 'Личный аккаунт' },
    threads: businessThreads,
    capabilities: businessCapabilities,
    replyPolicy: businessPolicy,
    extras: { markRead: markBusinessRead },
  },
]

const everybody = {
  en: 'Everybody in the group could press it',
  ru: 'Нажать мог бы любой участник группы',
}

export const comments = {
  replyPolicy: commentsPolicy,
  capabilities(): Capabilities {
    const base = capabilities()
    const noKeys = { ...none('#inlinekeyboardmarkup', everybody.en, everybody.ru, 'assumed'), kinds: [], under: [] }
    return {
      ...base,
      buttons: { ...base.buttons, ...noKeys },
      quickReplies: { ...base.quickReplies, ...noKeys },
      structured: { ...base.structured, poll: none('#pollanswer', votesNameNoChat.en, votesNameNoChat.ru) },
      list: { ...base.list, ...none('#inlinekeyboardmarkup', everybody.en, everybody.ru, 'assumed') },
      features: {
        ...base.features,
        typing_out: none('#sendchataction', 'The whole group would see it', 'Это увидела бы вся группа', 'assumed'),
        customer_reactions: none(
          '#messagereactionupdated',
          'Not followed in groups: nothing in it says to which thread it belongs',
          'В группах не отслеживаются: по реакции не видно, к какой ветке она относится',
        ),
        customer_deletes: none('#update', 'Bots are not told of deleted comments', 'Об удалённых комментариях боту не сообщается'),
        deep_link: none('#message', 'A comment begins at the post', 'Комментарий начинается у поста'),
        block_notice: none('#chatmemberupdated', 'Has no meaning in public', 'В публичной ветке не имеет смысла'),
        business_starts: none('#message', 'A thread begins with a comment', 'Ветка начинается с комментария'),
      },
      // 20 a minute to one group: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
      pace: base.pace.filter(rule => rule.scope !== 'chat'),
    }
  },
}
