/**
 * The vendor's numbers as the simulator enforces them: its own copy, so that a mistake in the adapter's shows.
 * Sources: https://core.telegram.org/bots/api (documented), and what servers are seen to do where it is silent.
 */

export const limits = {
  textLength: 4096,
  captionLength: 1024,
  entities: 100,
  photoBytes: 10 * 1024 * 1024,
  uploadBytes: 50 * 1024 * 1024,
  downloadBytes: 20 * 1024 * 1024,
  photoSides: 10_000,
  photoRatio: 20,
  albumMin: 2,
  albumMax: 10,
  callbackDataBytes: 64,
  inlineButtons: 100,
  replyButtons: 300,
  pollQuestion: 300,
  pollOptions: 12,
  pollOption: 100,
  vcardBytes: 2048,
  callbackAnswer: 200,
  description: 512,
  commands: 100,
  commandDescription: 256,
  pollSeconds: 50,
  updatesPerPoll: 100,
  /** An update is kept so long; a press shorter. */
  updateLifeMs: 86_400_000,
  pressLifeMs: 150_000,
  deleteWithinMs: 48 * 3_600_000,
  typingMs: 5_000,
  /** One message a second in a chat, a few at once; thirty a second in all. */
  chatPerSecond: 1,
  chatBurst: 5,
  /** Twenty a minute to one group. */
  groupPerSecond: 20 / 60,
  groupBurst: 20,
  botPerSecond: 30,
  botBurst: 30,
} as const

/** What a bot or a customer may react with; custom emoji aside. */
export const reactions =
  '❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡'.split(
    ' ',
  )

/** Kinds that come only when asked for by name. */
export const onlyByName = ['chat_member', 'message_reaction', 'message_reaction_count']
