/**
 * `npm run bench -- widget [--json]`: what the chat costs the page of a business: requests and gzip before it is opened and after, long tasks, layout
 * shift, heap, time to open, on a plain page and on one with a strict policy. Floor of the same run: the same page without the chat.
 */
import { createServer, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { buildFrontEnds } from '../server/src/front-ends.ts'
import { launchChromium } from '../tests/support/chromium.ts'
import { percentile, round, startBenchHub } from './bench-hub.ts'

const probe = fileURLToPath(new URL('page-probe.js', import.meta.url))
const times = 5
const words = '<p>A kettle keeps its warmth for an hour. Shipping takes two days, and returns are free for a month.</p>'.repeat(40)

export async function widget(options: Map<string, string>): Promise<void> {
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  await buildFrontEnds(say)
  const hub = await startBenchHub()
  let browser: Browser | undefined
  let site: Site | undefined
  try {
    const account = await hub.client.call('connectSimulated', { body: { channel: 'webchat' } })
    const { endpointId } = (await hub.client.call('account', { params: { accountId: account.id } })).account
    site = await openSite(`<script src="${hub.running.url}/widget.js" data-endpoint="${endpointId}" async></script>`, hub.running.url)
    browser = await launchChromium()
    const bare = await measure(browser, `${site.url}/bare`, false)
    const plain = await measure(browser, `${site.url}/plain`, true)
    const strict = await measure(browser, `${site.url}/strict`, true)
    const closedBlockedMs = round(plain.scriptMs - bare.scriptMs, 1)
    if (json) process.stdout.write(`${JSON.stringify({ floor: bare, plain, strict, closedBlockedMs })}\n`)
    else {
      say(`floor      the page alone: load ${bare.loadMs} ms, script ${bare.scriptMs} ms, heap ${bare.heapKiB} KiB`)
      for (const [name, seen] of Object.entries({ plain, strict })) {
        say(
          `${name.padEnd(10)} closed: ${seen.closedRequests} requests, ${seen.closedBytes} B gzip, load ${seen.loadMs} ms, script ${seen.scriptMs} ms, heap ${seen.heapKiB} KiB, long tasks ${seen.closedLongTasks}, shift ${seen.shift}`,
        )
        say(
          `${''.padEnd(10)} open: ${seen.openBytes} B gzip more, ready to write after ${seen.openMs} ms, longest task ${seen.openLongestTaskMs} ms, shift ${seen.openShift}, refused by the policy ${seen.refusals}`,
        )
      }
    }
  } finally {
    await browser?.close()
    site?.close()
    await hub.stop()
  }
}

interface Site {
  url: string
  close(): void
}

/** The site of a business, on an origin of its own. */
async function openSite(tag: string, hubUrl: string): Promise<Site> {
  const socket = hubUrl.replace('http', 'ws')
  const policy = `default-src 'none'; script-src ${hubUrl}; connect-src ${hubUrl} ${socket}; img-src ${hubUrl}; require-trusted-types-for 'script'`
  const server: Server = createServer((request, response) => {
    if (!['/bare', '/plain', '/strict'].includes(request.url ?? '')) return response.writeHead(404).end()
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...(request.url === '/strict' ? { 'content-security-policy': policy } : {}),
    })
    response.end(
      `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"></head><body><h1>Shop</h1>${words}${request.url === '/bare' ? '' : tag}</body></html>`,
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('No port for the site')
  return { url: `http://127.0.0.1:${address.port}`, close: () => void server.close() }
}

async function measure(browser: Browser, url: string, hasChat: boolean) {
  const all: Awaited<ReturnType<typeof once>>[] = []
  for (let index = 0; index < times; index++) all.push(await once(browser, url, hasChat))
  const middle = (of: (one: (typeof all)[number]) => number, digits = 0) => round(percentile(all.map(of), 0.5), digits)
  const most = (of: (one: (typeof all)[number]) => number, digits = 0) => round(Math.max(...all.map(of)), digits)
  return {
    loadMs: middle(one => one.loadMs),
    scriptMs: middle(one => one.scriptMs, 1),
    heapKiB: middle(one => one.heapKiB),
    closedRequests: most(one => one.closedRequests),
    closedBytes: most(one => one.closedBytes),
    closedLongTasks: most(one => one.closedLongTasks),
    shift: most(one => one.shift, 4),
    openBytes: most(one => one.openBytes),
    openMs: middle(one => one.openMs),
    openLongestTaskMs: middle(one => one.openLongestTaskMs),
    openShift: most(one => one.openShift, 4),
    refusals: most(one => one.refusals),
  }
}

async function once(browser: Browser, url: string, hasChat: boolean) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  await context.addInitScript({ path: probe })
  const page = await context.newPage()
  let bytes = 0
  let requests = 0
  let refusals = 0
  const arriving: Promise<void>[] = []
  page.on('response', response => {
    if (new URL(response.url()).origin === new URL(url).origin || !response.url().startsWith('http')) return
    requests++
    arriving.push(
      response.body().then(
        body => {
          bytes += gzipSync(body, { level: 9 }).length
        },
        () => {},
      ),
    )
  })
  page.on('console', message => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) refusals++
  })
  const session = await context.newCDPSession(page)
  await session.send('Performance.enable')
  const metric = async () => {
    const { metrics } = (await session.send('Performance.getMetrics')) as { metrics: { name: string; value: number }[] }
    const value = (name: string) => metrics.find(one => one.name === name)?.value ?? 0
    return { scriptMs: value('ScriptDuration') * 1_000, heap: value('JSHeapUsedSize') }
  }
  const startedAt = performance.now()
  await page.goto(url, { waitUntil: 'load' })
  const loadMs = performance.now() - startedAt
  if (hasChat) await page.locator('dragoman-chat button').first().waitFor()
  await page.waitForTimeout(300)
  await Promise.all(arriving)
  const { scriptMs, heap } = await metric()
  const tasks = await page.evaluate<{ ms: number }[]>('bench.longTasks')
  const closed = {
    closedRequests: requests,
    closedBytes: bytes,
    closedLongTasks: tasks.length,
    shift: await page.evaluate<number>('bench.shift'),
  }
  let open = { openBytes: 0, openMs: 0, openLongestTaskMs: 0, openShift: 0 }
  if (hasChat) {
    await page.evaluate('bench.clear()')
    const pressedAt = performance.now()
    await page.locator('dragoman-chat button').first().click()
    await page.locator('dragoman-chat textarea').first().waitFor()
    const openMs = performance.now() - pressedAt
    await page.waitForTimeout(300)
    await Promise.all(arriving)
    const later = await page.evaluate<{ ms: number }[]>('bench.longTasks')
    open = {
      openBytes: bytes - closed.closedBytes,
      openMs,
      openLongestTaskMs: Math.max(0, ...later.map(task => task.ms)),
      openShift: await page.evaluate<number>('bench.shift'),
    }
  }
  await context.close()
  return { loadMs, scriptMs, heapKiB: heap / 1024, ...closed, ...open, refusals }
}
