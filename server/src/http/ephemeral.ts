/**
 * What passes over the stream and is never stored: who types, who looks at what, who is there [mechanics 9]. Always holds: a member hears only of
 * conversations that he may see, and not of himself; marks end by themselves.
 */
import { clientFrame, type EphemeralEvent } from '@dragoman/api'
import { type Actor, type Hub, type Looking, maySee, showLooking, showTyping, visibleAccountOf } from '@dragoman/hub'

/** What a stream's client keeps for this. */
export interface Ephemeral {
  actor: Actor
  /** The conversation that is open in it. */
  looking: { conversationId: string; accountId: string } | undefined
  /** Its tab is before somebody's eyes. */
  visible: boolean
  /** Accounts of conversations that it has shown, so that each is looked up once; undefined: not to be seen. */
  places: Map<string, string | undefined>
}

const mostPlaces = 500

export function createEphemeral<Client extends Ephemeral>(
  hub: Hub,
  clientsOf: (workspaceId: string) => Iterable<Client>,
  send: (client: Client, events: EphemeralEvent[]) => void,
) {
  /** By workspace and by conversation and member: for who comes later. */
  const lookers = new Map<string, Map<string, Looking>>()

  function tell(workspaceId: string, accountId: string, memberId: string | undefined, event: EphemeralEvent): void {
    for (const client of clientsOf(workspaceId))
      if (client.actor.memberId !== memberId && maySee(client.actor, { accountId })) send(client, [event])
  }

  function eventOf({ accountId: _account, ...looking }: Looking): EphemeralEvent {
    return { kind: 'looking', ...looking }
  }

  /** Listens for one workspace; returns the way to stop. */
  function hear(workspaceId: string): () => void {
    const here = new Map<string, Looking>()
    lookers.set(workspaceId, here)
    const stops = [
      hub.bell.listen(`typing:${workspaceId}`, (_topic, detail) => {
        const { accountId, ...typing } = JSON.parse(detail) as Omit<Extract<EphemeralEvent, { kind: 'typing' }>, 'kind'> & {
          accountId: string
        }
        tell(workspaceId, accountId, typing.memberId, { kind: 'typing', ...typing })
      }),
      hub.bell.listen(`looking:${workspaceId}`, (_topic, detail) => {
        const looking = JSON.parse(detail) as Looking
        const key = `${looking.conversationId} ${looking.memberId}`
        if (looking.doing === 'gone') here.delete(key)
        else here.set(key, looking)
        tell(workspaceId, looking.accountId, looking.memberId, eventOf(looking))
      }),
      hub.presence.onChange(changed => {
        if (changed !== workspaceId) return
        const online = [...hub.presence.connected(workspaceId)]
        for (const client of clientsOf(workspaceId)) send(client, [{ kind: 'presence', online }])
      }),
    ]
    return () => {
      lookers.delete(workspaceId)
      for (const stop of stops) stop()
    }
  }

  /** A client has caught up: it learns who is there and who looks at what. */
  function joined(client: Client): void {
    const { workspaceId, memberId } = client.actor
    announce(workspaceId)
    const now = hub.now()
    const here = lookers.get(workspaceId)
    for (const [key, looking] of here ?? []) if (looking.until < now) here!.delete(key)
    const marks = [...(here?.values() ?? [])].filter(
      mark => mark.memberId !== memberId && maySee(client.actor, { accountId: mark.accountId }),
    )
    send(client, [{ kind: 'presence', online: [...hub.presence.connected(workspaceId)] }, ...marks.map(eventOf)])
  }

  function left(client: Client): void {
    look(client, undefined, 'viewing')
    announce(client.actor.workspaceId)
  }

  function announce(workspaceId: string): void {
    hub.presence.announce(
      workspaceId,
      [...clientsOf(workspaceId)].map(client => client.actor.memberId),
    )
    announceWatching(workspaceId)
  }

  function announceWatching(workspaceId: string): void {
    hub.watching.announce(
      workspaceId,
      [...clientsOf(workspaceId)].filter(client => client.visible).map(client => client.actor.memberId),
    )
  }

  function see(client: Client, visible: boolean): void {
    if (client.visible === visible) return
    client.visible = visible
    announceWatching(client.actor.workspaceId)
  }

  function look(client: Client, place: Ephemeral['looking'], doing: Exclude<Looking['doing'], 'gone'>): void {
    const before = client.looking
    client.looking = place
    // Another window of the same member may still have it open.
    const stillOpen = (conversationId: string) =>
      [...clientsOf(client.actor.workspaceId)].some(
        other => other !== client && other.actor.memberId === client.actor.memberId && other.looking?.conversationId === conversationId,
      )
    if (before && before.conversationId !== place?.conversationId && !stillOpen(before.conversationId))
      showLooking(hub, client.actor, before, 'gone')
    if (place) showLooking(hub, client.actor, place, doing)
  }

  async function lookAt(client: Client, conversationId: string, doing: Exclude<Looking['doing'], 'gone'>): Promise<void> {
    if (!client.places.has(conversationId)) {
      if (client.places.size > mostPlaces) client.places.clear()
      client.places.set(conversationId, await visibleAccountOf(hub, client.actor, conversationId))
    }
    const accountId = client.places.get(conversationId)
    if (accountId !== undefined && maySee(client.actor, { accountId })) look(client, { conversationId, accountId }, doing)
  }

  /** A frame from a client. False when it is not JSON. */
  function receive(client: Client, text: string): boolean {
    let frame: unknown
    try {
      frame = JSON.parse(text)
    } catch {
      return false
    }
    const parsed = clientFrame.safeParse(frame)
    if (!parsed.success) return true
    const { data } = parsed
    const work =
      data.frame === 'typing'
        ? showTyping(hub, client.actor, data.conversationId)
        : data.frame === 'visible'
          ? see(client, data.visible)
          : data.frame !== 'looking'
            ? undefined
            : data.conversationId === null
              ? look(client, undefined, 'viewing')
              : lookAt(client, data.conversationId, data.doing)
    void Promise.resolve(work).catch(error => hub.log.debug({ err: error }, 'a mark was not passed on'))
    return true
  }

  return { hear, joined, left, receive }
}
