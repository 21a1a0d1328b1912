/**
 * A hub in a process of its own for benches: says where it is as `npm start` does, and on a line on its standard input tells, as one line of JSON, the
 * keys of the newest simulated account of that channel, which a generator signs with. Settings come from the environment.
 */
import { createInterface } from 'node:readline'
import { readSettings } from '../server/src/settings.ts'
import { startHub } from '../server/src/start.ts'

const running = await startHub({ settings: readSettings(process.env) })
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)))
process.stdout.write(`Dragoman is ready\n  Inbox ${running.url}/\n`)
createInterface({ input: process.stdin }).on('line', channel => {
  process.stdout.write(`${JSON.stringify(running.simulators?.simulators.get(channel)?.simulator.accounts().at(-1)?.config)}\n`)
})
