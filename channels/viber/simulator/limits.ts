/**
 * The vendor's numbers as the simulator enforces them: its own copy, so that a mistake in the adapter's shows.
 * Sources: developers.viber.com (bots), partners' pages (Business Messages); what is not documented is not enforced.
 */
export const limits = {
  requestBytes: 30_000,
  text: 7_000,
  caption: 512,
  senderName: 28,
  trackingData: 4_000,
  pictureBytes: 1024 * 1024,
  videoBytes: 26 * 1024 * 1024,
  videoSeconds: 180,
  fileBytes: 50 * 1024 * 1024,
  fileName: 256,
  contactName: 28,
  contactPhone: 18,
  url: 2_000,
  columns: 6,
  keyboardRows: 12,
  buttonText: 250,
  cards: 6,
  richMediaRows: 7,
  receivers: 300,
  onlineIds: 100,
  /** Unanswered messages to one person in an hour. */
  unanswered: 100,
  hourMs: 3_600_000,
  detailsPerPerson: 2,
  detailsSpanMs: 12 * 3_600_000,
  mediaLifeMs: 3_600_000,
  welcomeMs: 5 * 60_000,
  /** Waits before the second, third … try of a callback; given up after about an hour. */
  retryDelaysMs: [10_000, 60_000, 300_000, 600_000, 900_000],
  callbackLifeMs: 3_600_000,
  business: {
    text: 1_000,
    imageBytes: 20 * 1024 * 1024,
    mediaBytes: 200 * 1024 * 1024,
    videoSeconds: 600,
    fileName: 25,
    thumbnail: 1_000,
    buttonTitle: 30,
    listOptions: 10,
    listOption: 80,
    cardsMin: 2,
    cardsMax: 5,
    lifeMinSeconds: 30,
    lifeMaxSeconds: 1_209_600,
    /** In a session, in a row without an answer. */
    unanswered: 5,
    sessionMs: 24 * 3_600_000,
  },
} as const

/** Programs that neither service passes on. */
export const programName = /\.(exe|msi|bat|cmd|com|scr|apk|jar|js|vbs|ps1|sh|dll)$/i
