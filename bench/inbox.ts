/**
 * `npm run bench -- inbox [--conversations=10000] [--thread=10000] [--json]`: the inbox in a headless browser over a hub with so many conversations: loading, switching,
 * keys, typing and echo under floods of inbound messages, a long thread. Floors of the same run: the loading of a bare page of the same server, and a
 * frame of the browser. Figures are of this machine; only the ratios travel.
 */
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { buildFrontEnds } from '../server/src/front-ends.ts'
import { launchChromium } from '../tests/support/chromium.ts'
import { type BenchHub, type GeneratorBase, generateWebhooks, percentile, round, startBenchHub } from './bench-hub.ts'
import { webhookBody } from './webhook-generator.ts'

const probe = fileURLToPath(new URL('page-probe.js', import.meta.url))
const loads = 5

export async function inbox(options: Map<string, string>): Promise<void> {
  const conversations = Number(options.get('conversations') ?? 10_000)
  const thread = Number(options.get('thread') ?? 10_000)
  const floodSeconds = Number(options.get('seconds') ?? 8)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  await buildFrontEnds(say)
  const hub = await startBenchHub()
  let browser: Browser | undefined
  try {
    const base = await hub.connectSigned(conversations)
    say(`Seeding ${conversations} conversations, one of them with ${thread} messages …`)
    await seed(hub, base, conversations, thread)
    browser = await launchChromium()
    const context = await signedIn(browser, hub)
    const page = await context.newPage()
    const floors = await measureFloors(page, hub.running.url)
    say(`floor      a bare page ${floors.bareLoadMs} ms, a frame ${floors.frameMs} ms, a round to the painted frame ${floors.roundMs} ms`)

    const load = { ...(await measureLoads(browser, hub)), ...scriptSizes() }
    say(
      `loading    cold ${load.coldMs} ms, again ${load.reloadMs} ms, script ${load.scriptKiB} KiB gzip in ${load.scripts} files, shift ${load.shift}`,
    )

    await page.goto(`${hub.running.url}/inbox/all`)
    await page.locator('[data-conversation]').first().waitFor()
    const switching = await measureSwitching(page)
    say(
      `switching  seen p50 ${switching.seenP50Ms} / max ${switching.seenMaxMs} ms, unseen p50 ${switching.unseenP50Ms} / max ${switching.unseenMaxMs} ms, skeletons ${switching.skeletons}`,
    )
    const keys = await measureKeys(page)
    say(
      `keys       p50 ${keys.p50Ms} / p98 ${keys.p98Ms} ms to the painted change; INP ${keys.inpMs} ms; requests before the messages of a neighbour: ${keys.requestsOnPath}`,
    )
    const floods = []
    for (const rate of [0, 100, 200]) {
      const figures = await measureFlood(page, hub, base, rate, floodSeconds)
      floods.push(figures)
      say(
        `flood ${String(rate).padEnd(4)} typing p50 ${figures.typingP50Ms} / p99 ${figures.typingP99Ms} ms, echo p50 ${figures.echoP50Ms} / max ${figures.echoMaxMs} ms, frame to painted p50 ${figures.paintedP50Ms} / p99 ${figures.paintedP99Ms} ms, longest task ${figures.longestTaskMs} ms`,
      )
    }
    const long = thread > 0 ? await measureLongThread(page, hub, base) : undefined
    if (long)
      say(
        `thread     ${long.messages} messages loaded in ${long.loadedMs} ms; ${long.fps} frames/s while scrolling (${long.fpsRatio} of the floor), p99 frame ${long.frameP99Ms} ms, at most ${long.mostRows} messages in the page, drift ${long.driftPx} px; frame to painted p99 ${long.paintedP99Ms} ms`,
      )
    if (json) process.stdout.write(`${JSON.stringify({ conversations, floors, load, switching, keys, floods, thread: long })}\n`)
  } finally {
    await browser?.close()
    await hub.stop()
  }
}

