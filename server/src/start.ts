/**
 * The composition root: everything is made here and nowhere else, and stopped here in the opposite order. Always holds: `stop` drains what is under
 * way, then stops the database that we started; a second hub on one embedded data folder is refused.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRunner } from '@dragoman/channel-kit'
import type { Channels } from '@dragoman/core'
import {
  createBell,
  createCodec,
  createEndpointLookup,
  createJournal,
  createOriginWatch,
  createPresence,
  createServers,
  folderStorage,
  forWork,
  type Hub,
  holdLease,
  type Journal,
  keepDays,
  migrate,
  openKeyFile,
  openPools,
  requireFitServer,
  rolePassword,
  startDelivery,
  type Transport,
  UnfitServerError,
  whenReachable,
} from '@dragoman/hub'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import type { Logger } from 'pino'
import { RateLimiterMemory, RateLimiterPostgres } from 'rate-limiter-flexible'
import { channels as allChannels } from './channels.ts'
import { type EmbeddedServer, startEmbeddedServer } from './embedded-postgres/embedded-server.ts'
import { folderMark } from './embedded-postgres/folder-mark.ts'
import { createInspector } from './files/inspect.ts'
import { createGuardedFetch, type GuardedFetch } from './guarded-fetch.ts'
import { createAdmission, type LoadNow } from './http/admission.ts'
import type { WebContext } from './http/context.ts'
import { createMail } from './mail.ts'
import { createLogger, secretsOf } from './observe/logger.ts'
import { healthOf, type Observation, observe, openMetricsPort } from './observe/observe.ts'
import { leaveNotice, operatorToken } from './operator.ts'
import { type Settings, SettingsError } from './settings.ts'
import { createSimulatorHost, type SimulatorHost } from './simulators.ts'
import { startAnswering } from './work/answers.ts'
import {
  ingestEffects,
  startFetching,
  startImports,
  startIngest,
  startPolling,
  startRoutingLoop,
  startSumming,
  startSweeping,
  startWebhooks,
} from './work/loops.ts'
import { startPushing } from './work/pushing.ts'
import { startWaking } from './work/waking.ts'

export interface RunningHub {
  url: string
  /** Of the port for health and metrics, where there is one. */
  metricsUrl: string | undefined
  hub: Hub
  simulators: SimulatorHost | undefined
  app: FastifyInstance | undefined
  /** Drains and stops. */
  stop(): Promise<void>
}

export interface StartOptions {
  settings: Settings
  progress?(message: string): void
  channels?: Channels
  /** Where root's copy of the database programs goes; the home by default. */
  binariesHome?: string
  logger?: Logger
  /** How busy the process is, for who is let in; by default as it is measured. A test's machine may be busy with other things. */
  load?(): LoadNow
}

