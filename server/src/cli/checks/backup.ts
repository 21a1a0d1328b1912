/** The age of the last backup. Always holds: a note in the data folder, written when a backup was whole; what an outside tool backs up is seen by the server’s archive of its log. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../../settings.ts'
import { type Check, check, ok, skipped, warning } from './check.ts'

const noteName = 'last-backup.json'
const oldDays = 7

export interface BackupNote {
  /** ms since the epoch. */
  at: number
  folder: string
}

/** Notes that a backup was made. */
export async function noteBackup(home: string, note: BackupNote): Promise<void> {
  const path = join(home, noteName)
  await writeFile(`${path}.${process.pid}`, `${JSON.stringify(note)}\n`, { mode: 0o600 })
  await rename(`${path}.${process.pid}`, path)
}

/** `isLive`: there are accounts of real platforms, so there is something to lose. */
export async function checkBackup(settings: Settings, isLive: boolean, archivedAgoSeconds: number | undefined): Promise<Check> {
  return await check('backup', 'Last backup', async () => {
    const note = await readFile(join(settings.home, noteName), 'utf8').then(
      text => JSON.parse(text) as BackupNote,
      () => undefined,
    )
    if (archivedAgoSeconds !== undefined && archivedAgoSeconds < oldDays * 86_400)
      return ok(`the server archives its log, last ${Math.round(archivedAgoSeconds / 60)} minutes ago`)
    const fix = 'npm run dragoman -- backup /backups/$(date +%F)'
    if (!note)
      return isLive
        ? warning(
            'none was made by this command',
            'When the disk fails, every conversation is gone. Another tool may make backups: then see to it that they can be restored.',
            fix,
          )
        : skipped('none yet, and nothing to lose')
    const days = (Date.now() - note.at) / 86_400_000
    const found = `${days < 2 ? count(Math.round(days * 24), 'hour') : count(Math.round(days), 'day')} old: ${note.folder}`
    return days > oldDays ? warning(found, 'What came since would be lost with the disk.', fix) : ok(found)
  })
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
