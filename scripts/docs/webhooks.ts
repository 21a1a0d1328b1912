/** `docs/webhooks.md`: what an outgoing webhook is told, type by type with an example, and how it is delivered. The sentences are those of the inbox. */
import { readFileSync } from 'node:fs'
import { webhookExamples, webhookTypes } from '@dragoman/api'
import { failingForMs, waitsMs } from '../../hub/src/webhooks/schedule.ts'
import { duration, page, table } from './markdown.ts'

const words = JSON.parse(readFileSync(new URL('../../inbox/src/locales/en/machines.json', import.meta.url), 'utf8')) as {
  webhookTypes: Record<string, string>
}

export function webhooksPage(): string {
  const types = [...webhookTypes, 'test.ping'] as const
  return page(
    'Outgoing webhooks',
    '`api/src/webhook-examples.ts`, `hub/src/webhooks/schedule.ts` and `inbox/src/locales/en/machines.json`',
    [
      'What happens on the desk, told to the firm’s other systems by [Standard Webhooks](https://www.standardwebhooks.com). They are made in settings, under Webhooks, or by `POST /v1/webhooks`; the secret is shown once.',
      '## What holds',
      [
        '- A `POST` with a JSON body `{ type, timestamp, data }`; `data` holds the views of this API, whole.',
        '- Headers `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`: an HMAC-SHA256 of `id.timestamp.body` under the secret. After a new secret both sign for a day, so there may be two signatures, with a space between.',
        '- Any 2xx within 15 seconds is “arrived”. `410` pauses the webhook at once.',
        `- Anything else is tried again after ${waitsMs.map(duration).join(', ')}, give or take; \`retry-after\` is honoured. Then the delivery is given up, and can be sent again by hand.`,
        `- When nothing but failures came back for ${duration(failingForMs)}, the webhook is paused, and those who manage machines are told on the desk and by mail. What comes meanwhile waits; nothing is lost by a pause.`,
        '- **At least once**: a repeat has the same `webhook-id` and the same words. Keep the ids of a few days and take each once. Order is not promised: compare `timestamp`.',
        '- The log keeps each try with request and response for 14 days. One delivery is sent again by `POST /v1/webhook-deliveries/:deliveryId/replay`, a span of time by `POST /v1/webhooks/:webhookId/replay` with `{ from, to, onlyFailed, dryRun }`; `dryRun` only counts.',
        '- An address on the inside network is refused, when it is set and again each time that something is sent. The operator can permit one with `OUTGOING_ALLOW` ([settings](settings.md)).',
      ].join('\n'),
      '## Types',
      table(
        ['type', 'when'],
        types.map(type => [`[\`${type}\`](#${type.replace('.', '')})`, words.webhookTypes[type.replace('.', '_')] ?? '']),
      ),
      'What became of a message that was sent (also of a [notice](notices.md)) comes as `message.updated`: look at `data.message.id` and `data.message.state`, which goes `pending`, `sending`, `sent`, `delivered`, `read`, or ends as `failed`, `unknown` or `cancelled`.',
      ...types.flatMap(type => [
        `### ${type}`,
        words.webhookTypes[type.replace('.', '_')] ?? '',
        `\`\`\`json\n${JSON.stringify(webhookExamples[type], null, 2)}\n\`\`\``,
      ]),
    ],
  )
}
