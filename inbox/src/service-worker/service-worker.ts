/**
 * The service worker: keeps the page’s own files, shows pushes, opens what is pressed. Always holds: answers of the API are never kept; a page comes from
 * the network where there is one, so that no old version can get stuck; a new worker waits until the page asks it to take over. It imports nothing.
 */

/** Filled in by the build: a hash over the files, and the files. */
declare const buildVersion: string
declare const buildFiles: readonly string[]

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface WindowClient {
  url: string
  focus(): Promise<WindowClient>
  postMessage(message: unknown): void
}
interface WorkerScope {
  location: { origin: string }
  registration: ServiceWorkerRegistration
  clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly WindowClient[]>
    openWindow(url: string): Promise<unknown>
  }
  skipWaiting(): Promise<void>
  addEventListener(kind: 'install' | 'activate', listener: (event: Extendable) => void): void
  addEventListener(kind: 'message', listener: (event: MessageEvent) => void): void
  addEventListener(
    kind: 'fetch',
    listener: (event: Event & { request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void
  addEventListener(kind: 'push', listener: (event: Extendable & { data: { json(): unknown } | null }) => void): void
  addEventListener(kind: 'notificationclick', listener: (event: Extendable & { notification: Notification }) => void): void
}
type Payload = { kind: 'show'; tag: string; title: string; body: string; path: string; at: number } | { kind: 'close'; tag: string }

const worker = self as unknown as WorkerScope
const prefix = 'dragoman-'
const cacheName = prefix + buildVersion
/** Pages that are not the inbox. */
const notOurs = /^\/(v1|webhooks|media|visitor|health|metrics|version|reference|simulator|widget|demo)(\/|$|\.)/

worker.addEventListener('install', event => {
  event.waitUntil(caches.open(cacheName).then(cache => cache.addAll(['/', ...buildFiles])))
})

worker.addEventListener('activate', event => {
  event.waitUntil(
    caches
      .keys()
      .then(names => Promise.all(names.filter(name => name.startsWith(prefix) && name !== cacheName).map(name => caches.delete(name)))),
  )
})

worker.addEventListener('message', event => {
  if (event.data === 'take over') void worker.skipWaiting()
})

worker.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return
  if (request.mode === 'navigate' && !notOurs.test(url.pathname)) event.respondWith(pageFor(request))
  else if (buildFiles.includes(url.pathname)) event.respondWith(fileFor(request))
})

async function pageFor(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const kept = await caches.match('/', { cacheName })
    if (kept) return kept
    throw error
  }
}

async function fileFor(request: Request): Promise<Response> {
  return (await caches.match(new URL(request.url).pathname, { cacheName })) ?? (await fetch(request))
}

worker.addEventListener('push', event => {
  const payload = event.data?.json() as Payload | undefined
  if (payload) event.waitUntil(payload.kind === 'show' ? show(payload) : close(payload.tag))
})

async function show({ tag, title, body, path, at }: Extract<Payload, { kind: 'show' }>): Promise<void> {
  const options: NotificationOptions & { timestamp: number } = {
    tag,
    body,
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    data: { path },
    timestamp: at,
  }
  await worker.registration.showNotification(title, options)
}

async function close(tag: string): Promise<void> {
  for (const shown of await worker.registration.getNotifications({ tag })) shown.close()
}

worker.addEventListener('notificationclick', event => {
  event.notification.close()
  const { path = '/' } = (event.notification.data ?? {}) as { path?: string }
  event.waitUntil(open(path))
})

/** In a window that is there already, else in a new one. */
async function open(path: string): Promise<void> {
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const own = windows.find(one => !notOurs.test(new URL(one.url).pathname))
  if (!own) return void (await worker.clients.openWindow(path))
  own.postMessage({ open: path })
  await own.focus()
}
