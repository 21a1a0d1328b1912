/** A person's round picture: the avatar where there is one, else initials on a quiet colour that stays the same for the name. */
import { thumbnailUrl } from '../client.ts'
import classes from './pieces.module.css'

export function initials(name: string): string {
  const words = name
    .replace(/[^\p{L}\p{N}\s]/gu, ' ')
    .trim()
    .split(/\s+/)
    .filter(Boolean)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(word => (word ? ([...word][0] ?? '') : ''))
  return letters.join('').toLocaleUpperCase() || '?'
}

export function hueOf(name: string): number {
  let hash = 7
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 3_600
  return Math.round(hash / 10)
}

export function Person({ name, fileId, size = 36 }: { name: string; fileId?: string | null; size?: number }) {
  return (
    <span
      className={classes.person}
      style={{ width: size, height: size, fontSize: Math.round(size * 0.38), ['--hue' as string]: hueOf(name) }}
      data-initials={fileId ? undefined : initials(name)}
      aria-hidden="true"
    >
      {fileId && <img src={thumbnailUrl(fileId)} alt="" width={size} height={size} />}
    </span>
  )
}
