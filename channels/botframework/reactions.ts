/**
 * Reactions by name, as Teams writes them: six old ones, and since the larger set the code points of the emoji in front of its name.
 * https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#receive-message-reaction-activity
 */
const names: Record<string, string> = {
  like: '👍',
  heart: '❤️',
  laugh: '😆',
  surprised: '😮',
  sad: '😢',
  angry: '😡',
  plusOne: '➕',
}

export function emojiOf(type: string): string {
  const known = Object.hasOwn(names, type) ? names[type] : undefined
  if (known) return known
  const points = /^([0-9a-f]{4,5}(?:-[0-9a-f]{4,5})*)_/i.exec(type)?.[1]?.split('-') ?? []
  const codes = points
    .map(point => Number.parseInt(point, 16))
    .filter(code => code > 0x20 && !(code >= 0xd800 && code <= 0xdfff) && code <= 0x10ffff)
  return codes.length > 0 ? String.fromCodePoint(...codes) : type
}
