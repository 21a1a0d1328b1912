/** The frame of the app: rail, banner of the connection, the screen, and what floats above. */
import { useMantineColorScheme } from '@mantine/core'
import { Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { onTheme } from '../actions/theme-act.ts'
import { useActionContext } from '../actions/use-action-context.ts'
import { useHotkeys } from '../actions/use-hotkeys.ts'
import { placeOf } from '../list/place.ts'
import { loadAhead, whenNeeded } from '../pieces/when-needed.ts'
import { useLeaving } from '../presence/availability.ts'
import { usePresence } from '../presence/use-presence.ts'
import { useDesk } from '../store/desk.ts'
import '../store/draft-asks.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { useNotices } from './notices.ts'
import { Rail } from './rail.tsx'
import classes from './shell.module.css'
import { useTabTitle } from './tab-title.ts'
import { useUi } from './ui.ts'
import { useScreenHeight } from './use-screen-height.ts'

const Palette = lazy(whenNeeded(() => import('../actions/palette.tsx').then(module => ({ default: module.Palette }))))
const AskedWindow = lazy(whenNeeded(() => import('../order/asked-window.tsx').then(module => ({ default: module.AskedWindow }))))
const RecentList = lazy(whenNeeded(() => import('./recent-list.tsx').then(module => ({ default: module.RecentList }))))
const LeavingDialog = lazy(whenNeeded(() => import('../presence/leaving-dialog.tsx').then(module => ({ default: module.LeavingDialog }))))
const loadTelling = whenNeeded(() => import('../told/start-telling.ts'))
const HelpSheet = lazy(whenNeeded(() => import('../actions/help-sheet.tsx').then(module => ({ default: module.HelpSheet }))))
const RecoveredBanner = lazy(
  whenNeeded(() => import('../recovery/recovered-banner.tsx').then(module => ({ default: module.RecoveredBanner }))),
)
const WebhookWatch = lazy(whenNeeded(() => import('../machines/webhook-watch.tsx').then(module => ({ default: module.WebhookWatch }))))

export function Shell() {
  const { t } = useTranslation()
  const started = useDesk(state => state.inbox !== null)
  const announcement = useDesk(state => state.announcement)
  const context = useActionContext()
  const leaving = useLeaving(state => state.asked !== null)
  const helpOpen = useUi(state => state.helpOpen)
  const asked = useUi(state => state.asked)
  const recentOpen = useUi(state => state.recentOpen)
  const location = useLocation()
  const { setColorScheme } = useMantineColorScheme()
  const theme = useDesk(state => state.inbox?.me.theme)
  const managesMachines = useDesk(state => state.inbox?.me.rights.includes('machines.manage') === true)
  const extras = usePrefetchedExtras()
  useHotkeys(context)
  useTabTitle()
  useNotices()
  useScreenHeight()
  usePresence(started)
  const router = useRouter()
  useEffect(() => {
    if (extras && started) void loadTelling().then(({ startTelling }) => startTelling(router))
  }, [extras, started, router])
  useEffect(() => onTheme(setColorScheme), [setColorScheme])
  useEffect(() => {
    if (theme) setColorScheme(theme)
  }, [theme, setColorScheme])
  if (!started) return null
  const inThread = placeOf(location).conversationId !== undefined
  return (
    <div className={classes.shell} data-in-thread={inThread}>
      <a className="skip-link" href="#main">
        {t('shell.skipToMain')}
      </a>
      {inThread && (
        <a className="skip-link" href="#composer">
          {t('shell.skipToComposer')}
        </a>
      )}
      <Rail />
      <div className={classes.screen}>
        <ConnectionBanner />
        <Suspense fallback={null}>{extras && <RecoveredBanner />}</Suspense>
        <div className={classes.outlet}>
          <Outlet />
        </div>
      </div>
      {/* Each for itself: what is still being loaded must not hide a window that is open. */}
      <Suspense fallback={null}>{extras && <Palette context={context} />}</Suspense>
      <Suspense fallback={null}>{extras && managesMachines && <WebhookWatch />}</Suspense>
      <Suspense fallback={null}>{helpOpen && <HelpSheet />}</Suspense>
      <Suspense fallback={null}>{leaving && <LeavingDialog />}</Suspense>
      <Suspense fallback={null}>{asked && <AskedWindow asked={asked} />}</Suspense>
      <Suspense fallback={null}>{recentOpen && <RecentList />}</Suspense>
      <div className="visually-hidden" role="status" aria-live="polite">
        {announcement}
      </div>
    </div>
  )
}

/** The palette and the rest are loaded when the page has come to rest, so that the first Ctrl+K finds it there. */
function usePrefetchedExtras(): boolean {
  const asked = useUi(state => state.paletteOpen)
  const [idle, setIdle] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => {
      setIdle(true)
      void loadAhead()
    }, 900)
    return () => clearTimeout(timer)
  }, [])
  return idle || asked
}
