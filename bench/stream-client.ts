/**
 * An inbox that is connected to a hub's event stream, in a process of its own as a browser is: notes how long each message took from its sending (the clock is
 * in its text) to its event here. Settings come as one JSON argument; says `ready`, ends on a line on its input, and gives the times as one JSON line.
 */
import { once } from 'node:events'
import { openStream } from '@dragoman/api'
import { WebSocket } from 'ws'

export interface StreamClientSettings {
  url: string
  cursor: string
  cookie: string
}

const { url, cursor, cookie } = JSON.parse(process.argv[2] ?? '{}') as StreamClientSettings

class SignedInSocket extends WebSocket {
  constructor(address: string, protocols?: string[]) {
    super(address, protocols, { headers: { cookie } })
  }
}

const ms: number[] = []
let lastAt = performance.now()
const stream = openStream(
  url,
  cursor,
  {
    onEvents: events => {
      const now = Date.now()
      lastAt = performance.now()
      for (const event of events) {
        if (event.kind !== 'message.created' || event.message.body.content.kind !== 'text') continue
        const sentAt = Number(event.message.body.content.text.text.split(' ')[3])
        if (sentAt) ms.push(now - sentAt)
      }
    },
    onEphemeral: () => {},
    onResync: () => {},
    onState: state => {
      if (state === 'live') process.stdout.write('ready\n')
    },
  },
  { WebSocket: SignedInSocket },
)
await once(process.stdin, 'data')
// Until nothing has come for a while.
while (performance.now() - lastAt < 1_500) await new Promise(resolve => setTimeout(resolve, 50))
stream.close()
process.stdout.write(`${JSON.stringify(ms)}\n`, () => process.exit(0))
