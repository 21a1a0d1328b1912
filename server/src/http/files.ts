/** Files over HTTP [mechanics 20]: an agent's link is bound to the session, a platform's is unguessable. Always holds: nothing that could run as a page is shown inline; ranges work. */
import { type FileContent, HubProblem, openFileByLink, openFileFor } from '@dragoman/hub'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isShownInline } from '../files/inspect.ts'
import { authorise } from './api.ts'
import type { WebContext } from './context.ts'

export function registerFiles(app: FastifyInstance, web: WebContext): void {
  for (const which of ['content', 'thumbnail'] as const) {
    app.get(`/v1/files/:fileId/${which}`, { config: { rule: 'agent' } }, async (request, reply) => {
      const actor = await authorise(web, request, { rule: 'agent', method: 'GET', tag: 'Files' })
      const { fileId } = request.params as { fileId: string }
      if (!/^[0-9a-f-]{36}$/.test(fileId)) throw new HubProblem('not_found', 'There is no such file.')
      return sendFile(reply, await openFileFor(web.hub, actor!, fileId, which, rangeOf(request)), 'private, max-age=300')
    })
  }
  app.get('/media/:token', { config: { rule: 'platform' } }, async (request, reply) =>
    sendFile(reply, await openFileByLink(web.hub, (request.params as { token: string }).token), 'no-store'),
  )
}

export function rangeOf(request: FastifyRequest): { start: number; end?: number } | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  if (!match) return undefined
  const start = Number(match[1])
  const end = match[2] ? Number(match[2]) : undefined
  return end !== undefined && end < start ? undefined : { start, end }
}

/** Sends bytes with all that keeps them harmless. */
export function sendFile(reply: FastifyReply, file: FileContent, cache: string): FastifyReply {
  const shown = isShownInline(file.mimeType)
  void reply.headers({
    'content-type': shown ? file.mimeType : 'application/octet-stream',
    'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox; style-src 'unsafe-inline'",
    'cache-control': cache,
    'accept-ranges': 'bytes',
    'cross-origin-resource-policy': 'same-origin',
  })
  if (file.range)
    void reply.code(206).headers({
      'content-range': `bytes ${file.range.start}-${file.range.end}/${file.sizeBytes}`,
      'content-length': file.range.end - file.range.start + 1,
    })
  else void reply.header('content-length', file.sizeBytes)
  return reply.send(file.stream)
}
