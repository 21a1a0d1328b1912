/**
 * What is at rest [mechanics 24]: contents, raw bodies and credentials pass through `seal` and `open`, from the first migration on.
 * Always holds: AES-256-GCM, a fresh nonce each time, a key per workspace derived from a master key that is named in the first bytes.
 * Layout: 1 byte version, 1 byte length of the key id, key id, 12 bytes nonce, ciphertext, 16 bytes tag.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'

export interface KeyRing {
  current: string
  keys: Readonly<Record<string, Uint8Array>>
}

export interface Codec {
  seal(workspaceId: string, plain: Uint8Array | string): Buffer
  open(workspaceId: string, sealed: Uint8Array): Buffer
  sealJson(workspaceId: string, value: unknown): Buffer
  openJson<Value>(workspaceId: string, sealed: Uint8Array): Value
}

const version = 1
const nonceBytes = 12
const tagBytes = 16
const noncesAtOnce = 1_024

/** Makes the codec. `open` throws an Error when the key is missing or the bytes were altered. */
export function createCodec(ring: KeyRing): Codec {
  const derived = new Map<string, Map<string, KeyObject>>()

  function keyFor(workspaceId: string, keyId: string): KeyObject {
    const ofKey = derived.get(keyId) ?? new Map<string, KeyObject>()
    derived.set(keyId, ofKey)
    const known = ofKey.get(workspaceId)
    if (known) return known
    const master = ring.keys[keyId]
    if (!master) throw new Error(`The key “${keyId}” that sealed this is not in the key file`)
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', master, 'dragoman', `workspace ${workspaceId}`, 32)))
    ofKey.set(workspaceId, key)
    return key
  }

  const currentId = Buffer.from(ring.current, 'latin1')
  const headBytes = 2 + currentId.length + nonceBytes
  // Randomness is fetched for many nonces at once: one by one it costs as much as the encryption.
  let nonces = Buffer.alloc(0)
  let nextNonce = 0

  function seal(workspaceId: string, plain: Uint8Array | string): Buffer {
    if (nextNonce + nonceBytes > nonces.length) {
      nonces = randomBytes(nonceBytes * noncesAtOnce)
      nextNonce = 0
    }
    const head = Buffer.allocUnsafe(headBytes)
    head[0] = version
    head[1] = currentId.length
    currentId.copy(head, 2)
    nonces.copy(head, headBytes - nonceBytes, nextNonce, nextNonce + nonceBytes)
    nextNonce += nonceBytes
    const cipher = createCipheriv('aes-256-gcm', keyFor(workspaceId, ring.current), head.subarray(headBytes - nonceBytes))
    cipher.setAAD(head)
    const sealed = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain)
    // Nothing more comes of `final` in this mode, but the tag.
    cipher.final()
    const bytes = Buffer.allocUnsafe(headBytes + sealed.length + tagBytes)
    head.copy(bytes)
    sealed.copy(bytes, headBytes)
    cipher.getAuthTag().copy(bytes, headBytes + sealed.length)
    return bytes
  }

  function open(workspaceId: string, sealed: Uint8Array): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    if (bytes[0] !== version) throw new Error('Sealed by an unknown version')
    const headEnd = 2 + bytes[1]! + nonceBytes
    const keyId = bytes.toString('latin1', 2, 2 + bytes[1]!)
    const decipher = createDecipheriv('aes-256-gcm', keyFor(workspaceId, keyId), bytes.subarray(headEnd - nonceBytes, headEnd))
    decipher.setAAD(bytes.subarray(0, headEnd))
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
    const plain = decipher.update(bytes.subarray(headEnd, bytes.length - tagBytes))
    // Throws where the bytes were altered; in this mode nothing more comes of it.
    decipher.final()
    return plain
  }

  return {
    seal,
    open,
    sealJson: (workspaceId, value) => seal(workspaceId, JSON.stringify(value)),
    openJson: (workspaceId, sealed) => JSON.parse(open(workspaceId, sealed).toString('utf8')),
  }
}