export async function seed(hub: BenchHub, base: GeneratorBase, conversations: number, thread: number): Promise<void> {
  const settings = { ...base, connections: 64, rate: 0 }
  const count = async (where = '') => (await hub.admin.query<{ n: number }>(`select count(*)::int as n from message ${where}`)).rows[0]!.n
  // The generator goes by time: until there are enough.
  for (let part = 0; thread > 0 && (await count()) < thread; part++) {
    await generateWebhooks({ ...settings, customers: 1, seconds: 2, tag: `long${part}x` })
    await hub.idle()
  }
  await hub.admin.query('analyze')
  for (let part = 0; ; part++) {
    const { rows } = await hub.admin.query<{ n: number }>('select count(*)::int as n from conversation')
    if (rows[0]!.n >= conversations) break
    await generateWebhooks({ ...settings, seconds: 8, tag: `seed${part}x` })
    await hub.idle()
  }
  // Days to go through: seven minutes between two messages.
  await hub.admin.query(`update message m set order_at = m.order_at - o.n * interval '7 minutes', at = m.at - o.n * interval '7 minutes'
    from (select id, row_number() over (partition by conversation_id order by order_at desc, order_tie desc, order_external desc) - 1 as n from message) o
    where o.id = m.id and o.n > 0`)
  await hub.admin.query('analyze')
}

export async function signedIn(browser: Browser, hub: Pick<BenchHub, 'cookie' | 'running'>): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
  const at = hub.cookie.indexOf('=')
  await context.addCookies([{ name: hub.cookie.slice(0, at), value: hub.cookie.slice(at + 1), url: hub.running.url }])
  await context.addInitScript({ path: probe })
  return context
}

/** The least that a page of this server in this browser costs. */
async function measureFloors(page: Page, origin: string) {
  const bare: number[] = []
  for (let index = 0; index < 5; index++) {
    const startedAt = performance.now()
    await page.goto(`${origin}/version`)
    bare.push(performance.now() - startedAt)
  }
  const frames = await page.evaluate<number[]>('bench.frames(60)')
  const rounds = await page.evaluate<number[]>('bench.frameRound(40)')
  return {
    bareLoadMs: round(percentile(bare, 0.5), 1),
    frameMs: round(percentile(frames, 0.5), 1),
    roundMs: round(percentile(rounds, 0.5), 1),
  }
}

/** From the address to the first row that can be pressed: in a browser that was never here, and again. */
async function measureLoads(browser: Browser, hub: BenchHub) {
  const cold: number[] = []
  const again: number[] = []
  let shift = 0
  for (let index = 0; index < loads; index++) {
    const context = await signedIn(browser, hub)
    const page = await context.newPage()
    let startedAt = performance.now()
    await page.goto(`${hub.running.url}/inbox/all`, { waitUntil: 'commit' })
    await page.locator('[data-conversation]').first().click({ trial: true })
    cold.push(performance.now() - startedAt)
    shift = Math.max(shift, await page.evaluate<number>('bench.shift'))
    startedAt = performance.now()
    await page.reload({ waitUntil: 'commit' })
    await page.locator('[data-conversation]').first().click({ trial: true })
    again.push(performance.now() - startedAt)
    await context.close()
  }
  return { coldMs: round(percentile(cold, 0.5)), reloadMs: round(percentile(again, 0.5)), shift: round(shift, 3) }
}

/** What the first page asks for: its scripts and the longer catalogue. */
function scriptSizes() {
  const dist = new URL('../inbox/dist/', import.meta.url)
  const size = (name: string) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length
  const html = readFileSync(new URL('index.html', dist), 'utf8')
  const scripts = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(match => match[1]!)
  const catalogues = readdirSync(new URL('assets/', dist)).filter(
    name => /^(en|ru)-[\w-]+\.js$/.test(name) && !/^(en|ru)-later-/.test(name),
  )
  const total = scripts.reduce((sum, name) => sum + size(name), 0) + Math.max(...catalogues.map(name => size(`assets/${name}`)))
  return { scripts: scripts.length + 1, scriptKiB: round(total / 1024, 1) }
}

/** `ms` is null where nothing came within ten seconds. */
interface Switched {
  ms: number | null
  skeleton: boolean
}

