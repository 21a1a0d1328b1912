/** Mentions in the words of a note: `@` and a member's name. Pure. */

export interface Mentionable {
  id: string
  name: string
}

/** Members whom a text names, the longest names first, so that “@Anna Maria” is not “@Anna”. */
export function mentionsIn(text: string, members: readonly Mentionable[]): string[] {
  const found: string[] = []
  let left = text.toLowerCase()
  for (const member of members.toSorted((a, b) => b.name.length - a.name.length)) {
    const sign = `@${member.name.toLowerCase()}`
    let at = left.indexOf(sign)
    for (; at >= 0; at = left.indexOf(sign, at)) {
      if (!found.includes(member.id)) found.push(member.id)
      left = left.slice(0, at) + ' '.repeat(sign.length) + left.slice(at + sign.length)
    }
  }
  return found
}

/** What is being typed after an `@`, and where it begins; undefined: nothing is. */
export function typedMention(text: string, caret: number): { from: number; query: string } | undefined {
  const match = /(?:^|[\s(«"])@([\p{L}\p{N}.'’-]*(?: [\p{L}\p{N}.'’-]*)?)$/u.exec(text.slice(0, caret))
  return match ? { from: caret - match[1]!.length - 1, query: match[1]! } : undefined
}
