/** This browser's web push: asked for by a click, registered with the hub, forgotten on signing out. */
import { call } from '../client.ts'

export type PushState = 'unsupported' | 'off' | 'on' | 'refused'

/** How it stands here: some browsers have no push, or only in an installed app. */
export async function pushState(): Promise<PushState> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) return 'unsupported'
  if (Notification.permission === 'denied') return 'refused'
  return (await subscription()) ? 'on' : 'off'
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration()
  return (await registration?.pushManager.getSubscription()) ?? null
}

/** Asks the browser and registers with the hub. Throws what the browser says when its push service cannot be reached. */
export async function subscribe(publicKey: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return Notification.permission === 'denied' ? 'refused' : 'off'
  const registration = await navigator.serviceWorker.ready
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })
  await register(made)
  return 'on'
}

async function register(made: PushSubscription): Promise<void> {
  const { endpoint, keys } = made.toJSON()
  if (endpoint && keys?.p256dh && keys.auth)
    await call('addPushDevice', { body: { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } } })
}

/** Once a page: the subscription belongs to whoever is signed in here now. */
export async function registerAgain(): Promise<void> {
  if ((await pushState()) !== 'on') return
  const present = await subscription()
  if (present) await register(present).catch(() => undefined)
}

/** The beginning of the hash of this browser's endpoint: by it the list of devices knows it. */
export async function markOfThisDevice(): Promise<string | undefined> {
  const present = 'serviceWorker' in navigator ? await subscription() : null
  if (!present) return undefined
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(present.endpoint))
  return [...new Uint8Array(hash)]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, 16)
}

/** Nothing comes here any more: the hub forgets the device, the browser its subscription. */
export async function forgetThisDevice(): Promise<void> {
  const mark = await markOfThisDevice()
  if (mark === undefined) return
  const { devices } = await call('notifications')
  const own = devices.find(device => device.mark === mark)
  if (own) await call('removePushDevice', { params: { deviceId: own.id } })
  await (await subscription())?.unsubscribe()
}
