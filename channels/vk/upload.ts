/**
 * Files to VK in three steps: ask for a server, hand the bytes over there, save what it answered. What comes out names the file in a message.
 * Always holds: pure; none of these steps makes a message; the upload server is told nothing but the file. https://dev.vk.com/ru/api/upload/overview
 */
import { arrayAt, idAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, Failure, HttpRequest, Media, MediaSource, StepResult, Transmission } from '@dragoman/core'
import { readAnswer } from './failures.ts'
import { call, foreignAddress } from './wire.ts'

export type WireKind = 'photo' | 'doc' | 'audio_message'

export type Uploaded =
  | { kind: 'ready'; attachment: string; learned?: { fileId: string; handle: string } }
  | { kind: 'step'; step: string; request: HttpRequest }
  | { kind: 'failed'; failure: Failure }

/** An upload of 200 MB takes its time. */
const uploadTimeoutMs = 300_000
/** What VK's own names of files look like: `photo-1_2_key`. */
const attachmentName = /^(photo|doc|audio_message|video|audio|market|wall|sticker)-?\d{1,15}_\d{1,15}(_[A-Za-z0-9]{1,40})?$/

/** The next step of getting one file there; `number` tells the files of a message apart. */
export function uploadStep(
  media: Media | undefined,
  wire: WireKind,
  number: number,
  context: { sources: Readonly<Record<string, MediaSource>>; peerId: number; account: AccountView; done: readonly StepResult[] },
): Uploaded {
  const { sources, peerId, account, done } = context
  const ref = media?.ref
  if (ref?.from === 'platform' && ref.id !== undefined && attachmentName.test(ref.id)) return { kind: 'ready', attachment: ref.id }
  const source = ref?.from === 'file' ? sources[ref.fileId] : undefined
  if (ref?.from !== 'file' || !source) return failed('no_file', 'The file is not there')
  const handle = source.handle?.startsWith(`${wire}:`) ? source.handle.slice(wire.length + 1) : undefined
  if (handle && attachmentName.test(handle)) return { kind: 'ready', attachment: handle }

  const answered = (step: string) => done.findLast(earlier => earlier.step === step)?.transmission
  // One server takes all photos of a message; twenty calls a second are all that VK allows.
  const serverStep = wire === 'photo' ? 'server' : `server-${number}`
  const server = answered(serverStep)
  if (!server)
    return {
      kind: 'step',
      step: serverStep,
      request:
        wire === 'photo'
          ? call(account, 'photos.getMessagesUploadServer', { peer_id: peerId })
          : call(account, 'docs.getMessagesUploadServer', { type: wire, peer_id: peerId }),
    }
  const where = readAnswer(server, { commits: false })
  if (!where.ok) return { kind: 'failed', failure: where.failure }
  const url = foreignAddress(textAt(where.response, 'upload_url'))
  if (url === undefined) return failed('no_upload_url', 'VK named no upload server')

  const uploaded = answered(`upload-${number}`)
  if (!uploaded)
    return {
      kind: 'step',
      step: `upload-${number}`,
      request: {
        via: 'http',
        method: 'POST',
        url,
        body: {
          type: 'multipart',
          fields: [
            { name: wire === 'photo' ? 'photo' : 'file', fileId: ref.fileId, fileName: source.name || 'file', mimeType: source.mimeType },
          ],
        },
        timeoutMs: uploadTimeoutMs,
      },
    }
  const taken = readUploaded(uploaded, wire)
  if (!taken.ok) return { kind: 'failed', failure: taken.failure }

  const saved = answered(`save-${number}`)
  if (!saved)
    return {
      kind: 'step',
      step: `save-${number}`,
      request:
        wire === 'photo'
          ? call(account, 'photos.saveMessagesPhoto', taken.fields)
          : call(account, 'docs.save', { ...taken.fields, title: source.name || undefined }),
    }
  const result = readAnswer(saved, { commits: false })
  if (!result.ok) return { kind: 'failed', failure: result.failure }
  const attachment = attachmentOf(result.response, wire)
  if (attachment === undefined) return failed('not_saved', 'VK did not name the saved file')
  return { kind: 'ready', attachment, learned: { fileId: ref.fileId, handle: `${wire}:${attachment}` } }
}

/** What the upload server answered, in the words that the saving method wants. */
type Taken = { ok: true; fields: Record<string, string> } | { ok: false; failure: Failure }

function readUploaded(transmission: Transmission, wire: WireKind): Taken {
  if (transmission.kind !== 'answered') return refuse({ kind: 'retryable', code: 'upload', detail: transmission.cause })
  const { body, status } = transmission
  if (status === 413) return refuse({ kind: 'permanent', reason: 'too_large', code: 'upload_413', detail: 'The file is too large' })
  if (wire === 'photo') {
    const photo = stringAt(body, 'photo')
    const server = idAt(body, 'server')
    const hash = stringAt(body, 'hash')
    // An empty list is the server's way to say that it saw no picture.
    if (photo && photo !== '[]' && server !== undefined && hash !== undefined) return { ok: true, fields: { photo, server, hash } }
  } else {
    const file = textAt(body, 'file')
    if (file !== undefined) return { ok: true, fields: { file } }
  }
  const said = stringAt(body, 'error_descr') ?? stringAt(body, 'error')
  if (said === undefined && status >= 500)
    return refuse({ kind: 'retryable', code: `upload_${status}`, detail: 'The upload server failed' })
  return refuse({
    kind: 'permanent',
    reason: 'media_unavailable',
    code: 'upload',
    detail: said ?? 'The upload server did not take the file',
  })
}

function refuse(failure: Failure): Taken {
  return { ok: false, failure }
}

function attachmentOf(response: unknown, wire: WireKind): string | undefined {
  const first = Array.isArray(response) ? arrayAt(response)[0] : response
  const saved = wire === 'photo' ? objectAt(first) : (objectAt(first, wire) ?? objectAt(first, 'doc') ?? objectAt(first))
  const ownerId = idAt(saved, 'owner_id')
  const id = idAt(saved, 'id')
  const key = textAt(saved, 'access_key')
  if (ownerId === undefined || id === undefined) return undefined
  const name = `${wire}${ownerId}_${id}${key === undefined ? '' : `_${key}`}`
  return attachmentName.test(name) ? name : undefined
}

function failed(code: string, detail: string): Uploaded {
  return { kind: 'failed', failure: { kind: 'permanent', reason: 'media_unavailable', code, detail } }
}
