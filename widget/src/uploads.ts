/** Gives one file to the hub, and tells how far it has come. By XMLHttpRequest: `fetch` still cannot say how much has left. */
import type { WireFile } from './local-message.ts'

/** Resolves with what the hub made of it, or with its reason (empty where no answer came). */
export function postFile(
  url: string,
  token: string,
  file: File,
  tell: { begun(stop: () => void): void; progress(share: number): void },
): Promise<WireFile | { failed: string }> {
  const form = new FormData()
  form.append('file', file, file.name)
  const request = new XMLHttpRequest()
  request.open('POST', url)
  request.setRequestHeader('authorization', `Bearer ${token}`)
  request.upload.onprogress = event => tell.progress(event.loaded / Math.max(1, event.total))
  tell.begun(() => request.abort())
  return new Promise(done => {
    request.onloadend = () => {
      let answer: { fileId?: string; kind?: WireFile['kind']; mimeType?: string; sizeBytes?: number; detail?: string } = {}
      try {
        answer = JSON.parse(request.responseText)
      } catch {}
      const { fileId, kind = 'file', mimeType, sizeBytes, detail = '' } = answer
      done(request.status === 200 && fileId ? { id: fileId, kind, name: file.name, mimeType, sizeBytes } : { failed: detail })
    }
    request.send(form)
  })
}
