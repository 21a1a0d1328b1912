/**
 * The vendor's numbers as the simulator enforces them: its own copy, so that a mistake in the adapter's shows.
 * Sources: https://dev.max.ru/docs-api, Bot API 0.0.32; rows and buttons of a keyboard are general knowledge.
 */
const mebibyte = 1024 * 1024

export const limits = {
  text: 4_000,
  uploadBytes: { image: 50 * mebibyte, video: 250 * mebibyte, audio: 256 * mebibyte, file: 4_096 * mebibyte },
  buttonText: 128,
  buttonPayload: 1_024,
  buttonUrl: 2_048,
  buttons: 210,
  rows: 30,
  rowWidth: 7,
  otherRowWidth: 3,
  startPayload: 512,
  perSecond: 30,
  burst: 60,
  typingMs: 6_000,
  editWithinMs: 7 * 86_400_000,
  pollSeconds: 90,
  updatesPerPoll: 1_000,
  /** How long events wait for a poll; only "a short time" is documented. */
  updateLifeMs: 86_400_000,
  webhookFirstDelayMs: 60_000,
  webhookDelayFactor: 2.5,
  webhookTries: 10,
  /** Without success for so long, the subscription ends. */
  webhookLifeMs: 8 * 3_600_000,
} as const
