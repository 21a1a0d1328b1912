/** What can be done to a bot beside its customers' acts: a person connects an own account, writes there; the owner changes the bot's rights in public. */
import type { ActionResult, SimulatorControl } from '@dragoman/channel-kit/simulator'
import { businessRights, connect, connectionsOf, openChat, writeAsPerson } from './business.ts'
import { setGroupRights } from './public.ts'
import { type Bot, type Connection, chatKey, type PublicChat, publicChat, type World } from './state.ts'

const rightNames: Record<string, { en: string; ru: string }> = {
  can_reply: { en: 'Reply', ru: 'Отвечать' },
  can_read_messages: { en: 'Mark as read', ru: 'Отмечать прочитанным' },
  can_delete_sent_messages: { en: 'Delete what it sent', ru: 'Удалять отправленное' },
  can_delete_all_messages: { en: 'Delete everything', ru: 'Удалять всё' },
  can_post_messages: { en: 'Post in the channel', ru: 'Публиковать в канале' },
  can_delete_messages: { en: 'Delete comments', ru: 'Удалять комментарии' },
}

const choicesOf = (rights: readonly string[]) => rights.map(value => ({ value, label: rightNames[value] ?? { en: value, ru: value } }))

export function controlsOf(world: World, bot: Bot): SimulatorControl[] {
  const { state } = world
  const customers = Object.values(state.chats).filter(chat => chat.botId === bot.id && chat.connection === undefined && !chat.group)
  const people = customers.map(chat => {
    const name = state.people[chat.personId]?.firstName ?? ''
    return { value: chatKey(bot.id, chat.personId), label: { en: name, ru: name } }
  })
  const connections = connectionsOf(world, bot)
  const persons = connections.map(connection => {
    const name = state.people[connection.personId]?.firstName ?? ''
    return { value: connection.id, label: { en: name, ru: name } }
  })
  const chats = connections.flatMap(connection =>
    Object.values(state.chats)
      .filter(chat => chat.connection === connection.id)
      .map(chat => {
        const words = `${state.people[connection.personId]?.firstName} → ${state.people[chat.personId]?.firstName}`
        return { value: chatKey(bot.id, chat.personId, connection.id), label: { en: words, ru: words } }
      }),
  )
  const rightsIn = (kind: PublicChat['kind']) => publicChat(state, bot.id, kind)?.group.rights.join(' ') ?? ''
  return [
    {
      id: 'connect_person',
      title: { en: 'A person lets the bot answer in the own account', ru: 'Человек подключает бота к своему аккаунту' },
      fields: [
        { name: 'person', label: { en: 'Who', ru: 'Кто' }, kind: 'choice', choices: people },
        {
          name: 'rights',
          label: { en: 'Rights', ru: 'Права' },
          kind: 'list',
          choices: choicesOf(businessRights),
          value: connections[0]?.rights.join(' ') ?? 'can_reply can_read_messages can_delete_sent_messages',
        },
      ],
    },
    {
      id: 'disconnect_person',
      title: { en: 'A person takes the bot off again', ru: 'Человек отключает бота' },
      fields: [{ name: 'connection', label: { en: 'Who', ru: 'Кто' }, kind: 'choice', choices: persons }],
    },
    {
      id: 'chat_with_person',
      title: { en: 'A customer opens the chat with that person', ru: 'Клиент открывает чат с этим человеком' },
      fields: [
        { name: 'connection', label: { en: 'With whom', ru: 'С кем' }, kind: 'choice', choices: persons },
        { name: 'customer', label: { en: 'Customer', ru: 'Клиент' }, kind: 'choice', choices: people },
      ],
    },
    {
      id: 'write_as_person',
      title: { en: 'The person writes in the own app', ru: 'Человек пишет сам в приложении' },
      fields: [
        { name: 'chat', label: { en: 'Chat', ru: 'Чат' }, kind: 'choice', choices: chats },
        { name: 'text', label: { en: 'Text', ru: 'Текст' }, kind: 'text' },
      ],
    },
    ...(['channel', 'supergroup'] as const).map(
      (kind): SimulatorControl => ({
        id: `rights_${kind}`,
        title:
          kind === 'channel'
            ? { en: 'What the bot may do in the channel', ru: 'Права бота в канале' }
            : { en: 'What the bot may do in the group of comments', ru: 'Права бота в группе с комментариями' },
        fields: [
          {
            name: 'rights',
            label: { en: 'Rights', ru: 'Права' },
            kind: 'list',
            choices: choicesOf([kind === 'channel' ? 'can_post_messages' : 'can_delete_messages']),
            value: rightsIn(kind),
          },
        ],
      }),
    ),
  ]
}

export function control(world: World, bot: Bot, id: string, values: Readonly<Record<string, string>>): ActionResult {
  const { state } = world
  const personBy = (customerId: string | undefined) => {
    const [botId, personId] = (customerId ?? '').split(':')
    return botId === String(bot.id) ? state.people[personId ?? ''] : undefined
  }
  const connectionBy = (connectionId: string | undefined): Connection | undefined => {
    const connection = state.connections[connectionId ?? '']
    return connection?.botId === bot.id ? connection : undefined
  }
  const rights = (values.rights ?? '').split(' ').filter(Boolean)
  switch (id) {
    case 'connect_person': {
      const person = personBy(values.person)
      if (!person) return no('There is no such person')
      return {
        ok: true,
        messageId: connect(
          world,
          bot,
          person,
          rights.filter(right => businessRights.includes(right)),
          true,
        ).id,
      }
    }
    case 'disconnect_person': {
      const connection = connectionBy(values.connection)
      if (!connection?.enabled) return no('The bot is not connected')
      connect(world, bot, state.people[connection.personId]!, [], false)
      return { ok: true, messageId: connection.id }
    }
    case 'chat_with_person': {
      const connection = connectionBy(values.connection)
      const customer = personBy(values.customer)
      if (!connection || !customer) return no('There is nobody to write to')
      if (customer.id === connection.personId) return no('Nobody writes to himself')
      return { ok: true, messageId: openChat(world, connection, customer) }
    }
    case 'write_as_person': {
      const chat = state.chats[values.chat ?? '']
      if (chat?.botId !== bot.id || chat.connection === undefined) return no('There is no such chat')
      return writeAsPerson(world, bot, chat, values.text ?? '')
    }
    case 'rights_channel':
    case 'rights_supergroup': {
      setGroupRights(world, bot, id === 'rights_channel' ? 'channel' : 'supergroup', rights)
      return { ok: true }
    }
    default:
      return no('There is no such control')
  }
}

function no(reason: string): ActionResult {
  return { ok: false, reason }
}