async function measureSwitching(page: Page) {
  const names = await page.locator('[data-conversation] bdi').allTextContents()
  const rows = page.locator('[data-conversation]')
  const go = async (index: number) => {
    await page.evaluate(`bench.arm('switchTo', 'pointerdown', ${JSON.stringify(names[index])})`)
    await rows.nth(index).click()
    const { ms, skeleton } = (await page.evaluate<Switched | null>('benchArmed')) ?? { ms: null, skeleton: false }
    if (ms === null) throw new Error(`The messages of ${names[index]} did not come`)
    return { ms, skeleton }
  }
  await go(0)
  const unseen: { ms: number; skeleton: boolean }[] = []
  const seen: { ms: number; skeleton: boolean }[] = []
  // Every third: neighbours are loaded ahead.
  for (let index = 3; index < Math.min(names.length, 9); index += 3) unseen.push(await go(index))
  await page.waitForTimeout(600)
  for (const index of [0, 3, 6, 0, 3, 6, 0, 3]) {
    seen.push(await go(index))
    await page.waitForTimeout(120)
  }
  return {
    seenP50Ms: round(
      percentile(
        seen.map(one => one.ms),
        0.5,
      ),
    ),
    seenMaxMs: round(Math.max(...seen.map(one => one.ms))),
    unseenP50Ms: round(
      percentile(
        unseen.map(one => one.ms),
        0.5,
      ),
    ),
    unseenMaxMs: round(Math.max(...unseen.map(one => one.ms))),
    skeletons: [...seen, ...unseen].filter(one => one.skeleton).length,
  }
}

const keyScript = ['j', 'j', 'k', 'Control+k', 'Escape', 'j', 'z', 'Escape', 'j', 'k']

/** Fifty keys: next and back, put off, the palette. */
async function measureKeys(page: Page) {
  const script = Array.from({ length: 50 }, (_, index) => keyScript[index % keyScript.length]!)
  await page.evaluate('bench.clear()')
  await page.locator('[role="listbox"]').focus()
  const times: number[] = []
  let without = 0
  let requestsOnPath = 0
  for (const key of script) {
    const asked: string[] = []
    const note = (request: { url(): string }) => {
      if (/\/messages\b/.test(request.url())) asked.push(request.url())
    }
    await page.evaluate("bench.arm('reaction', 'keydown')")
    if (key === 'j' || key === 'k') page.on('request', note)
    await page.keyboard.press(key)
    const ms = await page.evaluate<number | null>('benchArmed')
    if (ms === null) without++
    else times.push(ms)
    page.off('request', note)
    requestsOnPath += asked.filter(url => url.includes(new URL(page.url()).pathname.split('/').at(-1)!)).length
    // As fast as a person goes from one to the next.
    await page.waitForTimeout(350)
  }
  const inputs = await page.evaluate<number[]>('bench.inputs')
  return {
    keys: script.length,
    withoutReaction: without,
    p50Ms: round(percentile(times, 0.5)),
    p98Ms: round(percentile(times, 0.98)),
    inpMs: round(percentile(inputs, 0.98)),
    requestsOnPath,
  }
}

/** Typing and sending in one conversation while so many messages a second come to all of them; some of them, marked, to this one. */
async function measureFlood(page: Page, hub: BenchHub, base: GeneratorBase, rate: number, seconds: number) {
  await page.keyboard.press('Escape')
  await page.locator('[data-conversation]').first().click()
  const name = (await page.locator('main header bdi').first().textContent()) ?? ''
  const customer = Number(/\d+/.exec(name)?.[0] ?? 0)
  const field = page.locator('section[data-mode] textarea')
  await field.focus()
  await page.evaluate('bench.clear(); bench.typing()')
  const flooding =
    rate === 0
      ? undefined
      : generateWebhooks({ ...base, customers: 500, connections: 32, seconds, rate, tag: `flood${rate}x${Date.now()}` })
  const echoes: number[] = []
  const end = Date.now() + seconds * 1_000
  for (let round_ = 0; Date.now() < end; round_++) {
    await postMarked(base, customer, rate * 1_000 + round_)
    await page.keyboard.type(`Word ${round_} and more`, { delay: 40 })
    const text = `Word ${round_} and more`
    await page.evaluate(`bench.arm('echo', ${JSON.stringify(text)})`)
    await page.keyboard.press('Enter')
    const ms = await page.evaluate<number | null>('benchArmed')
    if (ms === null) throw new Error('A message that was sent did not show in the thread')
    echoes.push(ms)
    await page.waitForTimeout(50)
  }
  const sent = await flooding
  await hub.idle()
  const typed = await page.evaluate<number[]>('bench.typed()')
  const { tasks, marks, inputs } = await page.evaluate<{ tasks: { ms: number }[]; marks: number[]; inputs: number[] }>(
    '({ tasks: bench.longTasks, marks: bench.markTimes, inputs: bench.inputs })',
  )
  return {
    rate,
    came: sent?.accepted ?? 0,
    typingP50Ms: round(percentile(typed, 0.5)),
    typingP99Ms: round(percentile(typed, 0.99)),
    inpMs: round(percentile(inputs, 0.98)),
    echoP50Ms: round(percentile(echoes, 0.5)),
    echoMaxMs: round(Math.max(...echoes)),
    paintedP50Ms: round(percentile(marks, 0.5)),
    paintedP99Ms: round(percentile(marks, 0.99)),
    marked: marks.length,
    longTasks: tasks.length,
    longestTaskMs: round(Math.max(0, ...tasks.map(task => task.ms))),
  }
}

