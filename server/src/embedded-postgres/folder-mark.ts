/** What tells a data folder from its copy: the inode of a file that PostgreSQL writes once and never again. Always holds: the same after every restart and after the folder was renamed; another in a copy. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Null where the file system has no such numbers. */
export async function folderMark(dataFolder: string): Promise<string | null> {
  const { ino } = await stat(join(dataFolder, 'PG_VERSION'), { bigint: true })
  return ino > 0n ? ino.toString() : null
}
