/** Reading requests to the Graph API: version and path, token. */
import type { PlatformRequest } from '@dragoman/channel-kit/simulator'

/** The path without its version: `/v25.0/700/messages` → `['700', 'messages']`; undefined where there is no version. */
export function graphPath(path: string): string[] | undefined {
  const [version, ...rest] = path.split('/').filter(Boolean)
  return version !== undefined && /^v\d+\.\d+$/.test(version) ? rest : undefined
}

/** The access token: a Bearer header, or `access_token` in the query. */
export function accessToken(request: PlatformRequest): string | undefined {
  const bearer = /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(request.headers.authorization ?? '')
  return bearer?.[1] ?? request.query.access_token
}