async function measureLongThread(page: Page, hub: BenchHub, base: GeneratorBase) {
  const { rows } = await hub.admin.query<{ id: string }>(
    'select conversation_id as id from message group by 1 order by count(*) desc limit 1',
  )
  await page.goto(`${hub.running.url}/inbox/all/${rows[0]!.id}`)
  await page.locator('[data-thread] [data-message]').first().waitFor()
  await page.evaluate('bench.clear()')
  const startedAt = performance.now()
  await page.evaluate('bench.toBeginning(120000)')
  const loadedMs = performance.now() - startedAt
  const scrolled = await page.evaluate<{ frames: number[]; mostRows: number; travelled: number }>('bench.scroll(5000, 60)')
  const drifting = page.evaluate<number>('bench.drift(2500)')
  const customer = Number(/\d+/.exec((await page.locator('main header bdi').first().textContent()) ?? '')?.[0] ?? 0)
  for (let index = 0; index < 20; index++) await postMarked(base, customer, 900_000 + index)
  const driftPx = await drifting
  await page.locator('button[data-new]').click()
  await page.waitForTimeout(500)
  await page.evaluate('bench.clear()')
  for (let index = 0; index < 20; index++) {
    await postMarked(base, customer, 910_000 + index)
    await page.waitForTimeout(60)
  }
  await page.waitForTimeout(300)
  const marks = await page.evaluate<number[]>('bench.markTimes')
  const { rows: counted } = await hub.admin.query<{ n: number }>('select count(*)::int as n from message where conversation_id = $1', [
    rows[0]!.id,
  ])
  const tasks = await page.evaluate<{ ms: number }[]>('bench.longTasks')
  const mean = scrolled.frames.reduce((sum, ms) => sum + ms, 0) / scrolled.frames.length
  const floor = await page.evaluate<number[]>('bench.frames(60)')
  return {
    messages: counted[0]!.n,
    loadedMs: round(loadedMs),
    fps: round(1_000 / mean, 1),
    fpsRatio: round(percentile(floor, 0.5) / mean, 2),
    frameP99Ms: round(percentile(scrolled.frames, 0.99), 1),
    travelledPx: round(scrolled.travelled),
    mostRows: scrolled.mostRows,
    driftPx: round(driftPx, 2),
    paintedP50Ms: round(percentile(marks, 0.5)),
    paintedP99Ms: round(percentile(marks, 0.99)),
    marked: marks.length,
    longestTaskMs: round(Math.max(0, ...tasks.map(task => task.ms))),
  }
}

/** One marked message of one customer, whose number stands in its text. */
async function postMarked(base: GeneratorBase, customer: number, number: number): Promise<void> {
  const settings = { ...base, customers: 1e9, connections: 1, seconds: 0, rate: 0, tag: `mark${number}` }
  const body = webhookBody(settings, customer, Date.now()).replace(/bench mark\d+ \d+ /, `bench mark ${number} `)
  const response = await fetch(base.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${createHmac('sha256', base.appSecret).update(body).digest('hex')}`,
    },
    body,
  })
  if (!response.ok) throw new Error(`The hub answered ${response.status}`)
}
