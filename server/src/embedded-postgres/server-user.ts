/** PostgreSQL refuses to run as root: which user it becomes instead. Always holds: an existing user is preferred, one is made only as root. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface ServerUser {
  uid: number
  gid: number
  name: string
}

/** The user for the server's processes, or undefined where we are not root (then they are ours). */
export function serverUser(): ServerUser | undefined {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return undefined
  const found = lookUp('dragoman') ?? lookUp('postgres')
  if (found) return found
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'dragoman'], { stdio: 'ignore' })
  const made = lookUp('dragoman') ?? lookUp('nobody')
  if (!made)
    throw new Error(
      'PostgreSQL does not run as root, and no other user could be made. Run Dragoman as an ordinary user, or set DATABASE_URL.',
    )
  return made
}

/** A user of this machine by name. */
export function lookUp(name: string): ServerUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find(entry => entry.startsWith(`${name}:`))
  if (!line) return undefined
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid), name }
}
