/** `doctor`: everything that a hub needs, looked at. Always holds: changes nothing; exit status 1 when something failed, else 0. */
import { checkBackup } from './checks/backup.ts'
import type { Check } from './checks/check.ts'
import { checkDatabase } from './checks/database.ts'
import { checkMachine } from './checks/machine.ts'
import { checkNetwork } from './checks/network.ts'
import { commandSettings, print, printJson } from './usage.ts'

const marks: Record<Check['state'], string> = { ok: '✓', warning: '!', failed: '✗', skipped: '–' }

export async function doctor(options: { json?: boolean }): Promise<void> {
  const settings = commandSettings()
  const [machine, database] = await Promise.all([checkMachine(settings), checkDatabase(settings)])
  const backup = await checkBackup(settings, database.realAccounts > 0, database.archivedAgoSeconds)
  const checks = [...machine, backup, ...(await checkNetwork(settings, database.realWebhooks)), ...database.checks]
  const failures = checks.filter(check => check.state === 'failed').length
  const warnings = checks.filter(check => check.state === 'warning').length
  if (options.json) printJson({ ok: failures === 0, failed: failures, warnings, checks })
  else {
    const width = Math.max(...checks.map(check => check.title.length))
    for (const check of checks) {
      print(`${marks[check.state]} ${check.title.padEnd(width)}  ${check.found}`)
      if (check.why) print(`  ${' '.repeat(width)}  ${check.why}`)
      if (check.fix) print(`  ${' '.repeat(width)}  → ${check.fix}`)
    }
    print('')
    print(
      failures === 0
        ? `Nothing failed${warnings > 0 ? `; ${warnings} to look at` : ''}.`
        : `${failures} failed${warnings > 0 ? `, ${warnings} to look at` : ''}.`,
    )
  }
  process.exitCode = failures > 0 ? 1 : 0
}
