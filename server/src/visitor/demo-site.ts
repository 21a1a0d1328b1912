/**
 * `/simulator/site/:endpoint`: a page of a shop with the real widget on it, for the simulator's phones and for tests. Always holds: only for simulated
 * accounts; a strict policy of its own; with `hostile=1` the page does to the widget what the worst site would: styles for everything, no inline styles,
 * no pictures from anywhere, odd prototypes of its own.
 */
import { createPlaceLookup, HubProblem } from '@dragoman/hub'
import type { FastifyInstance } from 'fastify'
import type { WebContext } from '../http/context.ts'

const words = {
  en: {
    title: 'Kettle & Co',
    lead: 'Kettles that last',
    text: 'Enamel, copper and glass. Sent within a day, taken back within a month.',
    goods: ['Blue enamel, 1.8\u00a0l', 'Copper, 1.2\u00a0l', 'Glass, 1.0\u00a0l'],
    prices: ['€49', '€89', '€39'],
    add: 'Add to basket',
  },
  ru: {
    title: 'Чайник и Ко',
    lead: 'Чайники, которые служат',
    text: 'Эмаль, медь, стекло. Отправляем за день, возвращаем деньги в течение месяца.',
    goods: ['Синий эмалированный, 1,8\u00a0л', 'Медный, 1,2\u00a0л', 'Стеклянный, 1,0\u00a0л'],
    prices: ['3\u00a0900\u00a0руб.', '7\u00a0400\u00a0руб.', '2\u00a0900\u00a0руб.'],
    add: 'В корзину',
  },
}

const kindStyle = `
:root { color-scheme: light dark; --ink: #26231f; --paper: #fbfaf7; --line: #e3ded5; --soft: #6d675e }
@media (prefers-color-scheme: dark) { :root { --ink: #efece6; --paper: #161513; --line: #34312c; --soft: #a8a196 } }
body { margin: 0; font: 16px/1.5 Georgia, 'Noto Serif', serif; color: var(--ink); background: var(--paper) }
header { padding: 20px 24px; border-bottom: 1px solid var(--line); font-size: 20px }
main { max-width: 960px; margin: 0 auto; padding: 40px 24px 120px }
h1 { font-weight: 400; font-size: 36px; line-height: 1.15; margin: 0 0 8px }
ul { list-style: none; padding: 0; margin: 32px 0; display: grid; gap: 24px; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)) }
svg { display: block; width: 100%; height: 150px; background: color-mix(in srgb, var(--line) 45%, transparent); border-radius: 6px; margin-bottom: 12px }
small { color: var(--soft) }
button { font: inherit; margin-top: 8px; padding: 8px 16px; border: 1px solid var(--ink); background: none; color: inherit; border-radius: 4px }
`
const hostileStyle = `${kindStyle}
* { all: revert !important; color: lime !important; background: magenta !important; font: 40px/3 cursive !important; transform: rotate(3deg) !important; display: block !important; position: static !important; visibility: visible !important; float: left !important; margin: 20px !important; z-index: 1 !important; opacity: .4 !important; filter: blur(1px) !important }
body { overflow: hidden !important; contain: strict !important }
button, textarea, input, section, dragoman-chat { display: none !important; width: 3px !important; pointer-events: none !important }
`
/** What the worst of embedding pages do to everybody. */
const hostileScript = `Array.prototype.extra = function () {}; Object.prototype.added = 'by the page'; window.onkeydown = event => { if (event.target !== document.body) event.preventDefault() }; window.name = 'x'; window.app = window.chat = window.t = 1`

export function registerDemoSite(app: FastifyInstance, web: WebContext): void {
  const findPlace = createPlaceLookup(web.hub, web.findEndpoint)
  const config = { rule: 'visitor' } as const

  app.get('/simulator/site/:endpoint', { config }, async (request, reply) => {
    const { endpoint } = request.params as { endpoint: string }
    const place = await findPlace(endpoint)
    if (!place?.simulated) throw new HubProblem('unknown_endpoint', 'There is no simulated chat at this address.')
    const query = request.query as Record<string, string | undefined>
    const hostile = query.hostile === '1'
    const language = /^ru/i.test(query.language ?? '') ? 'ru' : 'en'
    // Asked for as `localhost`, the page is another origin than the hub, as every real shop is.
    const { host = '' } = request.headers
    const desk = host.startsWith('localhost') || !/^[\w.:[\]-]+$/.test(host) ? web.hub.localUrl : `${request.protocol}://${host}`
    const policy = hostile
      ? `default-src 'none'; script-src ${desk} 'self'; connect-src ${desk} ${desk.replace(/^http/, 'ws')}; style-src 'self'; base-uri 'none'; form-action 'none'`
      : `default-src 'none'; script-src ${desk}; connect-src ${desk} ${desk.replace(/^http/, 'ws')}; style-src 'self'; img-src 'self'; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`
    return reply
      .headers({ 'content-security-policy': policy, 'cache-control': 'no-store', 'cross-origin-opener-policy': 'unsafe-none' })
      .type('text/html; charset=utf-8')
      .send(page({ endpoint, query, hostile, language, desk }))
  })
  app.get('/simulator/site-style/:which', { config }, async (request, reply) =>
    reply.type('text/css; charset=utf-8').send((request.params as { which: string }).which === 'hostile.css' ? hostileStyle : kindStyle),
  )
  app.get('/simulator/site-script/hostile.js', { config }, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(hostileScript),
  )
}

interface PageInput {
  endpoint: string
  query: Record<string, string | undefined>
  hostile: boolean
  language: 'en' | 'ru'
  desk: string
}

function page({ endpoint, query, hostile, language, desk }: PageInput): string {
  const said = words[language]
  const data = { endpoint, language, user: query.visitor, name: query.name, theme: query.theme, open: query.visitor ? '' : query.open }
  const attributes = Object.entries(data)
    .flatMap(([name, value]) => (value === undefined ? [] : [`data-${name}="${escapeText(value)}"`]))
    .join(' ')
  const goods = said.goods
    .map(
      (name, index) =>
        `<li>${picture(index)}<div>${name}</div><small>${said.prices[index]}</small><br><button type="button">${said.add}</button></li>`,
    )
    .join('')
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${said.title}</title>
<link rel="stylesheet" href="/simulator/site-style/${hostile ? 'hostile' : 'kind'}.css">
${hostile ? '<script src="/simulator/site-script/hostile.js"></script>' : ''}
</head>
<body>
<header>${said.title}</header>
<main><h1>${said.lead}</h1><p>${said.text}</p><ul>${goods}</ul></main>
<script async src="${desk}/widget.js" ${attributes}></script>
</body>
</html>
`
}

/** A kettle of each kind, in a few strokes. */
function picture(index: number): string {
  const color = ['#3f6f9f', '#b87333', '#8fb3ad'][index] ?? '#888'
  return `<svg viewBox="0 0 200 120" role="img" aria-hidden="true" fill="none" stroke="${color}" stroke-width="5" stroke-linecap="round"><path d="M62 96h76q10 0 8-12l-8-32q-5-16-38-16t-38 16l-8 32q-2 12 8 12z"/><path d="M146 60q20-4 24-20M70 40q6-26 30-26t30 26M100 36v-8"/></svg>`
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
