/** Ice breakers and commands of a number, with the platform's limits: 4 of 80 characters without emoji, 30 with names of 32 and hints of 256. */
import { jsonAnswer, jsonOf, type PlatformRequest, type PlatformResponse } from '@dragoman/channel-kit/simulator'
import type { GraphErrorShape } from '@dragoman/channel-meta-graph/simulator'
import type { BusinessNumber } from './state.ts'
import { invalidParameter } from './validate.ts'
import type { World } from './world.ts'

export function setEntrance(
  world: World,
  number: BusinessNumber,
  request: PlatformRequest,
  refuse: (shape: GraphErrorShape) => PlatformResponse,
): PlatformResponse {
  const json = jsonOf(request.body) as { prompts?: unknown; commands?: unknown } | undefined
  const prompts = json?.prompts ?? number.entrance?.prompts ?? []
  const commands = json?.commands ?? number.entrance?.commands ?? []
  if (!Array.isArray(prompts) || prompts.length > 4) return refuse(invalidParameter('At most 4 ice breakers'))
  if (
    prompts.some(prompt => typeof prompt !== 'string' || prompt === '' || prompt.length > 80 || /\p{Extended_Pictographic}/u.test(prompt))
  )
    return refuse(invalidParameter('An ice breaker has 1 to 80 characters and no emoji'))
  if (!Array.isArray(commands) || commands.length > 30) return refuse(invalidParameter('At most 30 commands'))
  const rows = commands.map((row: Record<string, unknown>) => ({
    command_name: String(row?.command_name ?? ''),
    command_description: String(row?.command_description ?? ''),
  }))
  if (rows.some(row => row.command_name === '' || row.command_name.length > 32 || row.command_description.length > 256))
    return refuse(invalidParameter('A command has a name of at most 32 and a hint of at most 256 characters'))
  number.entrance = { prompts: prompts as string[], commands: rows }
  world.environment.changed()
  return jsonAnswer(200, { success: true })
}
