/**
 * The simulated API: methods, upload servers, long poll, files.
 * Always holds: methods answer with HTTP 200 and VK's envelope; the key is looked for in the form, where VK's documentation puts it.
 */
import {
  hideSecrets,
  jsonAnswer,
  logExcerpt,
  type PlatformRequest,
  type PlatformResponse,
  randomText,
  readParameters,
  type SimulatorKind,
  strikes,
} from '@dragoman/channel-kit/simulator'
import { poll } from './events.ts'
import { limits } from './limits.ts'
import { methods } from './methods.ts'
import { envelope, no, type Reply } from './reply.ts'
import type { Group, StoredFile, World } from './state.ts'

export const routes: SimulatorKind['routes'] = [
  ...Object.keys(methods).map(name => ({ method: 'POST', path: `/method/${name}`, origin: 'api' })),
  { method: 'POST', path: '/upload/:type/:group', origin: 'upload' },
  { method: 'GET', path: '/whp/:group', origin: 'longpoll' },
  { method: 'GET', path: '/cdn/:file', origin: 'cdn' },
]

export async function handle(world: World, request: PlatformRequest): Promise<PlatformResponse> {
  const { environment, state } = world
  const response = await answer()
  const show = (text: string) =>
    hideSecrets(
      text,
      Object.values(state.groups).flatMap(group => [group.token, group.pollKey]),
    )
  if (!request.path.startsWith('/whp/') || response.body.length > 60) {
    environment.log({
      at: environment.now(),
      direction: 'request',
      what: show(`${request.method} ${request.path}`),
      status: response.hangMs === undefined ? response.status : 0,
      sent: show(logExcerpt(request.body, request.headers['content-type'])),
      received: show(logExcerpt(response.body, response.headers?.['content-type'])),
    })
  }
  return response

  async function answer(): Promise<PlatformResponse> {
    const method = /^\/method\/([\w.]+)$/.exec(request.path)?.[1]
    if (method !== undefined) return answerMethod(method)
    const upload = /^\/upload\/(photo|doc|audio_message)\/(\d+)$/.exec(request.path)
    if (upload) return takeUpload(upload[1] as StoredFile['type'])
    const group = state.groups[/^\/whp\/(\d+)$/.exec(request.path)?.[1] ?? '']
    if (group && request.query.act === 'a_check') {
      const waitMs = Math.min(90, Math.max(0, Number(request.query.wait) || 0)) * 1000
      return jsonAnswer(200, await poll(world, group, request.query.key ?? '', Number(request.query.ts), waitMs))
    }
    const kept = environment.kept(/^\/cdn\/([\w-]+)$/.exec(request.path)?.[1] ?? '')
    if (kept) return { status: 200, headers: { 'content-type': kept.mimeType }, body: kept.bytes }
    return { status: 404, headers: { 'content-type': 'text/html' }, body: '<html><body><h1>404 Not Found</h1></body></html>' }
  }

  function answerMethod(method: string): PlatformResponse {
    const { values } = readParameters(request)
    const say = (reply: Reply) => envelope(reply, { ...values, method })
    const group = Object.values(state.groups).find(candidate => candidate.token === values.access_token)
    if (!group || strikes(world.faults, 'expiredToken')) return say(no(5, 'User authorization failed: invalid access_token (4).'))
    if (!/^5\.\d+$/.test(String(values.v ?? ''))) return say(no(8, 'Invalid request: v (version) is required'))
    if (!Object.hasOwn(methods, method)) return say(no(3, 'Unknown method passed'))
    if (isTooFast(group)) return say(no(6, 'Too many requests per second'))
    const isSending = method === 'messages.send' || method === 'wall.createComment'
    if (isSending && strikes(world.faults, 'rateLimit')) return say(no(6, 'Too many requests per second'))
    if (isSending && strikes(world.faults, 'serverError')) return say(no(10, 'Internal server error: Unknown error, try later'))
    const reply = methods[method]!(world, group, values)
    if (isSending && 'response' in reply && strikes(world.faults, 'timeoutAfterAccept')) return { ...say(reply), hangMs: 60_000 }
    return say(reply)
  }

  /** The upload server knows nobody: its address is the ticket. */
  function takeUpload(type: StoredFile['type']): PlatformResponse {
    const [part] = readParameters(request).files
    if (!part) return jsonAnswer(200, { error: 'no_file', error_descr: 'no file', error_is_logged: true })
    const most = type === 'photo' ? limits.photoBytes : limits.docBytes
    if (part.bytes.length > most)
      return { status: 413, headers: { 'content-type': 'text/html' }, body: '<html><h1>413 Request Entity Too Large</h1></html>' }
    const name = part.fileName ?? 'file'
    if (type === 'photo' && (part.name !== 'photo' || !/^image\/(jpeg|png|gif)$/.test(part.mimeType)))
      return jsonAnswer(200, { server: 1, photo: '[]', hash: randomText(environment.random, 16) })
    if (type !== 'photo' && part.name !== 'file') return jsonAnswer(200, { error: 'no_file', error_descr: 'no file' })
    if (type === 'doc' && /\.(mp3|exe|apk)$/i.test(name))
      return jsonAnswer(200, { error: 'wrong_ext', error_descr: 'This type of file is not allowed' })
    if (type === 'audio_message' && !/^audio\/(ogg|opus)$/.test(part.mimeType))
      return jsonAnswer(200, { error: 'unknown error', error_descr: 'no audio stream found' })
    const kept = environment.keep(part.bytes, part.mimeType, name)
    const word = randomText(environment.random, 40)
    state.waiting[word] = { keptId: kept.fileId, url: kept.url, name, sizeBytes: part.bytes.length, type }
    return jsonAnswer(200, type === 'photo' ? { server: 626_627, photo: word, hash: randomText(environment.random, 18) } : { file: word })
  }

  function isTooFast(group: Group): boolean {
    const now = environment.now()
    group.calls = group.calls.filter(at => now - at < 1_000)
    group.calls.push(now)
    return group.calls.length > limits.perSecond
  }
}
