/** The inbox: agents' and managers' web app. Starts languages and the router; everything else hangs below. */
import './styles/layers.css'
import '@mantine/core/styles.layer.css'
import '@fontsource-variable/onest/wght.css'
import './styles/tokens.css'
import './styles/global.css'
import { view as viewSchema } from '@dragoman/api'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startLanguages } from './i18n.ts'
import { placeOf } from './list/place.ts'
import { queryClient } from './query-client.ts'
import { router } from './router.tsx'
import { Toasts } from './shell/toasts.tsx'
import { onEvents, onSnapshot } from './store/desk.ts'
import { ensureStarted, restart } from './store/start.ts'
import { colorSchemeManager, cssVariables, theme } from './theme.ts'

// A list that all share has changed: whoever shows it asks again. After a new snapshot every list may have.
onEvents(events => {
  const changed = new Set(events.flatMap(event => (event.kind === 'catalogue.changed' ? [event.catalogue] : [])))
  // An import or its undoing has put many rows in place at once: the desk is taken anew.
  if (changed.has('desk')) void restart()
  for (const catalogue of changed) void queryClient.invalidateQueries({ queryKey: ['catalogue', catalogue] })
})
onSnapshot(() => void queryClient.invalidateQueries({ queryKey: ['catalogue'] }))
const schemes = colorSchemeManager()

// Words and the desk are asked for together; pages without the desk do not ask.
const { onInbox, view } = placeOf({ pathname: location.pathname === '/' ? '/inbox' : location.pathname, search: {} })
const wanted = viewSchema.safeParse(view)
if (onInbox) void ensureStarted(wanted.success ? wanted.data : 'all')
await startLanguages()
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={schemes} defaultColorScheme="auto">
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
          <Toasts />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
