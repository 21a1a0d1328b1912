/** `trigger <channel>.message --text …`: makes a simulated customer do something in the running hub, over the platform's own wire. */
import { type TriggerName, triggerNames } from '../http/operator-routes.ts'
import { askHub } from './running-hub.ts'
import { channelNamed, commandSettings, print, printJson, UsageError } from './usage.ts'

export async function trigger(options: { event: string; text?: string; customer?: string; json?: boolean }): Promise<void> {
  const [id = '', what = 'message'] = options.event.split('.')
  const channel = channelNamed(id)
  if (!isTrigger(what)) throw new UsageError(`There is no “${what}” to trigger. There are: ${triggerNames.join(', ')}.`)
  const answer = await askHub<{ customer: string; customerId: string; account: string; messageId: string | null }>(
    commandSettings(),
    'POST',
    '/v1/operator/trigger',
    {
      channel: channel.id,
      what,
      ...(options.text === undefined ? {} : { text: options.text }),
      ...(options.customer === undefined ? {} : { customer: options.customer }),
    },
  )
  if (options.json) return printJson(answer)
  print(`${answer.customer} → ${answer.account}: ${what}${answer.messageId ? ` (${answer.messageId})` : ''}`)
}

function isTrigger(what: string): what is TriggerName {
  return (triggerNames as readonly string[]).includes(what)
}
