/**
 * Files on their way to the hub, with progress. Always holds: a file is checked against the messenger's limits before a byte is sent, and an
 * upload goes on when another conversation is opened.
 */
import { type Capabilities, type Problem, routes } from '@dragoman/api'
import i18next from 'i18next'
import { localizedText } from '../i18n.ts'
import { makeId } from '../ids.ts'
import { describeProblem } from '../pieces/problem-text.tsx'
import { changeDraft, type DraftMode } from '../store/drafts.ts'
import { fileSize } from '../text/time.ts'
import { type Attachment, type AttachmentKind, kindOfFile, typeAllowed } from './compose.ts'

const running = new Map<string, XMLHttpRequest>()

/** Why a file cannot go, or undefined. A picture that is too heavy as a picture may still go as a file. */
export function checkFile(
  file: { name: string; size: number; type: string },
  capabilities: Capabilities | undefined,
  channelName: string,
): { kind: AttachmentKind; reason?: string } {
  const kind = kindOfFile(file.type)
  if (!capabilities) return { kind }
  const fits = (wanted: AttachmentKind) => {
    const limit = capabilities.media[wanted]
    return limit.level !== 'none' && file.size <= limit.maxBytes && typeAllowed(file.type || 'application/octet-stream', limit.mimeTypes)
  }
  if (fits(kind) || capabilities.media[kind].level === 'converted') {
    if (file.size <= capabilities.media[kind].maxBytes || capabilities.media[kind].level === 'converted') return { kind }
  }
  if (kind !== 'file' && fits('file')) return { kind: 'file' }
  const { t, language } = i18next
  const best = capabilities.media[kind].level === 'none' ? capabilities.media.file : capabilities.media[kind]
  if (best.level === 'none') return { kind, reason: best.note ? localizedText(best.note) : t('composer.noFiles', { name: channelName }) }
  if (file.size > best.maxBytes)
    return {
      kind,
      reason: t('composer.tooLarge', { name: channelName, max: fileSize(best.maxBytes, language), size: fileSize(file.size, language) }),
    }
  return {
    kind,
    reason: t('composer.wrongType', {
      name: channelName,
      type: file.type || file.name.split('.').at(-1),
      types: best.mimeTypes.map(type => type.replace(/^[a-z]+\//, '').replace(/^\*$/, type.split('/')[0] ?? '')).join(', '),
    }),
  }
}

export function addFiles(
  conversationId: string,
  mode: DraftMode,
  files: readonly File[],
  capabilities: Capabilities | undefined,
  channelName: string,
): void {
  for (const file of files) {
    const { kind, reason } = checkFile(file, mode === 'note' ? undefined : capabilities, channelName)
    const localId = makeId()
    const attachment: Attachment = {
      localId,
      name: file.name || `${kind}.${file.type.split('/')[1] ?? 'bin'}`,
      sizeBytes: file.size,
      mimeType: file.type,
      kind,
      state: reason ? 'refused' : 'uploading',
      progress: 0,
      reason,
    }
    changeDraft(conversationId, mode, compose => ({ ...compose, attachments: [...compose.attachments, attachment] }))
    if (!reason) upload(conversationId, mode, localId, file)
  }
}

function upload(conversationId: string, mode: DraftMode, localId: string, file: File): void {
  const request = new XMLHttpRequest()
  running.set(localId, request)
  const change = (part: Partial<Attachment>) =>
    changeDraft(conversationId, mode, compose => ({
      ...compose,
      attachments: compose.attachments.map(one => (one.localId === localId ? { ...one, ...part } : one)),
    }))
  let shownAt = 0
  request.upload.onprogress = event => {
    if (!event.lengthComputable || Date.now() - shownAt < 80) return
    shownAt = Date.now()
    change({ progress: event.loaded / event.total })
  }
  request.onload = () => {
    running.delete(localId)
    if (request.status >= 200 && request.status < 300) {
      const answer = JSON.parse(request.responseText) as {
        fileId: string
        mimeType: string
        name: string
        sizeBytes: number
        kind: AttachmentKind
      }
      change({ state: 'ready', progress: 1, fileId: answer.fileId, mimeType: answer.mimeType, sizeBytes: answer.sizeBytes })
      return
    }
    let reason = i18next.t('composer.uploadFailed')
    try {
      const { title, text } = describeProblem(JSON.parse(request.responseText) as Problem, i18next.t)
      reason = [title, text].filter(Boolean).join('. ')
    } catch {
      // The plain reason stands.
    }
    change({ state: 'failed', reason })
  }
  request.onerror = () => {
    running.delete(localId)
    change({ state: 'failed', reason: i18next.t('composer.uploadFailed') })
  }
  request.open(routes.uploadFile.method, routes.uploadFile.path)
  request.setRequestHeader('x-dragoman', '1')
  request.setRequestHeader('accept', 'application/json')
  const form = new FormData()
  form.append('file', file, file.name)
  request.send(form)
}

export function removeAttachment(conversationId: string, mode: DraftMode, localId: string): void {
  running.get(localId)?.abort()
  running.delete(localId)
  changeDraft(conversationId, mode, compose => ({ ...compose, attachments: compose.attachments.filter(one => one.localId !== localId) }))
}
