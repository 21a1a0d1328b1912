/**
 * `fit <channel> < message.json`: the parts of a message, the requests that would be made, the notes on every loss. Always holds: nothing is sent;
 * secrets stay placeholders; where a later request depends on an answer, the first one is shown and that is said.
 */
import { messageBody } from '@dragoman/api'
import { type Channel, type FittedPart, fit as fitMessage, type Media, type MediaSource, type MessageBody, mediaOf } from '@dragoman/core'
import { dryAccount } from './parse.ts'
import { CommandError, channelNamed, printJson, readAccountSettings, readInput, readJson, UsageError } from './usage.ts'

export async function fit(options: { channel: string; account?: string; file?: string; to?: string }): Promise<void> {
  const channel = channelNamed(options.channel)
  const { externalId = '', ...config } = readAccountSettings(options.account)
  const body = readMessage(new TextDecoder().decode(await readInput(options.file)))
  const fitted = fitMessage(body, channel.capabilities(config), channel.formatText)
  if (fitted.kind === 'refused') {
    printJson(fitted)
    throw new CommandError(`${channel.badge.name} cannot carry this message: ${fitted.refusals.map(refusal => refusal.code).join(', ')}.`)
  }
  const account = dryAccount(channel, config, externalId)
  printJson({
    kind: fitted.kind,
    parts: fitted.parts.map((part, index) => describe(channel, account, part, index, options.to)),
    notes: fitted.notes,
  })
}

/** A whole message, or its content alone, or just a text. */
function readMessage(text: string): MessageBody {
  const value = readJson(text, 'The message')
  const whole =
    typeof value === 'string'
      ? { content: { kind: 'text', text: { text: value } } }
      : typeof value === 'object' && value !== null && 'kind' in value
        ? { content: value }
        : value
  const parsed = messageBody.safeParse(whole)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new UsageError(`This is no message: ${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not allowed'}.`)
}

function describe(channel: Channel, account: ReturnType<typeof dryAccount>, part: FittedPart, index: number, to: string | undefined) {
  const media = Object.fromEntries(
    mediaOf(part.body.content).flatMap(one => (one.ref.from === 'file' ? [[one.ref.fileId, sourceOf(one)]] : [])),
  )
  const step = channel.send.next(
    {
      ref: `part-${index + 1}`,
      body: part.body,
      to: to === undefined ? { threadId: '{thread}', externalIds: [], phone: '+15550100' } : { threadId: to, externalIds: [to] },
      media,
      idempotencyKey: `part-${index + 1}`,
    },
    [],
    account,
    Date.now(),
  )
  if (step.kind === 'outcome') return { ...part, outcome: step.outcome }
  return {
    ...part,
    requests: [{ step: step.step, ...step.request }],
    ...(step.commits ? {} : { afterwards: 'What follows depends on the answer to this request.' }),
  }
}

function sourceOf(media: Media): MediaSource {
  return {
    name: media.name ?? 'file',
    mimeType: media.mimeType ?? 'application/octet-stream',
    sizeBytes: media.sizeBytes ?? 0,
    ...(media.width === undefined ? {} : { width: media.width }),
    ...(media.height === undefined ? {} : { height: media.height }),
    ...(media.durationMs === undefined ? {} : { durationMs: media.durationMs }),
  }
}
