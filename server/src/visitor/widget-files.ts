/**
 * `/widget.js` and `/widget-app.js`: the scripts that other sites embed. Always holds: any page may load them; they come compressed, with a tag, and are
 * asked for again after five minutes, so that a new version is everywhere within that time.
 */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { refuse } from '../http/errors.ts'

const folder = fileURLToPath(new URL('../../../widget/dist/', import.meta.url))
const freshSeconds = 300

interface Script {
  modifiedAt: number
  tag: string
  bodies: Record<'br' | 'gzip' | 'identity', Buffer>
}

export function registerWidgetFiles(app: FastifyInstance): void {
  const known = new Map<string, Script>()
  for (const name of ['widget.js', 'widget-app.js']) {
    app.get(`/${name}`, { config: { rule: 'public' } }, async (request, reply) => {
      const script = await load(known, name).catch(() => undefined)
      if (!script) return refuse(reply, 'unavailable', 'The widget has not been built yet.')
      const accepted = String(request.headers['accept-encoding'] ?? '')
      const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : 'identity'
      void reply.headers({
        'cache-control': `public, max-age=${freshSeconds}`,
        etag: script.tag,
        vary: 'accept-encoding',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
      })
      if (request.headers['if-none-match'] === script.tag) return reply.code(304).send()
      if (encoding !== 'identity') void reply.header('content-encoding', encoding)
      return reply.type('text/javascript; charset=utf-8').send(script.bodies[encoding])
    })
  }
}

async function load(known: Map<string, Script>, name: string): Promise<Script> {
  const path = folder + name
  const modifiedAt = (await stat(path)).mtimeMs
  const kept = known.get(name)
  if (kept?.modifiedAt === modifiedAt) return kept
  const identity = await readFile(path)
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    promisify(gzip)(identity, { level: 9 }),
  ])
  const script: Script = {
    modifiedAt,
    tag: `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`,
    bodies: { br, gzip: zipped, identity },
  }
  known.set(name, script)
  return script
}
