/** The drawer beside the phones: what can go wrong, switched on by hand; what happens to an account; what went over the wire. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../i18n.ts'
import { Icon } from '../pieces/icons.tsx'
import type { ChannelView } from '../wire.ts'
import { AccountsView } from './accounts.tsx'
import { FaultsView } from './faults.tsx'
import { LogView } from './log.tsx'

const tabs = ['faults', 'accounts', 'log'] as const

export function Drawer({ channels, close }: { channels: readonly ChannelView[]; close: () => void }) {
  const [tab, setTab] = useState<(typeof tabs)[number]>('faults')
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => first.current?.focus(), [])
  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    const next = tabs[(tabs.indexOf(tab) + (event.key === 'ArrowRight' ? 1 : tabs.length - 1)) % tabs.length] ?? 'faults'
    setTab(next)
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <aside class="drawer" id="drawer" aria-label={t('drawer')} onKeyDown={event => event.key === 'Escape' && close()}>
      <div class="drawer-head">
        <div class="tabs" role="tablist" aria-label={t('drawer')} onKeyDown={keys}>
          {tabs.map(name => (
            <button
              key={name}
              ref={name === 'faults' ? first : undefined}
              id={`tab-${name}`}
              type="button"
              role="tab"
              aria-selected={tab === name}
              aria-controls={`panel-${name}`}
              tabIndex={tab === name ? 0 : -1}
              onClick={() => setTab(name)}
            >
              {t(`tab.${name}`)}
            </button>
          ))}
        </div>
        <button type="button" class="round-button" onClick={close} aria-label={t('close')}>
          <Icon name="close" size={18} />
        </button>
      </div>
      <div class="drawer-body" id={`panel-${tab}`} role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'faults' ? (
          <FaultsView channels={channels} />
        ) : tab === 'accounts' ? (
          <AccountsView channels={channels} />
        ) : (
          <LogView channels={channels} />
        )}
      </div>
    </aside>
  )
}
