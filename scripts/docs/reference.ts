/** `docs/errors.md`, `docs/settings.md`, `.env.example` and `docs/routes.md`: lists that the program itself keeps. */
import { problemKinds } from '@dragoman/api'
import type { ListedRoute } from '../../server/src/http/route-list.ts'
import { settingsSchema } from '../../server/src/settings.ts'
import { page, table } from './markdown.ts'

export function errorsPage(): string {
  return page('Errors', '`api/src/problems.ts`', [
    'Every error of the API is `application/problem+json` (RFC 9457) with a stable `code`, what happened in `detail`, what to do in `advice`, and the `requestId` that the log has too. A code, once published, keeps its meaning.',
    table(
      ['code', 'status', 'what happened', 'what to do'],
      Object.entries(problemKinds).map(([code, kind]) => [`<a id="${code}"></a>\`${code}\``, String(kind.status), kind.title, kind.advice]),
    ),
  ])
}

const names = Object.entries(settingsSchema)

export function settingsPage(): string {
  return page('Settings', '`server/src/settings.ts`', [
    'All settings are environment variables, read once at the start. A wrong value is one line on standard error that names the variable, and exit status 2. What is set for a workspace (its languages, its members, its accounts) is set in the inbox.',
    table(
      ['variable', 'default', 'meaning'],
      names.map(([name, setting]) => [`\`${name}\``, setting.default === undefined ? '' : `\`${setting.default}\``, setting.help]),
    ),
  ])
}

export function environmentExample(): string {
  const lines = names.flatMap(([name, setting]) => [
    '',
    `# ${setting.help}`,
    `${setting.default === undefined ? '# ' : ''}${name}=${setting.default ?? ''}`,
  ])
  return `${['# Settings of a hub, each with its default. Made by `npm run docs` from server/src/settings.ts. To use: set -a; . ./.env; set +a; npm start', ...lines].join('\n')}\n`
}

const rules: Record<string, string> = {
  public: 'anyone',
  signed_in: 'anyone signed in',
  agent: 'a member, or higher',
  manager: 'a manager, or an owner',
  owner: 'an owner',
  platform: 'a messenger’s platform: signed, or by an unguessable link',
  visitor: 'a visitor of the web chat, by the visitor’s own token',
  operator: 'who can read the key file, from this machine',
}

/** Routes beside the operations of the API. A route that is not here stops `npm run docs`. */
const purposes: [RegExp, string][] = [
  [/^\/$/, 'The inbox'],
  [/^\/health\/live$/, 'The process answers'],
  [/^\/health\/ready$/, 'It can work: database reached, not draining'],
  [/^\/metrics$/, 'Metrics for Prometheus'],
  [/^\/version$/, 'The version'],
  [/^\/openapi\.json$/, 'The API as OpenAPI 3.1'],
  [/^\/webhooks\//, 'Where platforms post; a GET answers their proof of address'],
  [/^\/media\//, 'A file for a platform to fetch, for a limited time'],
  [/^\/v1\/events$/, 'The event stream (WebSocket), from a cursor on'],
  [/^\/v1\/files\/:fileId\/content$/, 'A file, in ranges'],
  [/^\/v1\/files\/:fileId\/thumbnail$/, 'A small picture of a file'],
  [/^\/v1\/operator\/second-factor-off$/, 'Takes the second factor from somebody who has lost it'],
  [/^\/v1\/operator\/release$/, 'The operator’s command `recovered --release`'],
  [/^\/v1\/operator\/trigger$/, 'A simulated customer does something'],
  [/^\/v1\/operator\/crowd$/, 'A crowd of simulated customers: start it, look at it, end it'],
  [/^\/v1\/operator\/webhooks$/, 'What the platforms have set as webhook, account by account'],
  [/^\/v1\/simulator$/, 'All simulated messengers: themes, phones, faults, log'],
  [/^\/v1\/simulator\/events$/, 'What the phones show, pushed (WebSocket)'],
  [/^\/v1\/simulator\/:channel\/faults$/, 'Switch faults on and off'],
  [/^\/v1\/simulator\/:channel\/customers$/, 'A new customer'],
  [/^\/v1\/simulator\/:channel\/customers\/:customer\/actions$/, 'The customer does something'],
  [/^\/v1\/simulator\/:channel\/posts$/, 'The business posts something in public'],
  [
    /^\/v1\/simulator\/:channel\/accounts\/:accountId\/controls$/,
    'What can be done to an account beside its customers’ acts, and doing it',
  ],
  [/^\/simulator$/, 'The simulator’s page'],
  [/^\/simulator\/files\//, 'A file that went over a phone'],
  [/^\/simulator\/platform\//, 'The simulated platforms’ own API, from this machine only'],
  [/^\/simulator\/site/, 'A page of a shop with the widget on it, for the simulator’s frame'],
  [/^\/widget.*\.js$/, 'The web chat’s script'],
  [/^\/visitor\/:endpoint\/session$/, 'A visitor’s token, new or renewed'],
  [/^\/visitor\/:endpoint\/settings$/, 'How the widget looks and greets'],
  [/^\/visitor\/:endpoint\/history$/, 'The visitor’s own thread'],
  [/^\/visitor\/:endpoint\/events$/, 'What the visitor does, in order and once'],
  [/^\/visitor\/:endpoint\/stream$/, 'What the business does, pushed (WebSocket)'],
  [/^\/visitor\/:endpoint\/files$/, 'The visitor sends a file'],
  [/^\/visitor\/:endpoint\/files\/:fileId/, 'A file of the visitor’s own thread'],
]

export function routesPage(found: readonly ListedRoute[]): string {
  const byPath = Map.groupBy(
    found.filter(route => route.rule !== undefined),
    route => `${route.path} ${route.rule} ${route.summary}`,
  )
  const rows = [...byPath.values()].map(group => {
    const { path, rule, summary } = group[0]!
    const methods = group.length >= 6 ? 'any' : group.map(route => route.method).join(', ')
    const purpose = summary || purposes.find(([pattern]) => pattern.test(path))?.[1]
    if (purpose === undefined) throw new Error(`scripts/docs/reference.ts does not say what ${methods} ${path} is for.`)
    return [methods, `\`${path}\``, rule!, purpose]
  })
  return page('Routes', 'the registered routes of the web server', [
    'Every route and who may call it. A request that changes something carries `X-Dragoman: 1` and comes from the hub’s own origin (or from no page at all).',
    table(
      ['rule', 'who'],
      Object.entries(rules).map(([rule, who]) => [rule, who]),
    ),
    table(['method', 'path', 'rule', 'what for'], rows),
    'Beside these, the built pages and their scripts are served as files, and `/reference` is the explorer of the API.',
  ])
}
