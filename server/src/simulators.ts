/**
 * The simulator inside the hub: platform traffic on loopback, accounts with one press, the page's own API. Always holds: only loopback reaches a
 * platform; the page needs a signed-in manager; a simulated account is connected by the very same way as a real one.
 */
import type { AccountViewModel } from '@dragoman/api'
import { type Actor, connectAccount, endpointView, type Hub, HubProblem, inWorkspace } from '@dragoman/hub'
import type { HostedSimulator, Simulators } from '@dragoman/simulator'

export interface SimulatorHost {
  simulators: Simulators
  /** Origins of a channel's simulated accounts. */
  origins(hub: Pick<Hub, 'channels'>, channel: string): Readonly<Record<string, string>> | undefined
  /** Makes an account at the simulated platform and connects it; `settings`: which kind of account, where there are several. */
  connect(
    hub: Hub,
    actor: Actor,
    channel: string,
    name: string | undefined,
    settings?: Readonly<Record<string, string>>,
  ): Promise<AccountViewModel>
}

const customerNames = {
  en: ['Olivia', 'Noah', 'Amelia', 'Leo', 'Grace', 'Adam', 'Hazel', 'Oscar', 'Ivy', 'Felix', 'Ruby', 'Hugo'],
  ru: ['Ольга', 'Иван', 'Мария', 'Тимур', 'Анна', 'Павел', 'Елена', 'Олег', 'Дарья', 'Юрий', 'Вера', 'Денис'],
}

export function createSimulatorHost(simulators: Simulators): SimulatorHost {
  const host: SimulatorHost = {
    simulators,
    origins(hub, channel) {
      const known = hub.channels.get(channel)
      if (!simulators.get(channel) || !known) return undefined
      const own = simulators.get(channel)?.simulator.origins?.()
      return { ...Object.fromEntries(Object.keys(known.origins).map(name => [name, simulators.origin(channel)])), ...own }
    },
    async connect(hub, actor, channelId, name, settings) {
      const hosted = simulators.get(channelId)
      const channel = hub.channels.get(channelId)
      if (!hosted || !channel) throw new HubProblem('not_supported_here', 'This channel has no simulator.')
      const made = hosted.simulator.newAccount(
        name ?? `${channel.badge.name} ${hosted.simulator.accounts().length + 1}`,
        settings && Object.fromEntries(Object.entries(settings).filter(([field]) => hosted.kind.accountChoices?.includes(field))),
      )
      const way = channel.config.ways.includes('visitor') ? 'visitor' : (made.way ?? 'webhook')
      const config = Object.fromEntries(
        Object.entries(made.config).filter(([field]) => channel.config.fields.some(known => known.name === field)),
      )
      const account = await connectAccount(
        hub,
        actor,
        {
          channel: channelId,
          config,
          way,
          name: name ?? made.name,
          takeOver: true,
          endpointId: await sharedEndpoint(hub, actor, channelId, config),
        },
        host.origins(hub, channelId),
      )
      const secrets = await secretsOf(hub, actor, account.endpointId)
      await hosted.simulator.setWebhook?.(made.id, account.webhookUrl ?? '', { ...made.config, ...secrets })
      addCustomer(host.simulators, hosted, made.id, actor)
      return account
    },
  }
  return host
}

/** Accounts of one simulated app post to one address: the endpoint whose signing secret is the new account's too. */
async function sharedEndpoint(hub: Hub, actor: Actor, channelId: string, config: Record<string, string>): Promise<string | undefined> {
  const shared = (hub.channels.get(channelId)?.config.fields ?? []).filter(
    field => field.of === 'endpoint' && !field.generated && config[field.name],
  )
  if (shared.length === 0) return undefined
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const rows = await tx.db.selectFrom('endpoint').select(['id', 'secrets']).where('channel', '=', channelId).execute()
    return rows.find(row => {
      const { secrets } = endpointView(hub, tx.workspaceId, row.id, row.secrets)
      return shared.every(field => secrets[field.name]?.includes(config[field.name]!))
    })?.id
  })
}

/** What an owner would copy from the account's page into the vendor's console. */
async function secretsOf(hub: Hub, actor: Actor, endpointId: string): Promise<Record<string, string>> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = await tx.db.selectFrom('endpoint').select(['id', 'secrets']).where('id', '=', endpointId).executeTakeFirstOrThrow()
    const { secrets } = endpointView(hub, tx.workspaceId, row.id, row.secrets)
    return Object.fromEntries(Object.entries(secrets).flatMap(([name, values]) => (values[0] === undefined ? [] : [[name, values[0]]])))
  })
}

/** A first customer for a new account; not the namesake of another messenger’s. */
function addCustomer(simulators: Simulators, hosted: HostedSimulator, accountId: string, actor: Actor): string {
  const names = /[а-яё]/i.test(actor.name) ? customerNames.ru : customerNames.en
  const language = names === customerNames.ru ? 'ru' : 'en'
  const known = simulators.all().reduce((sum, one) => sum + one.simulator.phones().length, 0)
  return hosted.simulator.newCustomer(accountId, { name: names[known % names.length]!, language }).customerId
}
