/**
 * VK's numbers as the simulator enforces them: its own copy, so that a mistake in the adapter's shows.
 * Sources: the methods' pages and schema 5.199; counts of buttons and the length of a message from practice.
 */
export const limits = {
  text: 4096,
  attachments: 10,
  label: 40,
  payload: 255,
  inline: { rows: 6, perRow: 5, all: 10 },
  keyboard: { rows: 10, perRow: 5, all: 40 },
  carousel: { elements: 10, text: 80, buttons: 3 },
  messagePayload: 1_000,
  editMs: 86_400_000,
  pressMs: 60_000,
  typingMs: 10_000,
  perSecond: 20,
  /** A number is remembered so long: the same one sends nothing again. */
  randomIdMs: 3_600_000,
  photoBytes: 50 * 1024 * 1024,
  docBytes: 200 * 1024 * 1024,
  eventsKept: 500,
  keyMs: 3_600_000,
} as const

/** The first sixteen of VK's reactions, by number from 1. */
export const reactions = ['❤', '🔥', '😂', '👍', '💩', '❓', '😭', '😡', '👎', '👌', '😄', '🤔', '🙏', '😘', '😍', '🎉']
