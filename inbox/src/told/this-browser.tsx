/** What this browser allows, and what can be tried: permission is asked only by a click, and a refusal is said with the way out of it. */
import type { Notice } from '@dragoman/api'
import { Alert, Badge, Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconDeviceDesktop, IconDeviceMobile, IconTrash } from '../icons.ts'
import { Section } from '../pieces/page.tsx'
import { showToast } from '../shell/toasts.tsx'
import { exactTime } from '../text/time.ts'
import { forgetThisDevice, markOfThisDevice, type PushState, pushState, subscribe } from './push.ts'
import { type MyNotifications, notificationsQuery } from './rules.ts'
import { showNotices } from './show.ts'
import { playSound } from './sounds.ts'
import classes from './told.module.css'

/** The browser's offer to install the page; kept by `first-paint.js`, which runs before it comes. */
interface InstallOffer extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>
}
declare global {
  interface Window {
    dragomanInstall?: InstallOffer
  }
}

type Permission = NotificationPermission | 'unsupported'
const permissionNow = (): Permission => ('Notification' in window ? Notification.permission : 'unsupported')

export function ThisBrowser({ mine, volume }: { mine: MyNotifications; volume: number }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const [permission, setPermission] = useState(permissionNow)
  const [push, setPush] = useState<PushState>('off')
  const [mark, setMark] = useState<string>()
  const [busy, setBusy] = useState(false)
  const look = async () => {
    setPermission(permissionNow())
    setPush(await pushState())
    setMark(await markOfThisDevice())
  }
  useEffect(() => void look(), [mine.devices])
  const renew = () => queries.invalidateQueries({ queryKey: notificationsQuery.queryKey })
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true)
    try {
      await work()
    } catch (error) {
      // The browser's own words: its push service cannot be reached, or is switched off.
      if (error instanceof DOMException) showToast(t('told.page.pushFailed', { reason: error.message }), { tone: 'danger' })
      else tellProblem(error)
    }
    await Promise.all([look(), renew()])
    setBusy(false)
  }
  const test: Notice = {
    kind: 'message',
    tag: 'test',
    conversationId: null,
    messageId: null,
    who: t('told.page.testTitle'),
    text: t('told.page.testText'),
    at: Date.now(),
    sound: true,
    browser: true,
    push: true,
  }
  const testPush = async () => {
    const { devices } = await call('testPush')
    showToast(t('told.page.testSent', { count: devices }))
  }
  return (
    <Section title={t('told.page.here')} text={t('told.page.hereText')}>
      {(permission === 'denied' || push === 'refused') && (
        <Alert color="yellow" variant="light" title={t('told.page.refused')} mb="md">
          {t('told.page.refusedHelp')}
        </Alert>
      )}
      <div className={classes.tests}>
        <Button variant="default" disabled={volume === 0} onClick={() => void playSound('conversation', volume)}>
          {t('told.page.testSound')}
        </Button>
        {permission === 'default' && (
          <Button loading={busy} onClick={() => void act(() => Notification.requestPermission())}>
            {t('told.page.allow')}
          </Button>
        )}
        {permission === 'granted' && (
          <Button variant="default" onClick={() => void showNotices([test], 'all', () => undefined)}>
            {t('told.page.testBrowser')}
          </Button>
        )}
        {push === 'off' && (
          <Button variant="default" loading={busy} onClick={() => void act(async () => setPush(await subscribe(mine.publicKey)))}>
            {t('told.page.pushOn')}
          </Button>
        )}
        {push === 'on' && (
          <Button variant="default" loading={busy} onClick={() => void act(forgetThisDevice)}>
            {t('told.page.pushOff')}
          </Button>
        )}
        {mine.devices.length > 0 && (
          <Button variant="default" onClick={() => void act(testPush)}>
            {t('told.page.testPush')}
          </Button>
        )}
        <InstallButton />
      </div>
      {push === 'unsupported' && <p className={classes.hint}>{t('told.page.noPush')}</p>}
      {mine.devices.length > 0 && (
        <ul className={classes.devices} aria-label={t('told.page.devices')}>
          {mine.devices.map(device => (
            <li key={device.id}>
              {/Android|iPhone|iPad/.test(device.name) ? <IconDeviceMobile size={20} /> : <IconDeviceDesktop size={20} />}
              <span className={classes.device}>
                <span>
                  {device.name} {device.mark === mark && <Badge variant="light">{t('told.page.thisDevice')}</Badge>}
                </span>
                <small>
                  {device.toldAt
                    ? t('told.page.toldAt', { time: exactTime(device.toldAt, i18n.language) })
                    : t('told.page.since', { time: exactTime(device.createdAt, i18n.language) })}
                </small>
              </span>
              <Button
                size="compact-sm"
                variant="subtle"
                color="red"
                leftSection={<IconTrash size={15} />}
                aria-label={t('told.page.removeDevice', { name: device.name })}
                onClick={() =>
                  void act(() =>
                    device.mark === mark ? forgetThisDevice() : call('removePushDevice', { params: { deviceId: device.id } }),
                  )
                }
              >
                {t('told.page.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

/** Only where the browser offers it, and only until it is done. */
function InstallButton() {
  const { t } = useTranslation()
  const [offer, setOffer] = useState(window.dragomanInstall)
  useEffect(() => {
    const came = () => setOffer(window.dragomanInstall)
    const done = () => {
      window.dragomanInstall = undefined
      came()
    }
    window.addEventListener('dragoman-install', came)
    window.addEventListener('appinstalled', done)
    return () => {
      window.removeEventListener('dragoman-install', came)
      window.removeEventListener('appinstalled', done)
    }
  }, [])
  if (!offer) return null
  return (
    <Button variant="default" onClick={() => void offer.prompt()}>
      {t('told.page.install')}
    </Button>
  )
}