/** Starts a hub by its settings. Throws SettingsError (or an Error with one clear sentence) when it cannot. */
export async function startHub(options: StartOptions): Promise<RunningHub> {
  const { settings, progress = () => {} } = options
  const log = options.logger ?? createLogger(settings, secretsOf(settings))
  /** What was made, to be ended in the opposite order. */
  const stops: (() => Promise<unknown>)[] = []
  /** What is told to finish first, all at once: requests, sendings, loops. */
  const drains: ((graceMs: number) => Promise<unknown>)[] = []
  let stopping = false
  const stopAll = async () => {
    if (stopping) return
    stopping = true
    const until = Date.now() + settings.stopMs - settings.stopMs / 10
    // A load balancer sees that this process is not ready before it takes no more requests.
    if (drains.length > 0 && settings.stopDelayMs > 0) await new Promise(resolve => setTimeout(resolve, settings.stopDelayMs))
    // What is left of the time is for the rest: leases, connections, the database.
    const graceMs = Math.max(500, (until - Date.now()) * 0.8)
    await within(
      graceMs + 200,
      Promise.all(drains.splice(0).map(drain => drain(graceMs).catch(error => log.error({ err: error }, 'stopping')))),
    ).catch(error => log.warn({ err: error }, 'not everything was finished'))
    for (const stop of stops.splice(0).reverse()) await stop().catch(error => log.error({ err: error }, 'stopping'))
  }
  try {
    return await compose()
  } catch (error) {
    await stopAll()
    throw error instanceof UnfitServerError ? new SettingsError(error.message) : error
  }

  async function compose(): Promise<RunningHub> {
    await mkdir(settings.home, { recursive: true })
    const ring = await openKeyFile(join(settings.home, 'keys', 'master.json'))
    const masterKey = ring.keys[ring.current]!
    const { url, dataFolder } = await openDatabase(masterKey)
    const servers = createServers(url, { onTrouble: (message, fields) => log.warn(fields, message) })
    stops.push(async () => servers.close())
    const waiting = () => progress('Waiting for the database')
    const applied = await whenReachable(
      () => migrate(servers.url, masterKey, servers, { durabilityMayBeOff: settings.durabilityMayBeOff }),
      waiting,
    )
    if (applied.length > 0) log.info({ applied }, 'migrated')
    const origin = createOriginWatch(servers, {
      folder: dataFolder === undefined ? null : await folderMark(dataFolder),
      afterPromotion: settings.afterPromotion,
      onRecovered: recovered =>
        log.warn(recovered, 'this database is not the one that it was: recovered mode, nothing is sent until a manager releases it'),
    })
    await whenReachable(() => origin.settle(), waiting)

    const channels = options.channels ?? allChannels
    const version = await readVersion()
    const nodeId = randomUUID()
    const pools = openPools({
      onConnect: origin.onConnect,
      ownerUrl: servers.url,
      masterKey,
      servers,
      onError: error => log.warn({ err: error }, 'a database connection broke'),
    })
    stops.push(() => pools.end())
    // A role may have settings of its own.
    for (const pool of [pools.app, pools.system]) await whenReachable(() => requireFitServer(pool, settings.durabilityMayBeOff), waiting)
    if (settings.durabilityMayBeOff) log.warn({}, 'DANGEROUS_DURABILITY_OFF: acknowledged messages may be lost in a crash')
    const bell = createBell(pools.systemUrl, nodeId, error => log.warn({ err: error }, 'the bell’s connection broke'), servers.Client)
    stops.push(() => bell.close())
    const presence = createPresence(bell, nodeId, Date.now)
    stops.push(async () => presence.close())
    const watching = createPresence(bell, nodeId, Date.now, 'watching')
    stops.push(async () => watching.close())

    const address = { url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${settings.port}` }
    const loopback = () => address.url.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//127.0.0.1')
    let host: SimulatorHost | undefined
    const guarded = createGuardedFetch(() => [
      ...settings.outgoingAllow,
      ...(host
        ? host.simulators.all().flatMap(one => [host!.simulators.origin(one.kind.id), ...Object.values(one.simulator.origins?.() ?? {})])
        : []),
    ])
    stops.push(() => guarded.close())
    const transport = createTransport(guarded, log)
    stops.push(() => transport.close())
    const observation = await observe({ pools, now: Date.now, log, nodeId }, settings, version)
    stops.push(() => observation.stop())
    const health = async () => await healthOf({ pools }, () => stopping)
    let journal: Journal | undefined
    const hub: Hub = {
      pools,
      acceptingTookMs: () => journal?.tookMs() ?? 0,
      acceptedPerSecond: () => journal?.perSecond() ?? 0,
      signals: observation.signals,
      bell,
      presence,
      watching,
      log,
      nodeId,
      channels,
      codec: createCodec(ring),
      storage: folderStorage(join(settings.home, 'files')),
      transport,
      mail: settings.mail && createMail(settings.mail),
      now: Date.now,
      publicUrl: settings.publicUrl,
      get localUrl() {
        return loopback()
      },
      simulatorOrigins: channel => host?.origins(hub, channel),
    }

    await whenReachable(() => keepDays(hub), waiting)

    let app: FastifyInstance | undefined
    if (settings.role !== 'worker') {
      // The port is known before anything that names our address is made.
      journal = createJournal(hub)
      const web: WebContext = {
        hub,
        settings,
        journal,
        findEndpoint: createEndpointLookup(hub),
        inspect: createInspector(hub.storage),
        effects: ingestEffects(hub),
        metrics: observation.metrics,
        tracer: observation.tracer,
        admission: createAdmission(
          options.load ??
            (() => ({
              lagMs: observation.load.lagMs(),
              poolWaiting: pools.app.waitingCount / pools.app.options.max,
            })),
        ),
        simulators: undefined,
        version,
        health,
        limits: createLimits(hub),
        operatorToken: operatorToken(masterKey),
      }
      Object.assign(observation.measured, { admission: web.admission, journalWaiting: () => web.journal.waiting() })
      if (settings.simulator) {
        const { openSimulators, simulatorKinds } = await import('@dragoman/simulator')
        const simulators = await openSimulators({
          kinds: simulatorKinds.filter(kind => channels.has(kind.id)),
          folder: join(settings.home, 'simulator'),
          localUrl: loopback,
          onChange: channel => bell.ring('simulator', channel),
          onTrouble: error => log.warn({ err: error }, 'simulator'),
        })
        stops.push(() => simulators.close())
        host = createSimulatorHost(simulators)
        web.simulators = host
      }
      const { createApp } = await import('./http/app.ts')
      app = await createApp(web, log)
      address.url = await app.listen({ port: settings.port, host: settings.host }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE')
          throw new SettingsError(`PORT=${settings.port}: another program listens on this port already. Stop it, or choose another PORT.`)
        if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL')
          throw new SettingsError(`HOST=${settings.host} PORT=${settings.port}: this address cannot be listened on.`)
        throw error
      })
      const removeNotice = await leaveNotice(settings.home, loopback())
      stops.push(removeNotice)
      const listening = app
      observation.measured.backlogs = () => [...listening.websocketServer.clients].map(socket => socket.bufferedAmount)
      drains.push(async () => await listening.close())
    }
    if (settings.role !== 'web') await startWork(forWork(hub), hub, observation)
    else {
      // When every worker was killed, what they held is settled before one of them is back.
      const sweeping = startSweeping(hub)
      drains.push(async () => await sweeping.stop())
    }
    const port = await openMetricsPort(observation, settings, operatorToken(masterKey), health)
    if (port) stops.push(() => port.stop())
    return { url: address.url, metricsUrl: port?.url, hub, simulators: host, app, stop: stopAll }
  }

  async function openDatabase(masterKey: Uint8Array): Promise<{ url: string; dataFolder?: string }> {
    if (settings.databaseUrl) return { url: settings.databaseUrl }
    const server: EmbeddedServer = await startEmbeddedServer({
      home: settings.home,
      password: rolePassword(masterKey, 'owner'),
      binariesHome: options.binariesHome,
      progress,
    })
    const guard = await claimFolder(server.url)
    if (!guard)
      throw new SettingsError(
        `Dragoman is running already on the data folder ${settings.home}. Stop it first, or set DRAGOMAN_HOME to another folder.`,
      )
    stops.push(async () => {
      await guard.end().catch(() => {})
      await server.stop()
    })
    return { url: server.url, dataFolder: server.dataFolder }
  }

  /** `hub`: with connections for background work. Sendings use those of people: they are few at once, and must not wait behind a flood. */
  async function startWork(hub: Hub, people: Hub, { metrics, measured }: Observation): Promise<void> {
    const lease = await holdLease(people, settings.role)
    let jobsEnded = false
    // Jobs that were cut off are freed by whoever sweeps this node; a released node is not swept.
    stops.push(async () => (jobsEnded ? await lease.release() : lease.stop()))
    const { startJobs } = await import('./work/jobs.ts')
    const jobs = await startJobs(hub, lease, metrics)
    const delivery = startDelivery(people, lease, { slots: settings.deliverySlots })
    measured.sending = () => ({ busy: delivery.busy(), slots: settings.deliverySlots })
    const loops = [
      startIngest(hub, lease),
      startFetching(hub, createInspector(hub.storage)),
      startSweeping(hub),
      startPolling(hub, lease),
      startRoutingLoop(hub, lease),
      startSumming(hub),
      startWebhooks(hub, lease),
      startPushing(hub, lease),
      startImports(hub, lease),
      startWaking(hub),
      startAnswering(hub, lease),
    ]
    drains.push(
      async graceMs => {
        await within(graceMs, jobs.stop())
        jobsEnded = true
      },
      async graceMs => await within(graceMs, Promise.all(loops.map(loop => loop.stop()))),
      async graceMs => await delivery.stop(graceMs),
    )
  }
}

/** Waits so long at most; throws when it was not enough. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The time for stopping is over; what is not finished is left')), ms)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Holds the data folder for this process: an advisory lock lives as long as its connection, `kill -9` included. */
async function claimFolder(ownerUrl: string): Promise<pg.Client | undefined> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'dragoman folder lock', keepAlive: true })
  client.on('error', () => {})
  await client.connect()
  // After a `kill -9` the server needs a moment to see that the old connection is gone.
  for (let attempt = 0; attempt < 20; attempt++) {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [0x64726166])
    if (rows[0]!.held) return client
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  await client.end()
  return undefined
}

/** The runner of effects, with the guarded fetch and traces that show no secret. */
export function createTransport(
  { fetch, refusalOf, reach = nowhere }: Pick<GuardedFetch, 'fetch' | 'refusalOf'> & Partial<Pick<GuardedFetch, 'reach'>>,
  log: Pick<Logger, 'debug'> & Partial<Pick<Logger, 'isLevelEnabled'>>,
): Transport & { close(): Promise<void> } {
  const runner = createRunner({ fetch, reach })
  // A trace is made, and cleaned of secrets, only where somebody reads it.
  const isTraced = () => log.isLevelEnabled?.('debug') ?? true
  return {
    refusalOf,
    perform: async (request, context) =>
      await runner.perform(request, isTraced() ? { ...context, trace: entry => log.debug({ exchange: entry }, 'exchange') } : context),
    download: async (request, { maxBytes, ...context }) => await runner.download(request, { ...context, maxDownloadBytes: maxBytes }),
    close: () => runner.close(),
  }
}

async function nowhere(server: string): Promise<never> {
  throw Object.assign(new Error(`${server} is not reached from here`), { code: 'ECONNREFUSED' })
}

/** Limits of the API: general ones per session and per address in memory, strict ones (sign-in, setup) in the database, so that they hold across machines and restarts. */
function createLimits(hub: Hub): WebContext['limits'] {
  const strict = new Map<number, RateLimiterPostgres>()
  return {
    api: new RateLimiterMemory({ points: 3_000, duration: 60, keyPrefix: 'caller' }),
    address: new RateLimiterMemory({ points: 60_000, duration: 60, keyPrefix: 'address' }),
    strict(perMinute) {
      const known = strict.get(perMinute)
      if (known) return known
      const made = new RateLimiterPostgres({
        storeClient: hub.pools.system,
        storeType: 'pool',
        tableName: 'rate_limit',
        tableCreated: true,
        keyPrefix: `m${perMinute}`,
        points: perMinute,
        duration: 60,
        clearExpiredByTimeout: false,
      })
      strict.set(perMinute, made)
      return made
    },
  }
}

async function readVersion(): Promise<string> {
  return (JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version
}
