/** The page: phones side by side, grouped by account; on a narrow screen one at a time. A drawer holds the faults and the log. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { NewAccountDialog, NewCustomerDialog } from './dialogs.tsx'
import { Drawer } from './drawer/drawer.tsx'
import { t } from './i18n.ts'
import { Phone, phoneId } from './phone/phone.tsx'
import { Badge, Icon } from './pieces/icons.tsx'
import { usePage } from './store.ts'
import { Switcher, useInSight } from './switcher.tsx'
import { switchTheme, useScheme } from './theme.ts'
import type { ChannelView } from './wire.ts'

const narrow = matchMedia('(max-width: 720px)')
/** So many stand side by side on a usual screen; from more on one needs a way to them. */
const fewPhones = 3

function useNarrow(): boolean {
  const [is, setIs] = useState(narrow.matches)
  useEffect(() => {
    const listener = () => setIs(narrow.matches)
    narrow.addEventListener('change', listener)
    return () => narrow.removeEventListener('change', listener)
  }, [])
  return is
}

/** The phone that the address names: a link to one phone works. */
function useChosen(): [string, (id: string) => void] {
  const read = () => decodeURIComponent(location.hash.slice(1))
  const [chosen, setChosen] = useState(read)
  useEffect(() => {
    const listener = () => setChosen(read())
    addEventListener('hashchange', listener)
    return () => removeEventListener('hashchange', listener)
  }, [])
  return [
    chosen,
    id => {
      history.replaceState(null, '', `#${encodeURIComponent(id)}`)
      setChosen(id)
    },
  ]
}

export function App() {
  const page = usePage()
  if (page.state === 'loading')
    return (
      <div class="loading" role="status">
        <span class="hidden-words">{t('loading')}</span>
      </div>
    )
  if (page.state !== 'ready') return <Closed state={page.state} />
  return <Desk channels={page.channels} live={page.live} />
}

function Closed({ state }: { state: 'signed_out' | 'not_allowed' | 'switched_off' | 'unreachable' }) {
  return (
    <main class="closed">
      <h1>{t(`${state}.title`)}</h1>
      <p>{t(`${state}.text`)}</p>
      {state !== 'unreachable' && (
        <a class="primary" href="/">
          {state === 'signed_out' ? t('sign_in') : t('inbox')}
        </a>
      )}
    </main>
  )
}

