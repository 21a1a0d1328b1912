/**
 * Which PostgreSQL server we write to. `DATABASE_URL` may name several (`postgres://user:password@one:5432,two:5432/desk`): a primary and its standbys.
 * Always holds: a connection that was made leads to a server that takes writes; of two that claim to, the one on the newest timeline (the one promoted last)
 * is meant, and never one older than we have seen; connections that hang after a server or a network went silent are cut, so that nobody waits for them.
 */
import pg from 'pg'

export interface DatabaseServer {
  host: string
  port: number
}

export interface DatabaseServers {
  readonly list: readonly DatabaseServer[]
  /** Connects to the server that takes writes, whichever of the list that is at the moment; otherwise an ordinary client. */
  Client: typeof pg.Client
  /** The address with one server, as node-postgres reads it. Which one does not matter to `Client`. */
  url: string
  /** The server that takes writes, as far as known. */
  current(): DatabaseServer | undefined
  close(): void
}

export interface ServersOptions {
  /** Told when a server is left for another, or found silent. */
  onTrouble?(message: string, fields: object): void
}

/** So long a probe may take before a server counts as silent, and so long apart they are. */
const probeMs = 5_000
const pulseEveryMs = 2_000
/** Every so many pulses the other servers are asked too: one of them may have been promoted while the old one still answers. */
const lookAroundEvery = 5
/** A server that has just said that it takes nobody yet is asked again after so long, by one: each attempt costs it a process while it recovers. */
const restMs = 100
/** So long a new connection waits for a server that takes writes. */
const patienceMs = 3_000

/**
 * What makes a lost connection be noticed on the server's side: a process that was cut off in the middle of a transaction would otherwise hold its locks
 * for hours. Nothing of ours waits for anything but the database inside a transaction.
 */
const sessionOptions = [
  'idle_in_transaction_session_timeout=15s',
  'tcp_keepalives_idle=5',
  'tcp_keepalives_interval=2',
  'tcp_keepalives_count=3',
  'tcp_user_timeout=15s',
]
  .map(option => `-c ${option}`)
  .join(' ')

/** Settings that every connection of ours has. */
export const connectionSettings = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 5_000,
  connectionTimeoutMillis: 10_000,
  options: sessionOptions,
}

