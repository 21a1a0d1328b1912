/** The page of metrics, made from the registry of a process over nothing. Always holds: what is listed is what is registered; no database is asked. */
import type { Hub } from '@dragoman/hub'
import { createMetrics } from '../../server/src/observe/metrics.ts'

export interface ListedMetric {
  name: string
  help: string
  kind: string
  labels: string[]
}

/** Every metric that a process may show. */
export function listMetrics(): ListedMetric[] {
  const pool = { totalCount: 0, idleCount: 0, waitingCount: 0, query: async () => ({ rows: [] }) }
  const hub = { pools: { app: pool, work: pool, system: pool }, now: () => 0 } as unknown as Pick<Hub, 'pools' | 'now'>
  const { metrics } = createMetrics(hub, { version: '0', role: 'all' })
  return metrics.registry
    .getMetricsAsArray()
    .map(metric => {
      const { name, help, type, labelNames = [] } = metric as unknown as { name: string; help: string; type: string; labelNames?: string[] }
      return { name, help, kind: String(type), labels: [...labelNames].filter(label => label !== 'le') }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

export function monitoringPage(): string {
  const all = listMetrics()
  const ofRuntime = (name: string) => /^dragoman_(process|nodejs)_/.test(name)
  const row = ({ name, kind, labels, help }: ListedMetric) =>
    `| \`${name}\` | ${kind} | ${labels.map(label => `\`${label}\``).join(', ')} | ${help.replaceAll('|', '\\|')} |`
  return `<!-- Made by \`npm run docs\` from server/src/observe/. -->
# Monitoring

What an operations engineer sees of Dragoman: health, a log, metrics, traces, the doctor. Settings are in [settings.md](settings.md); what is refused when there is too much, and in which order, in [decisions/0020-who-is-refused-first.md](decisions/0020-who-is-refused-first.md).

## Health

\`/health/live\`: the process answers. \`/health/ready\`: the database answers and no stop has begun; 503 otherwise. On a stop (SIGTERM, Ctrl-C) readiness fails at once; \`STOP_DELAY_SECONDS\` later no more connections are taken, requests under way are answered, sendings under way are recorded, event streams are closed with code 1012 and \`restarting within N ms\`, over which browsers spread their return (five seconds or more from 50 streams on). All of it within \`STOP_SECONDS\`; what is not finished by then is settled by other processes or at the next start, never sent twice.

## Log

JSON lines on standard error. A line that belongs to a request bears \`requestId\` (the \`x-request-id\` of the answer, \`requestId\` in a problem); one of a background job \`jobId\` and \`task\`. With TRUST_PROXY=1 a proxy’s \`X-Request-Id\`, or the trace id of \`traceparent\`, is kept. \`LOG_REQUESTS\` says at which level each answered request is a line: method, route (never the address as typed), status, milliseconds. Bodies, headers, queries, contact data and secrets are not logged; the last wall (\`server/src/observe/scrub.ts\`) takes out what looks like one.

## Metrics

\`/metrics\`, for Prometheus: from this machine (not through a proxy), with \`METRICS_TOKEN\`, or with the operator’s token. A worker has no web server: \`METRICS_PORT\` opens one for health and metrics only, on any role. What is counted in the database is asked at most every ten seconds per process, by indexes that hold only what waits, and counted to 10,000.

Ready to use, and not run where they were written: the dashboard [\`ops/grafana/dragoman.json\`](../ops/grafana/dragoman.json), the alert rules [\`ops/prometheus/alerts.yml\`](../ops/prometheus/alerts.yml), a scrape configuration [\`ops/prometheus/scrape.yml\`](../ops/prometheus/scrape.yml). A test holds every metric in them against the program.

| metric | kind | labels | what it is |
|---|---|---|---|
${all
  .filter(({ name }) => !ofRuntime(name))
  .map(row)
  .join('\n')}

And of the runtime (\`prom-client\`): ${all
    .filter(({ name }) => ofRuntime(name))
    .map(({ name }) => `\`${name}\``)
    .join(', ')}.

## Traces

\`OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318\` switches OpenTelemetry on (OTLP over HTTP, in JSON); otherwise nothing of it is loaded. Spans: each request (\`traceparent\` of a trusted proxy is gone on from); of a webhook: \`journal\` (stored and waiting) and \`apply\`; of a message: \`wait\`, \`claim\`, \`request\` and \`record\`, also when another process does it. Attributes are ids, counts and names of channels. \`OTEL_TRACES_SAMPLER_ARG\` is the share that is kept.

## Doctor

\`npm run dragoman -- doctor\` (\`--json\`; exit status 1 when something failed) looks at the machine, the data folder, the key file, the port, the public address and its certificate, the mail server, the database server (version, durability for every role, encoding, roles and row-level security, connections, long transactions, standbys), the schema, the clocks, the processes, lanes, parts, jobs, tokens, the last webhooks and refused signatures, retention, partitions, recovered mode and the last backup. Each failure says what, why, and the command that mends it.
`
}
