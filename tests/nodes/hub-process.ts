/** One hub process of a test: settings from the environment as for `npm start`, without pages. Says `ready <url>` or the reason why not; stops on SIGTERM. */
import { readSettings } from '../../server/src/settings.ts'
import { startHub } from '../../server/src/start.ts'

const running = await startHub({ settings: readSettings(process.env) })
process.stdout.write(`ready ${running.url}\n`)
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)))
