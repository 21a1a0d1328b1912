/** What is shipped for Prometheus and Grafana speaks of metrics that exist, with labels that they have. */
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { listMetrics } from '../../scripts/docs/monitoring.ts'
import { pathOf } from '../../scripts/generate-docs.ts'

const metrics = new Map(listMetrics().map(metric => [metric.name, metric]))
/** What Prometheus or its configuration adds. */
const added = ['job', 'instance', 'le']

/** What is wrong with an expression. */
function troublesOf(expression: string): string[] {
  const troubles: string[] = []
  for (const [, name, selector = ''] of expression.matchAll(/\b(dragoman_\w+)(?:\{([^}]*)\})?/g)) {
    const base = name!.replace(/_(bucket|count|sum)$/, '')
    const metric = metrics.get(name!) ?? (metrics.get(base)?.kind === 'histogram' ? metrics.get(base) : undefined)
    if (!metric) {
      troubles.push(`there is no metric ${name}`)
      continue
    }
    if (
      /\b(rate|increase)\($/.test(expression.slice(0, expression.indexOf(name!))) &&
      metric.kind === 'gauge' &&
      name !== 'dragoman_log_position'
    )
      troubles.push(`${name} is a gauge and has no rate`)
    for (const [, label] of selector.matchAll(/(\w+)\s*=~?/g))
      if (![...metric.labels, ...added].includes(label!)) troubles.push(`${name} has no label ${label}`)
  }
  const used = [...expression.matchAll(/\b(dragoman_\w+)/g)].flatMap(
    ([, name]) => (metrics.get(name!) ?? metrics.get(name!.replace(/_(bucket|count|sum)$/, '')))?.labels ?? [],
  )
  for (const [, labels] of expression.matchAll(/\bby \(([^)]*)\)/g))
    for (const label of labels!.split(',').map(one => one.trim()))
      if (![...used, ...added].includes(label)) troubles.push(`nothing here has the label ${label}`)
  const count = (character: string) => expression.split(character).length
  if (count('(') !== count(')') || count('{') !== count('}')) troubles.push('brackets do not match')
  return troubles
}

describe('metrics', () => {
  it('are named by one rule, are explained, and have few labels that name no one', () => {
    expect(metrics.size).toBeGreaterThan(50)
    for (const { name, help, labels, kind } of metrics.values()) {
      expect(name).toMatch(/^dragoman_[a-z0-9_]+$/)
      expect(help.length, name).toBeGreaterThan(5)
      if (/^dragoman_(process|nodejs)_/.test(name)) continue
      expect(name.endsWith('_total'), name).toBe(kind === 'counter')
      if (kind === 'histogram') expect(name).toMatch(/_seconds$/)
      for (const label of labels)
        expect(
          ['channel', 'result', 'outcome', 'kind', 'method', 'status', 'task', 'pool', 'state', 'what', 'role', 'of', 'version', 'node'],
          name,
        ).toContain(label)
    }
  })

  it('that do not exist are found', () => {
    expect(troublesOf('rate(dragoman_nothing_total[5m])')).toHaveLength(1)
    expect(troublesOf('dragoman_waiting{who="x"}')).toHaveLength(1)
    expect(troublesOf('rate(dragoman_streams[5m])')).toHaveLength(1)
    expect(troublesOf('sum by (colour) (dragoman_streams)')).toHaveLength(1)
    expect(troublesOf('sum by (le, kind) (rate(dragoman_request_seconds_bucket{kind="people"}[5m]))')).toEqual([])
  })
})

describe('what is shipped', () => {
  it('the dashboard: every panel asks for metrics that exist', async () => {
    const dashboard = JSON.parse(await readFile(pathOf('ops/grafana/dragoman.json'), 'utf8')) as {
      uid: string
      panels: { id: number; type: string; title: string; gridPos: { x: number; w: number }; targets?: { expr: string }[] }[]
    }
    const panels = dashboard.panels.filter(panel => panel.type !== 'row')
    expect(panels.length).toBeGreaterThan(25)
    expect(new Set(dashboard.panels.map(panel => panel.id)).size).toBe(dashboard.panels.length)
    for (const { title, targets = [], gridPos } of panels) {
      expect(targets.length, title).toBeGreaterThan(0)
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
      for (const { expr } of targets) expect(troublesOf(expr), `${title}: ${expr}`).toEqual([])
    }
    const shown = panels
      .flatMap(panel => panel.targets ?? [])
      .map(target => target.expr)
      .join('\n')
    const forgotten = [...metrics.keys()].filter(name => !/_(process|nodejs)_/.test(name) && !shown.includes(name))
    expect(forgotten.length, forgotten.join()).toBeLessThan(12)
  })

  it('the alert rules: each with a threshold on metrics that exist, words for a person and what to do', async () => {
    const { groups } = parse(await readFile(pathOf('ops/prometheus/alerts.yml'), 'utf8')) as {
      groups: { rules: { alert: string; expr: string; labels: { severity: string }; annotations: { summary: string; action: string } }[] }[]
    }
    const rules = groups.flatMap(group => group.rules)
    expect(rules.length).toBeGreaterThan(10)
    expect(new Set(rules.map(rule => rule.alert)).size).toBe(rules.length)
    for (const { alert, expr, labels, annotations } of rules) {
      expect(troublesOf(expr), alert).toEqual([])
      expect(expr, alert).toMatch(/[<>=]/)
      expect(['page', 'warn']).toContain(labels.severity)
      expect(annotations.summary.length, alert).toBeGreaterThan(10)
      expect(annotations.action.length, alert).toBeGreaterThan(10)
    }
  })

  it('the scrape configuration names the rules and a token', async () => {
    const scrape = parse(await readFile(pathOf('ops/prometheus/scrape.yml'), 'utf8')) as {
      rule_files: string[]
      scrape_configs: { job_name: string; authorization: object }[]
    }
    expect(scrape.rule_files).toEqual(['alerts.yml'])
    expect(scrape.scrape_configs[0]).toMatchObject({ job_name: 'dragoman', authorization: { type: 'Bearer' } })
  })
})