/** The servers that an address names, and the address with only the first of them. Throws a TypeError for an address that is none. */
export function serversOf(url: string): { list: DatabaseServer[]; url: string } {
  const match = /^(postgres(?:ql)?:\/\/(?:[^@/]*@)?)([^/?]*)(.*)$/s.exec(url)
  if (!match) throw new TypeError('not a PostgreSQL address')
  const [, before, hosts, after] = match as unknown as [string, string, string, string]
  const urls = hosts.split(',').map(host => new URL(`${before}${host}${after}`))
  const list = urls.map(one => ({ host: one.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost', port: Number(one.port || 5432) }))
  return { list, url: urls[0]!.toString() }
}

/** Whether an error says that the database could not be reached or broke off, rather than that it refused something, or that a mistake of ours did. */
export function isOutage(error: unknown): boolean {
  const { code, severity, name, message } = error as { code?: string; severity?: string; name?: string; message?: string }
  // The server itself says how severe its errors are; the driver, the system and our own mistakes do not.
  if (severity === undefined) {
    if (code !== undefined) return /^E(AI|CONN|HOST|NET|PIPE|TIMEDOUT|NOTFOUND)/.test(code)
    return (name === undefined || name === 'Error') && /connect|terminated|timeout|pool|queryable/i.test(message ?? '')
  }
  // Connection exceptions, out of resources, operator intervention, a standby's refusal to write.
  return /^(08|53|57)/.test(code ?? '') || code === '25006'
}

type ConnectCallback = ((error: Error) => void) | ((error: null, client: pg.Client) => void)

interface Probe {
  server: DatabaseServer
  timeline: number
}

/** Makes the servers of one address. Starts nothing before the first connection. */
export function createServers(address: string, options: ServersOptions = {}): DatabaseServers {
  const { list, url } = serversOf(address)
  const { onTrouble = () => {} } = options
  const isSeveral = list.length > 1
  const clients = new Set<FollowingClient>()
  let current: DatabaseServer | undefined = isSeveral ? undefined : list[0]
  const refusals = new Map<DatabaseServer, { at: number; error: Error }>()
  let newestTimeline = 0
  let searching: Promise<DatabaseServer> | undefined
  let pulsing: NodeJS.Timeout | undefined
  let pulseClient: pg.Client | undefined
  let closed = false

  class FollowingClient extends pg.Client {
    openedAt = 0
    server: DatabaseServer | undefined

    constructor(config?: string | pg.ClientConfig) {
      super(config)
      // Without a listener a connection that breaks between two statements would end the process; whoever uses it hears from his next statement.
      this.on('error', () => {})
    }

    override connect(): Promise<pg.Client>
    override connect(callback: ConnectCallback): void
    // biome-ignore lint/suspicious/noConfusingVoidType: as node-postgres has it.
    override connect(callback?: ConnectCallback): Promise<pg.Client> | void {
      if (!callback)
        return new Promise((resolve, reject) => {
          this.connect((error: Error | null) => (error ? reject(error) : resolve(this)))
        })
      find().then(
        server => this.connectTo(server, callback),
        (error: Error) => (callback as (error: Error) => void)(error),
      )
    }

    private connectTo(server: DatabaseServer, callback: ConnectCallback): void {
      const refused = refusals.get(server)
      if (refused) {
        const isEarly = performance.now() - refused.at < restMs
        if (isEarly) return void setImmediate(() => (callback as (error: Error) => void)(refused.error))
        refused.at = performance.now()
      }
      this.server = server
      const inner = this as unknown as { host: string; port: number; connection: NodeJS.EventEmitter & { stream: { destroy(): void } } }
      inner.host = server.host
      inner.port = server.port
      let isStandby = false
      inner.connection.on('parameterStatus', ({ parameterName, parameterValue }: { parameterName: string; parameterValue: string }) => {
        if (parameterName === 'in_hot_standby') isStandby = parameterValue === 'on'
      })
      this.once('end', () => clients.delete(this))
      super.connect((error: Error | null) => {
        if (error && takesNobody(error)) refusals.set(server, { at: performance.now(), error })
        else refusals.delete(server)
        if (error || isStandby) {
          leave(server)
          if (!error) void this.end().catch(() => {})
          return (callback as (error: Error) => void)(
            error ?? outage('08001', `The database server ${nameOf(server)} is a standby: it takes no writes`),
          )
        }
        this.openedAt = performance.now()
        clients.add(this)
        pulse()
        ;(callback as (error: null, client: pg.Client) => void)(null, this)
      })
    }

    cut(): void {
      socketOf(this).destroy(outage('08006', 'The database server went silent'))
    }
  }

  /** The server to connect to: at once while it is in order, else when one is found. */
  async function find(): Promise<DatabaseServer> {
    if (current) return current
    searching ??= search().finally(() => {
      searching = undefined
    })
    return await searching
  }

  function leave(server: DatabaseServer): void {
    if (isSeveral && current === server) current = undefined
  }

  async function search(): Promise<DatabaseServer> {
    const until = performance.now() + patienceMs
    for (;;) {
      const found = await newest()
      if (found) return moveTo(found)
      if (closed || performance.now() > until)
        throw outage('08001', `None of the database servers takes writes: ${list.map(nameOf).join(', ')}`)
      await new Promise(resolve => setTimeout(resolve, 250))
    }
  }

  function moveTo({ server, timeline }: Probe): DatabaseServer {
    if (newestTimeline > 0 && timeline > newestTimeline) {
      onTrouble('another database server was promoted: we go on there', { server: nameOf(server), timeline })
      for (const client of clients) if (client.server !== server) client.cut()
    }
    newestTimeline = timeline
    current = server
    return server
  }

  /** Of all that take writes, the one that was promoted last; an old primary that does not know of it is never taken. */
  async function newest(): Promise<Probe | undefined> {
    const probes = await Promise.all(list.map(probe))
    return probes
      .filter(one => one !== undefined)
      .filter(one => one.timeline >= newestTimeline)
      .toSorted((a, b) => b.timeline - a.timeline)[0]
  }

  async function probe(server: DatabaseServer): Promise<Probe | undefined> {
    const client = await openProbe(server).catch(() => undefined)
    if (!client) return undefined
    try {
      const { rows } = await within(
        client.query<{ timeline: string | null }>(
          `select case when not pg_is_in_recovery() then substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end as timeline`,
        ),
      )
      return rows[0]?.timeline ? { server, timeline: Number.parseInt(rows[0].timeline, 16) } : undefined
    } catch {
      return undefined
    } finally {
      void client.end().catch(() => {})
    }
  }

  async function openProbe(server: DatabaseServer): Promise<pg.Client> {
    const target = new URL(url)
    target.hostname = server.host.includes(':') ? `[${server.host}]` : server.host
    target.port = String(server.port)
    const client = new pg.Client({
      connectionString: target.toString(),
      ...connectionSettings,
      connectionTimeoutMillis: probeMs,
      application_name: 'dragoman pulse',
    })
    client.on('error', () => {})
    await client.connect()
    return client
  }

  /** Feels the server's pulse on a connection of its own, as long as there are connections. */
  function pulse(): void {
    if (pulsing || closed) return
    let silentSince: number | undefined
    let count = 0
    const beat = async () => {
      try {
        const server = current ?? (await find())
        pulseClient ??= await openProbe(server)
        await within(pulseClient.query('select 1'))
        if (silentSince !== undefined) {
          // Connections from before may hang until the network's own patience ends, a quarter of an hour.
          const stale = [...clients].filter(one => one.openedAt < silentSince!)
          onTrouble('the database answers again', { silentMs: Math.round(performance.now() - silentSince), cut: stale.length })
          silentSince = undefined
          for (const one of stale) one.cut()
        }
        if (isSeveral && ++count % lookAroundEvery === 0) {
          const found = await newest()
          if (found && found.timeline > newestTimeline) moveTo(found)
        }
      } catch (error) {
        if (pulseClient) socketOf(pulseClient).destroy()
        pulseClient = undefined
        if (current) leave(current)
        // Where the server went away with a word, the connections broke by themselves.
        if (silentSince === undefined && (error instanceof Silence || /timeout/i.test((error as Error).message))) {
          silentSince = performance.now()
          onTrouble('the database is silent', {})
        }
      }
      if (closed) void pulseClient?.end().catch(() => {})
      else pulsing = setTimeout(() => void beat(), silentSince === undefined ? pulseEveryMs : 500).unref()
    }
    pulsing = setTimeout(() => void beat(), pulseEveryMs).unref()
  }

  return {
    list,
    Client: FollowingClient as unknown as typeof pg.Client,
    url,
    current: () => current,
    close() {
      closed = true
      clearTimeout(pulsing)
      void pulseClient?.end().catch(() => {})
    },
  }
}

class Silence extends Error {}

/** It starts, recovers or stops, or nobody listens: what holds for one connection holds for all. */
function takesNobody(error: Error): boolean {
  const { code } = error as { code?: string }
  return code === '57P03' || code === 'ECONNREFUSED'
}

/** With SQL's own code for it: whoever asks of an error whether the database is away is told so. */
function outage(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

/** What node-postgres does not show: a connection that hangs can only be ended at its socket. */
function socketOf(client: pg.Client): { destroy(error?: Error): void } {
  return (client as unknown as { connection: { stream: { destroy(error?: Error): void } } }).connection.stream
}

async function within<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Silence('the server is silent')), probeMs)
  })
  work.catch(() => {})
  return await Promise.race([work, silence]).finally(() => clearTimeout(timer))
}

function nameOf(server: DatabaseServer): string {
  return `${server.host}:${server.port}`
}
