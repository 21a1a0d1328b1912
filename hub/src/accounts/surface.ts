/**
 * What may be written where: direct conversations of several kinds and public threads of one account differ in capabilities and policy. Always holds: everyone who
 * asks what an account can do asks here, so that settings, public places and what the platform refused are never forgotten.
 */
import type { Capabilities, Channel, Feature, PublicPlace, ReplyPolicy, Surface } from '@dragoman/core'

export interface SurfaceHere {
  capabilities: Capabilities
  replyPolicy: ReplyPolicy
  /** What is done here in another way than elsewhere in the channel. */
  extras: Surface['extras']
}

/** Where one writes: the thread, and the post where it is public. */
export interface Where {
  threadId?: string
  place?: PublicPlace | null
}

/** Capabilities and policy of an account in a direct conversation, one of another kind, or a public thread. */
export function surfaceOf(
  channel: Channel,
  account: { view: { config: Readonly<Record<string, string>> }; degraded: readonly string[] },
  where?: Where,
): SurfaceHere {
  const kind = where?.place ? undefined : channel.surfaces?.find(one => where?.threadId?.startsWith(one.threads))
  const surface = where?.place && channel.comments ? channel.comments : (kind ?? channel)
  return {
    capabilities: degrade(capabilitiesOf(surface, account.view.config), account.degraded),
    replyPolicy: surface.replyPolicy,
    extras: kind?.extras,
  }
}

const remembered = new WeakMap<object, Map<object, Capabilities>>()

/** Hundreds of facts, made once for each reading of an account's settings. Nobody changes them: `degrade` works on a copy. */
function capabilitiesOf(
  surface: { capabilities(config: Readonly<Record<string, string>>): Capabilities },
  config: Readonly<Record<string, string>>,
): Capabilities {
  const known = remembered.get(config) ?? new Map<object, Capabilities>()
  remembered.set(config, known)
  const made = known.get(surface) ?? surface.capabilities(config)
  known.set(surface, made)
  return made
}

const refused = {
  en: 'The messenger refused this, although its documentation has it. A manager can take it up again.',
  ru: 'Мессенджер отказал в этом, хотя в его документации это есть. Руководитель может включить снова.',
}

/** Features by name (`media.image`, `structured.poll`, `features.edit`, `buttons` …) that may be taken away. Text always stays. */
export function featureAt(capabilities: Capabilities, name: string): Feature | undefined {
  const [group, key] = name.split('.') as [string, string | undefined]
  if (group === 'media' || group === 'structured' || group === 'features')
    return (capabilities[group] as Record<string, Feature>)[key ?? '']
  if (group === 'buttons' || group === 'quickReplies' || group === 'list' || group === 'album') return capabilities[group]
  return undefined
}

/** The same capabilities without what the platform has refused. */
export function degrade(capabilities: Capabilities, names: readonly string[]): Capabilities {
  if (names.length === 0) return capabilities
  const copy = structuredClone(capabilities)
  for (const name of names) {
    const feature = featureAt(copy, name)
    if (feature) Object.assign(feature, { level: 'none', note: refused })
  }
  return copy
}

/** The public place of a recipient, left out where there is none. */
export function placed(place: PublicPlace | null): { place?: PublicPlace } {
  return place ? { place } : {}
}
