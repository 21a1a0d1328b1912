/** `npm run docs`: writes the pages that are made from the program. Always holds: a test fails when a page differs from what would be written. */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { channels } from '../server/src/channels.ts'
import { listRoutes } from '../server/src/http/route-list.ts'
import { channelsPage } from './docs/channels.ts'
import { monitoringPage } from './docs/monitoring.ts'
import { environmentExample, errorsPage, routesPage, settingsPage } from './docs/reference.ts'
import { webhooksPage } from './docs/webhooks.ts'

/** Each page by its path below the root. */
export async function generateDocs(): Promise<Map<string, string>> {
  return new Map([
    ['docs/channels.md', channelsPage(channels)],
    ['docs/errors.md', errorsPage()],
    ['docs/settings.md', settingsPage()],
    ['docs/routes.md', routesPage(await listRoutes())],
    ['docs/monitoring.md', monitoringPage()],
    ['docs/webhooks.md', webhooksPage()],
    ['.env.example', environmentExample()],
  ])
}

export function pathOf(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of await generateDocs()) {
    const before = await readFile(pathOf(name), 'utf8').catch(() => '')
    if (before !== text) await writeFile(pathOf(name), text)
    process.stdout.write(`${before === text ? '  ' : '→ '}${name}\n`)
  }
}
