/** Prometheus metrics. Always holds: labels have few values (channel, outcome), never ids. */
import type { Hub } from '@dragoman/hub'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  registry: Registry
  webhooks: Counter<'channel' | 'result'>
  webhookSeconds: Histogram<'channel'>
  requests: Counter<'method' | 'status'>
  streams: Gauge
}

export function createMetrics(hub: Hub): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'dragoman_' })
  const registers = [registry]
  new Gauge({
    name: 'dragoman_queue',
    help: 'Rows that wait',
    labelNames: ['what'],
    registers,
    async collect() {
      const { rows } = await hub.pools.system
        .query<{ what: string; count: number }>(
          `select 'lane_items' as what, count(*)::int as count from lane_item where applied_at is null and account_id is not null
          union all select 'parts_pending', count(*)::int from part where state = 'pending' union all select 'parts_sending', count(*)::int from part where state = 'sending'
          union all select 'parts_uncertain', count(*)::int from part where state = 'uncertain' union all select 'files_expected', count(*)::int from file where state = 'expected'
          union all select 'set_aside', count(*)::int from set_aside where resolved_at is null`,
        )
        .catch(() => ({ rows: [] }))
      for (const row of rows) this.set({ what: row.what }, row.count)
    },
  })
  return {
    registry,
    webhooks: new Counter({
      name: 'dragoman_webhooks_total',
      help: 'Webhooks by channel and result',
      labelNames: ['channel', 'result'],
      registers,
    }),
    webhookSeconds: new Histogram({
      name: 'dragoman_webhook_seconds',
      help: 'From the request to the durable acknowledgement',
      labelNames: ['channel'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    requests: new Counter({ name: 'dragoman_requests_total', help: 'API requests', labelNames: ['method', 'status'], registers }),
    streams: new Gauge({ name: 'dragoman_streams', help: 'Connected event streams', registers }),
  }
}
