/** `npm run bench -- <name> [--json] [options]`: measures, and prints the floor measured in the same run. Not a test: nothing fails because a machine is slow. */
import { broadcast } from './broadcast.ts'
import { day } from './day.ts'
import { desk } from './desk.ts'
import { inbound } from './inbound.ts'
import { inbox } from './inbox.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { outbound } from './outbound.ts'
import { overload } from './overload.ts'
import { restore } from './restore.ts'
import { scale } from './scale.ts'
import { searching } from './search.ts'
import { sockets } from './sockets.ts'
import { widget } from './widget.ts'

const benches: Record<string, (options: Map<string, string>) => Promise<void>> = {
  broadcast,
  day,
  desk,
  inbound,
  outbound,
  overload,
  inbox,
  restore,
  latency,
  scale,
  search: searching,
  memory,
  sockets,
  widget,
}

const [name = '', ...rest] = process.argv.slice(2)
const options = new Map(
  rest.map(part => part.replace(/^--/, '').split('=') as [string, string?]).map(([key, value]) => [key, value ?? '1']),
)
const bench = benches[name]
if (!bench) {
  process.stderr.write(`There is no bench “${name}”. There are: ${Object.keys(benches).join(', ')}\n`)
  process.exit(2)
}
await bench(options)
process.exit(0)
