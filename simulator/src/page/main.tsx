/** Starts the page: theme before the first paint, then the phones. */
import '@fontsource-variable/onest/index.css'
import './styles/page.css'
import './styles/page-groups.css'
import './styles/phone.css'
import './styles/phone-sheets.css'
import './styles/posts.css'
import './styles/message.css'
import './styles/message-media.css'
import './styles/drawer.css'
import './styles/drawer-accounts.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { start } from './store.ts'
import { startTheme } from './theme.ts'

startTheme()
render(<App />, document.getElementById('root')!)
void start()
