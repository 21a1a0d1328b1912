/**
 * Webhooks of a simulated messenger: the envelope, and whose address they go to.
 * Always holds: only what the app is subscribed to is posted; items of one conversation keep their order; whoever takes nothing for an hour is
 * taken off the list, as the platform does.
 */
import type { Faults, SimulatorEnvironment } from '@dragoman/channel-kit/simulator'
import { createMetaWebhooks } from '../webhooks.ts'
import { hour, type MessagingRules, type World } from './rules.ts'
import type { BusinessAccount, MessagingState } from './state.ts'

/** Makes the way out for webhooks. */
export function createOutbox(
  environment: SimulatorEnvironment,
  faults: Faults,
  state: MessagingState,
  rules: MessagingRules,
): World['send'] {
  const webhooks = createMetaWebhooks(environment, faults, () => [state.app.secret, ...state.accounts.map(account => account.token)])
  return (account, key, list, field, item) => {
    const hears = rules.fieldsInDashboard ? account.fields.length > 0 : account.fields.includes(field)
    if (account.callback === undefined || !hears) return
    const entry = { id: account.id, time: Math.round(environment.now()), [list]: list === 'changes' ? [{ field, value: item }] : [item] }
    const tried = (isTaken: boolean) => noteHealth(account, isTaken, environment.now())
    webhooks.send({ url: account.callback, appSecret: state.app.secret, tried }, `${account.id} ${key}`, {
      object: rules.object,
      entry: [entry],
    })
  }
}

/** “Webhooks Disabled”: after an hour without a single one taken the app is unsubscribed. */
function noteHealth(account: BusinessAccount, isTaken: boolean, now: number): void {
  if (isTaken) account.failingSince = undefined
  else account.failingSince ??= now
  if (account.failingSince !== undefined && now - account.failingSince >= hour) {
    account.fields = []
    account.failingSince = undefined
  }
}
