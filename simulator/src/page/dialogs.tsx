/** Two small dialogs: another customer for an account, another simulated account. Always holds: the browser's own dialog keeps the focus. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { currentLanguage, pick, t } from './i18n.ts'
import { phoneId } from './phone/phone.tsx'
import { Badge, Icon } from './pieces/icons.tsx'
import { problemText } from './store.ts'
import { type ChannelView, wire } from './wire.ts'

function Dialog({ title, close, wide, children }: { title: string; close: () => void; wide?: boolean; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a press beside the dialog; Escape closes it too
    <dialog
      ref={dialog}
      class={`dialog ${wide ? 'broad' : ''}`}
      aria-label={title}
      onClose={close}
      onClick={event => event.target === dialog.current && close()}
    >
      <div class="dialog-body">
        <div class="sheet-head">
          <h2>{title}</h2>
          <button type="button" class="round-button" onClick={close} aria-label={t('close')}>
            <Icon name="close" size={18} />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  )
}

export function NewCustomerDialog({
  channel,
  accountId,
  accountName,
  close,
  made,
}: {
  channel: string
  accountId: string
  accountName: string
  close: () => void
  made: (id: string) => void
}) {
  const [name, setName] = useState('')
  const [language, setLanguage] = useState<string>(currentLanguage())
  const [withoutPhone, setWithoutPhone] = useState(false)
  const [problem, setProblem] = useState<string>()
  const save = async () => {
    try {
      const phone = await wire.newCustomer(channel, { accountId, name: name.trim(), language, withoutPhone })
      close()
      made(phoneId(channel, phone.customerId))
    } catch (error) {
      setProblem(problemText(error))
    }
  }
  return (
    <Dialog title={t('new_customer')} close={close}>
      <form
        class="form"
        onSubmit={event => {
          event.preventDefault()
          void save()
        }}
      >
        <p class="hint">{t('new_customer.text', { account: accountName })}</p>
        <label>
          <span>{t('name')}</span>
          <input required maxLength={80} autofocus value={name} onInput={event => setName(event.currentTarget.value)} />
        </label>
        <label>
          <span>{t('language')}</span>
          <select value={language} onChange={event => setLanguage(event.currentTarget.value)}>
            {['en', 'ru', 'de'].map(code => (
              <option key={code} value={code}>
                {new Intl.DisplayNames(currentLanguage(), { type: 'language' }).of(code)}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input type="checkbox" checked={withoutPhone} onChange={event => setWithoutPhone(event.currentTarget.checked)} />
          <span>
            {t('without_phone')}
            <small>{t('without_phone.note')}</small>
          </span>
        </label>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="primary" disabled={name.trim() === ''}>
          {t('add')}
        </button>
      </form>
    </Dialog>
  )
}

export function NewAccountDialog({ channels, close }: { channels: readonly ChannelView[]; close: () => void }) {
  const [busy, setBusy] = useState<string>()
  const [asked, setAsked] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const connect = async (channel: string, settings?: Readonly<Record<string, string>>) => {
    setBusy(channel)
    setProblem(undefined)
    try {
      await wire.connect(channel, settings)
      close()
    } catch (error) {
      setProblem(problemText(error))
    }
    setBusy(undefined)
  }
  return (
    <Dialog title={t('new_account')} close={close} wide>
      <p class="hint">{t('new_account.text')}</p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="choices">
        {channels.map(channel => {
          const { id, badge, accounts, accountChoices } = channel
          const isAsked = asked === id
          const hasKinds = accountChoices.length > 0
          return (
            <div key={id} class={`choice-group ${isAsked ? 'open' : ''}`}>
              <button
                type="button"
                class="choice"
                disabled={busy !== undefined}
                aria-expanded={hasKinds ? isAsked : undefined}
                onClick={() => (hasKinds ? setAsked(isAsked ? undefined : id) : void connect(id))}
              >
                <Badge badge={badge} size={28} />
                <span>
                  <b>{badge?.name ?? id}</b>
                  <small>{busy === id ? t('connecting') : t('accounts', { count: accounts.length })}</small>
                </span>
                <Icon name={hasKinds ? 'chevron' : 'plus'} size={18} />
              </button>
              {isAsked && <KindForm channel={channel} busy={busy !== undefined} connect={settings => void connect(id, settings)} />}
            </div>
          )
        })}
      </div>
    </Dialog>
  )
}

/** Which of a messenger's kinds of account it shall be. */
function KindForm({
  channel: { id, accountChoices },
  busy,
  connect,
}: {
  channel: ChannelView
  busy: boolean
  connect(settings: Record<string, string>): void
}) {
  const [chosen, setChosen] = useState<Record<string, string>>({})
  const values = Object.fromEntries(
    accountChoices.map(({ name, defaultValue, choices }) => [name, chosen[name] ?? (defaultValue || (choices[0]?.value ?? ''))]),
  )
  return (
    <form
      class="kind-form"
      onSubmit={event => {
        event.preventDefault()
        connect(values)
      }}
    >
      {accountChoices.map(({ name, label, choices }) => (
        <fieldset key={name}>
          <legend>{pick(label)}</legend>
          {choices.map(choice => (
            <label class="check" key={choice.value}>
              <input
                type="radio"
                name={`${id} ${name}`}
                checked={values[name] === choice.value}
                onChange={() => setChosen({ ...chosen, [name]: choice.value })}
              />
              <span>{pick(choice.label)}</span>
            </label>
          ))}
        </fieldset>
      ))}
      <button type="submit" class="primary" disabled={busy}>
        {t('connect')}
      </button>
    </form>
  )
}
