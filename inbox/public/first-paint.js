/* Runs before the first paint: sets theme and language as last chosen, so that nothing flashes. A file of its own, because the page's policy allows no inline script. */
;(() => {
  const root = document.documentElement
  let theme = 'auto'
  let language = null
  try {
    theme = localStorage.getItem('dragoman-theme') || 'auto'
    language = localStorage.getItem('dragoman-language')
  } catch (_) {}
  const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
  root.lang = language || ((navigator.language || 'en').toLowerCase().startsWith('ru') ? 'ru' : 'en')
  // The browser offers to install once, and early: the offer is kept for the button in the settings.
  addEventListener('beforeinstallprompt', event => {
    event.preventDefault()
    window.dragomanInstall = event
    dispatchEvent(new Event('dragoman-install'))
  })
})()
