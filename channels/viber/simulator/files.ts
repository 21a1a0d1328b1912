/** Files: what people sent lies at Viber for an hour; what the firm sends is fetched from its own address, whose size shows only on this machine. */
import { htmlAnswer, type PlatformResponse } from '@dragoman/channel-kit/simulator'
import { limits } from './limits.ts'
import type { World } from './state.ts'

/** Bytes behind an address of this machine; of others nothing is known. */
export function sizeOf(world: World, url: string): number | undefined {
  const id = url.split('?')[0]!.split('/').at(-1) ?? ''
  return world.environment.kept(id)?.bytes.length
}

export function giveFile(world: World, id: string): PlatformResponse {
  const stored = world.state.files[id.replace(/\.[a-z0-9]+$/i, '')]
  const kept = stored && world.environment.now() - stored.at < limits.mediaLifeMs ? world.environment.kept(stored.keptId) : undefined
  return kept ? { status: 200, headers: { 'content-type': kept.mimeType }, body: kept.bytes } : htmlAnswer(404, 'Not Found')
}
