/** Reads the JSON of a letter that the runner made (`LetterJson` of the kit), as it lies in the journal. Total: any field may be missing or of another kind. */
import { arrayAt, type JsonObject, numberAt, objectAt, readCleanJson, stringAt, textAt } from '@dragoman/channel-kit'

export interface Person {
  name?: string
  address: string
}

export interface Attachment {
  index: number
  name?: string
  mimeType: string
  sizeBytes?: number
  contentId?: string
  inline: boolean
}

/** The letter in a body, or why there is none. */
export function readLetterBody(body: Uint8Array): { letter?: JsonObject; note?: string } {
  const { value, note } = readCleanJson(body)
  const letter = objectAt(value)
  return { ...(letter?.letter === 1 ? { letter } : {}), ...(note ? { note } : {}) }
}

/** The last header of a name, as servers write theirs above older ones: the first in the letter. */
export function headerOf(letter: JsonObject, name: string): string | undefined {
  for (const header of arrayAt(letter, 'headers')) {
    if (stringAt(header, 0)?.toLowerCase() === name) return stringAt(header, 1) ?? ''
  }
  return undefined
}

export function personAt(value: unknown, ...path: (string | number)[]): Person | undefined {
  const address = textAt(value, ...path, 'address')
    ?.trim()
    .toLowerCase()
  if (!address?.includes('@')) return undefined
  const name = textAt(value, ...path, 'name')
    ?.trim()
    .slice(0, 200)
  return { address: address.slice(0, 320), ...(name ? { name } : {}) }
}

export function peopleAt(value: unknown, name: string): Person[] {
  return arrayAt(value, name).flatMap(one => personAt(one) ?? [])
}

export function attachmentsOf(letter: JsonObject): Attachment[] {
  return arrayAt(letter, 'files').flatMap(file => {
    const index = numberAt(file, 'index')
    if (index === undefined || !Number.isSafeInteger(index) || index < 0) return []
    const name = textAt(file, 'name')?.slice(0, 300)
    const sizeBytes = numberAt(file, 'sizeBytes')
    const contentId = textAt(file, 'contentId')
    return [
      {
        index,
        mimeType: (textAt(file, 'mimeType') ?? 'application/octet-stream').toLowerCase().slice(0, 100),
        inline: objectAt(file)?.inline === true,
        ...(name ? { name } : {}),
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
        ...(contentId ? { contentId } : {}),
      },
    ]
  })
}