function Desk({ channels, live }: { channels: readonly ChannelView[]; live: boolean }) {
  const isNarrow = useNarrow()
  const scheme = useScheme()
  const [chosen, choose] = useChosen()
  const [drawer, setDrawer] = useState(false)
  const [dialog, setDialog] = useState<
    { kind: 'account' } | { kind: 'customer'; channel: string; accountId: string; accountName: string }
  >()
  const phones = channels.flatMap(channel => channel.phones.map(view => ({ channel, view, id: phoneId(channel.id, view.customerId) })))
  const shown = phones.find(phone => phone.id === chosen) ?? phones[0]
  const faults = channels.reduce(
    (sum, { faults: { rateLimitRetryAfterMs: _delay, ...switches } }) => sum + Object.values(switches).filter(value => value !== 0).length,
    0,
  )
  const scrolled = useRef('')
  const shelf = useRef<HTMLElement>(null)
  const [jumps, setJumps] = useState(0)
  const inSight = useInSight(
    shelf,
    isNarrow,
    phones.map(phone => phone.id),
  )

  useEffect(() => {
    if (isNarrow || !chosen || scrolled.current === chosen) return
    const element = document.getElementById(chosen)
    if (!element) return
    scrolled.current = chosen
    element.scrollIntoView({ inline: 'center', block: 'nearest' })
    // Chosen by hand: one goes on in that phone with the keyboard.
    if (jumps > 0) element.querySelector<HTMLElement>('textarea, .thread, .quiet')?.focus({ preventScroll: true })
  }, [chosen, phones.length, isNarrow, jumps])

  return (
    <div class={`desk ${drawer ? 'with-drawer' : ''}`}>
      <header class="top">
        <h1>{t('title')}</h1>
        <span class={`live ${live ? 'on' : ''}`} role="status">
          <i aria-hidden="true" />
          {live ? t('live') : t('reconnecting')}
        </span>
        <span class="space" />
        <button type="button" class="quiet" onClick={() => setDialog({ kind: 'account' })}>
          <Icon name="plus" size={18} />
          <span class="wide-only">{t('new_account')}</span>
          <span class="narrow-only">{t('account')}</span>
        </button>
        <button
          type="button"
          class={`quiet ${faults > 0 ? 'has-faults' : ''}`}
          aria-expanded={drawer}
          aria-controls={drawer ? 'drawer' : undefined}
          onClick={() => setDrawer(!drawer)}
        >
          <Icon name="bug" size={18} />
          <span class="wide-only">{t('drawer')}</span>
          {faults > 0 && <b>{t('faults.on', { count: faults })}</b>}
        </button>
        <button
          type="button"
          class="quiet only-icon"
          onClick={switchTheme}
          aria-label={scheme === 'dark' ? t('theme.light') : t('theme.dark')}
          title={scheme === 'dark' ? t('theme.light') : t('theme.dark')}
        >
          <Icon name={scheme === 'dark' ? 'sun' : 'moon'} size={18} />
        </button>
        <a class="quiet" href="/">
          <Icon name="inbox" size={18} />
          <span class="wide-only">{t('inbox')}</span>
        </a>
      </header>
      {!isNarrow && phones.length > fewPhones && (
        <Switcher
          phones={phones}
          shown={inSight}
          choose={id => {
            scrolled.current = ''
            choose(id)
            setJumps(jumps + 1)
          }}
        />
      )}
      <div class="middle">
        <main class="shelf" ref={shelf} aria-label={t('phones')}>
          {phones.length === 0 && (
            <div class="empty">
              <h2>{t('empty.title')}</h2>
              <p>{t('empty.text')}</p>
              <button type="button" class="primary" onClick={() => setDialog({ kind: 'account' })}>
                {t('new_account')}
              </button>
            </div>
          )}
          {isNarrow
            ? shown && (
                <>
                  <Switcher phones={phones} shown={shown.id} choose={choose}>
                    <button
                      type="button"
                      class="add"
                      aria-label={t('new_customer')}
                      onClick={() =>
                        setDialog({
                          kind: 'customer',
                          channel: shown.channel.id,
                          accountId: shown.view.accountId,
                          accountName: shown.view.accountName,
                        })
                      }
                    >
                      <Icon name="plus" size={18} />
                    </button>
                  </Switcher>
                  <Phone key={shown.id} channel={shown.channel} view={shown.view} />
                </>
              )
            : channels.flatMap(channel =>
                channel.accounts.map(account => (
                  <section class="group" key={`${channel.id} ${account.id}`} aria-label={account.name}>
                    <header class="group-head">
                      <Badge badge={channel.badge} />
                      <h2>{account.name}</h2>
                      <button
                        type="button"
                        class="quiet"
                        onClick={() =>
                          setDialog({ kind: 'customer', channel: channel.id, accountId: account.id, accountName: account.name })
                        }
                      >
                        <Icon name="plus" size={16} />
                        {t('customer')}
                      </button>
                    </header>
                    <div class="group-phones">
                      {channel.phones
                        .filter(view => view.accountId === account.id)
                        .map(view => (
                          <Phone key={view.customerId} channel={channel} view={view} />
                        ))}
                    </div>
                  </section>
                )),
              )}
        </main>
        {drawer && <Drawer channels={channels} close={() => setDrawer(false)} />}
      </div>
      {dialog?.kind === 'account' && <NewAccountDialog channels={channels} close={() => setDialog(undefined)} />}
      {dialog?.kind === 'customer' && <NewCustomerDialog {...dialog} close={() => setDialog(undefined)} made={id => choose(id)} />}
    </div>
  )
}
