/**
 * Runs before `npm start` and `npm test`, on whatever Node is there (18 or newer): installs the packages when the lock file has changed.
 * Plain JavaScript, built-in modules only. It must be a script of its own: inside one, the shell has already looked up which `node` to run.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const stamp = join(root, 'node_modules', '.dragoman-lock')
const major = Number(process.versions.node.split('.')[0])

if (major < 18) {
  process.stderr.write(`Dragoman needs Node 18 or newer to begin with; this is ${process.versions.node}.\n`)
  process.exit(2)
}

const hash = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  process.stdout.write('… Installing packages (once; about a minute)\n')
  const npm = process.env.npm_execpath
  const command = npm ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const parameters = [...(npm ? [npm] : []), 'ci', '--no-audit', '--no-fund', '--loglevel=error']
  const startedAt = Date.now()
  const result = spawnSync(command, parameters, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: !npm && process.platform === 'win32',
  })
  if (result.status !== 0) {
    process.stderr.write('The packages could not be installed. Check the connection to the npm registry and try again.\n')
    process.exit(1)
  }
  writeFileSync(stamp, hash)
  process.stdout.write(`… Installed in ${Math.round((Date.now() - startedAt) / 1000)} s\n`)
}
