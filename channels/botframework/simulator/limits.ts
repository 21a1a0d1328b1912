/**
 * Microsoft's numbers as the simulator enforces them: its own copy, so that a mistake in the adapter's shows.
 * Sources: the Teams pages on rate limits and on formatting; what no page says any more (the short windows, buttons) is from memory of the field.
 */
export const limits = {
  /** Of the whole activity as UTF-16. */
  activityBytes: 100 * 1024,
  imageBytes: 1024 * 1024,
  imageTypes: ['image/png', 'image/jpeg', 'image/gif', 'image/*'],
  carousel: 10,
  heroButtons: { msteams: 6, skype: 5 },
  suggestedActions: { msteams: 6, skype: 10 },
  typingMs: 3_000,
  tokenSeconds: 86_399,
  /** How long the fault of an expired token lasts. */
  deniedMs: 2_000,
  /** Sends per conversation: [how many, within ms]. */
  windows: [
    [7, 1_000],
    [8, 2_000],
    [60, 30_000],
    [1_800, 3_600_000],
  ],
  skypeText: 10_000,
} as const

/** Teams' first six reactions, and how they are shown. */
export const reactions: Readonly<Record<string, string>> = {
  '👍': 'like',
  '❤️': 'heart',
  '😆': 'laugh',
  '😮': 'surprised',
  '😢': 'sad',
  '😡': 'angry',
}
