/**
 * What the simulated mail provider remembers: mailboxes of shops with their letters, customers with their own mailboxes. Plain JSON; letters themselves
 * are kept as files. Always holds: a number in a mailbox is given once and grows.
 */
import type { Faults, PhoneMessage, SimulatorEnvironment } from '@dragoman/channel-kit/simulator'

export interface StoredLetter {
  uid: number
  at: number
  size: number
  /** Under which the host keeps its bytes. */
  fileId: string
}

export interface Shop {
  address: string
  name: string
  password: string
  uidValidity: number
  nextUid: number
  letters: StoredLetter[]
}

export interface Customer {
  id: string
  shop: string
  name: string
  address: string
  language: string
  /** A mailbox that takes nothing more, as the phone's owner likes. */
  isFull?: boolean
  isBlocked?: boolean
  messages: (PhoneMessage & { subject?: string })[]
}

export interface State {
  shops: Record<string, Shop>
  customers: Record<string, Customer>
  ports: { smtp?: number; imap?: number }
  count: number
}

export interface World {
  environment: SimulatorEnvironment
  state: State
  faults: Faults
  /** Told when a letter has come into a shop's mailbox. */
  listeners: Set<(shop: Shop) => void>
}

export function restoreState(saved: unknown): State {
  const fresh: State = { shops: {}, customers: {}, ports: {}, count: 0 }
  if (typeof saved !== 'object' || saved === null || !('shops' in saved)) return fresh
  return { ...fresh, ...(structuredClone(saved) as State) }
}

export function putLetter(world: World, shop: Shop, raw: Buffer): void {
  const { fileId } = world.environment.keep(new Uint8Array(raw), 'message/rfc822', 'letter.eml')
  shop.letters.push({ uid: shop.nextUid++, at: world.environment.now(), size: raw.length, fileId })
  world.environment.changed()
  for (const tell of world.listeners) tell(shop)
}

export function bytesOf(world: World, letter: StoredLetter): Buffer {
  return Buffer.from(world.environment.kept(letter.fileId)?.bytes ?? new Uint8Array())
}
