/**
 * Reactions by number, as VK's own apps show them. The numbers are documented only as "1 to 64": which emoji is which was seen in the field, so a
 * number that is not here is kept as such.
 */
const emojis = ['❤', '🔥', '😂', '👍', '💩', '❓', '😭', '😡', '👎', '👌', '😄', '🤔', '🙏', '😘', '😍', '🎉']

export const reactionEmojis = emojis

export function emojiOf(reactionId: string): string {
  return emojis[Number(reactionId) - 1] ?? `vk:${reactionId}`
}

/** 0 where there is none: VK then says so. */
export function reactionIdOf(emoji: string): number {
  const own = /^vk:(\d{1,2})$/.exec(emoji)
  return own ? Number(own[1]) : emojis.indexOf(emoji.replace('\ufe0f', '')) + 1
}
