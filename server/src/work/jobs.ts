/**
 * Slow work on graphile-worker [mechanics 23]. Always holds: every task is safe to run twice; the ids of this process's workers stand in `node`, so
 * that a sweep can free what a dead process held.
 */
import {
  type AccountNewsJob,
  computeReplyTimes,
  connectionSettings,
  countSearchWords,
  fetchProfile,
  type HeldLease,
  type Hub,
  joinMoved,
  mailInvitation,
  mailPausedWebhook,
  prune,
  retain,
  takeAccountNews,
  whenReachable,
} from '@dragoman/hub'
import { Logger, type Runner, type RunnerOptions, run, type TaskList } from 'graphile-worker'
import pg from 'pg'
import { during } from '../observe/context.ts'
import type { Metrics } from '../observe/metrics.ts'
import { makeThumbnail } from './thumbnails.ts'

/** With the waits that grow between them: some two hours. */
const mostMailTries = 9
const restartAfterMs = 1_000

export async function startJobs(hub: Hub, lease: HeldLease, metrics?: Metrics): Promise<{ stop(): Promise<void> }> {
  const pool = new pg.Pool({
    connectionString: hub.pools.systemUrl,
    ...connectionSettings,
    max: 4,
    application_name: 'dragoman jobs',
    Client: hub.pools.servers.Client,
  })
  const onError = (error: Error) => hub.log.warn({ err: error.message }, 'a connection of the jobs broke')
  pool.on('error', onError)
  pool.on('connect', client => client.on('error', onError))
  const options: RunnerOptions = {
    pgPool: pool,
    noHandleSignals: true,
    concurrency: 2,
    pollInterval: 2_000,
    logger: new Logger(
      () => (level, message) =>
        level === 'error' ? hub.log.error({}, message) : level === 'warning' ? hub.log.warn({}, message) : hub.log.debug({}, message),
    ),
    crontab: [
      '17 * * * * prune ?max=1&fill=1h',
      '37 * * * * retain ?max=1&fill=1h',
      '7 * * * * reply_times ?max=1&fill=1h',
      '*/10 * * * * search_words ?max=1',
    ].join('\n'),
    taskList: observed(metrics, {
      thumbnail: async payload => {
        const { workspaceId, fileId } = payload as { workspaceId: string; fileId: string }
        await makeThumbnail(hub, workspaceId, fileId)
      },
      send_invitation: async (payload, { job }) => {
        const { workspaceId, invitationId } = payload as { workspaceId: string; invitationId: string }
        await mailInvitation(hub, workspaceId, invitationId, job.attempts >= mostMailTries)
      },
      mail_webhook_paused: async payload =>
        await mailPausedWebhook(hub, payload as { workspaceId: string; webhookId: string; memberId: string }),
      prune: async () => {
        hub.log.info({ removed: await prune(hub) }, 'pruned')
      },
      retain: async () => await retain(hub),
      search_words: async () => await countSearchWords(hub),
      fetch_profile: async payload => {
        const { workspaceId, identityId } = payload as { workspaceId: string; identityId: string }
        await fetchProfile(hub, workspaceId, identityId)
      },
      join_moved: async payload => {
        const { workspaceId, linkId } = payload as { workspaceId: string; linkId: string }
        await joinMoved(hub, workspaceId, linkId)
      },
      account_news: async payload => await takeAccountNews(hub, payload as AccountNewsJob),
      reply_times: async () => await computeReplyTimes(hub),
    }),
  }
  async function begin(): Promise<Runner> {
    const runner = await whenReachable(
      () => run(options),
      () => hub.log.warn({}, 'jobs wait for the database'),
    )
    runner.events.on('worker:create', ({ worker }) => lease.addWorker(worker.workerId))
    return runner
  }

  let stopped = false
  let runner: Runner | undefined
  try {
    runner = await begin()
  } catch (error) {
    await pool.end()
    throw error
  }
  // It gives up on errors that it does not expect, also on those that pass: jobs must not rest until somebody starts the process again.
  const supervised = (async () => {
    while (!stopped) {
      await runner?.promise.catch(() => {})
      if (stopped) break
      hub.log.error({}, 'the runner of jobs ended: it is started again')
      await new Promise(resolve => setTimeout(resolve, restartAfterMs))
      if (!stopped)
        runner = await begin().catch(error => {
          hub.log.error({ err: error }, 'the runner of jobs could not be started')
          return undefined
        })
    }
    await runner?.stop().catch(() => {})
  })()
  return {
    async stop() {
      stopped = true
      await runner?.stop().catch(() => {})
      // One that was just being started is stopped there.
      await supervised
      await pool.end()
    },
  }
}

/** What a task logs names its job; how it ended and how long it took is counted. */
function observed(metrics: Metrics | undefined, tasks: TaskList): TaskList {
  return Object.fromEntries(
    Object.entries(tasks).map(([task, run]) => [
      task,
      async (payload, helpers) => {
        const stop = metrics?.jobSeconds.startTimer({ task })
        const requestId = (payload as { requestId?: unknown } | null)?.requestId
        const doing = { jobId: helpers.job.id, task, ...(typeof requestId === 'string' ? { requestId } : {}) }
        try {
          await during(doing, async () => await run!(payload as never, helpers))
          metrics?.jobs.inc({ task, result: 'done' })
        } catch (error) {
          metrics?.jobs.inc({ task, result: 'failed' })
          throw error
        } finally {
          stop?.()
        }
      },
    ]),
  )
}
