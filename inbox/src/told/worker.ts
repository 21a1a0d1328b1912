/** The service worker as the page sees it: registered when the page has come to rest; a new version takes over only when the reader says so. */
import i18next from 'i18next'
import { showToast } from '../shell/toasts.tsx'

const lookEveryMs = 30 * 60_000

export async function startWorker(open: (path: string) => void): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  navigator.serviceWorker.addEventListener('message', event => {
    const { open: path } = (event.data ?? {}) as { open?: unknown }
    if (typeof path === 'string') open(path)
  })
  const registration = await navigator.serviceWorker.register('/service-worker.js').catch(() => undefined)
  if (!registration) return
  if (registration.waiting) offer(registration)
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed') offer(registration)
    })
  })
  setInterval(() => void registration.update().catch(() => undefined), lookEveryMs)
}

function offer(registration: ServiceWorkerRegistration): void {
  // The first one of all is no new version.
  if (!navigator.serviceWorker.controller) return
  showToast(i18next.t('told.newVersion'), {
    lastsMs: 60_000,
    action: {
      label: i18next.t('told.reload'),
      perform: () => {
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
        registration.waiting?.postMessage('take over')
      },
    },
  })
}
