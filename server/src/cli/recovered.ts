/**
 * `recovered`: says whether sending is held and how much; enters the mode after a promotion by hand (`--mark`); leaves it (`--release none` or `all`). Always
 * holds: the running hub releases, so that everybody who is connected sees it; what was done is written down as the operator’s.
 */
import { asOwner, markRecovered } from '@dragoman/hub'
import { inOneLine, tell } from './backup.ts'
import { openDatabase } from './database.ts'
import { askHub, readMasterKey } from './running-hub.ts'
import { CommandError, commandSettings, print, printJson, UsageError } from './usage.ts'

export interface RecoveredOptions {
  mark?: boolean
  release?: string
  json?: boolean
}

interface State {
  workspace: string
  reason: string
  begunAt: string
  dataUntil: string | null
  held: number
}

export async function recovered(options: RecoveredOptions): Promise<void> {
  if (options.mark && options.release !== undefined)
    throw new UsageError('--mark enters recovered mode, --release leaves it: say one of them.')
  if (options.release !== undefined && options.release !== 'none' && options.release !== 'all')
    throw new UsageError('--release takes “none” (what is held is not sent) or “all” (all of it is sent again). To choose, use the inbox.')
  await inOneLine(options.release === undefined ? look(options) : release(options.release, options.json))
}

async function release(send: string, json?: boolean): Promise<void> {
  const answer = await askHub<{ sent: number; dropped: number; workspaces: number }>(commandSettings(), 'POST', '/v1/operator/release', {
    send,
  })
  if (json) return printJson(answer)
  if (answer.workspaces === 0) return print('Nothing is held: the hub is not recovered.')
  print(`Released: ${answer.sent} parts are sent again, ${answer.dropped} are not.`)
}

async function look(options: RecoveredOptions): Promise<void> {
  const settings = commandSettings()
  const database = await openDatabase(settings, await readMasterKey(settings.home), { progress: tell })
  try {
    const states = await asOwner(database.url, async client => {
      const { rows } = await client.query<{ there: boolean }>(`select to_regclass('public.recovery') is not null as there`)
      if (!rows[0]!.there) throw new CommandError('This database has not been started by this version yet.')
      if (options.mark) await markRecovered(client)
      return (
        await client.query<State>(
          `select w.name as workspace, r.reason, r.begun_at as "begunAt", r.data_until as "dataUntil",
              (select count(*)::int from held_part h join part p on p.workspace_id = h.workspace_id and p.id = h.part_id
                where h.workspace_id = r.workspace_id and h.recovery_id = r.id and p.state = 'uncertain') as held
            from recovery r join workspace w on w.workspace_id = r.workspace_id where r.released_at is null order by w.name`,
        )
      ).rows
    })
    if (options.json) return printJson({ recovered: states.length > 0, workspaces: states })
    if (states.length === 0) return print('The hub is not recovered: sending goes on.')
    for (const one of states)
      print(`${one.workspace}: recovered (${one.reason}) since ${new Date(one.begunAt).toISOString()}, ${one.held} parts are held.`)
    print('A manager releases it in the inbox, or: npm run dragoman -- recovered --release none')
  } finally {
    await database.close()
  }
}
