/**
 * What happens to an account beside its customers' acts: the business posts for all, the platform lowers its quality, a person connects an own account.
 * Always holds: every form is drawn from data of the simulator; a refusal stands at the form that it is about; what was typed stays while others change.
 */
import type { SimulatorControl } from '@dragoman/channel-kit/simulator/types'
import { useEffect, useState } from 'preact/hooks'
import { pick, t } from '../i18n.ts'
import { Badge } from '../pieces/icons.tsx'
import { problemText } from '../store.ts'
import { type ChannelView, wire } from '../wire.ts'

type Field = SimulatorControl['fields'][number]
type Outcome = { ok: boolean; words: string } | undefined

export function AccountsView({ channels }: { channels: readonly ChannelView[] }) {
  const accounts = channels.flatMap(channel => channel.accounts.map(account => ({ channel, account, key: `${channel.id} ${account.id}` })))
  const [key, setKey] = useState('')
  const chosen = accounts.find(one => one.key === key) ?? accounts[0]
  if (!chosen) return <p class="hint">{t('accounts.none')}</p>
  const { channel, account } = chosen
  return (
    <>
      <p class="hint">{t('accounts.text')}</p>
      <div class="account-choice">
        <Badge badge={channel.badge} size={20} />
        <select value={chosen.key} aria-label={t('accounts.which')} onChange={event => setKey(event.currentTarget.value)}>
          {accounts.map(one => (
            <option key={one.key} value={one.key}>
              {one.channel.badge && !one.account.name.startsWith(one.channel.badge.name)
                ? `${one.account.name} · ${one.channel.badge.name}`
                : one.account.name}
            </option>
          ))}
        </select>
      </div>
      {channel.hasPosts && <PostForm key={`post ${chosen.key}`} channel={channel.id} accountId={account.id} />}
      {channel.hasControls && <Controls key={chosen.key} channel={channel} accountId={account.id} />}
      {!channel.hasPosts && !channel.hasControls && <p class="hint quiet-line">{t('accounts.nothing')}</p>}
    </>
  )
}

function Said({ outcome }: { outcome: Outcome }) {
  return (
    <p class={outcome?.ok === false ? 'problem' : 'said'} role="status" hidden={!outcome}>
      {outcome?.words}
    </p>
  )
}

function PostForm({ channel, accountId }: { channel: string; accountId: string }) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>()
  const post = async () => {
    setBusy(true)
    try {
      await wire.newPost(channel, accountId, text.trim())
      setText('')
      setOutcome({ ok: true, words: t('post.done') })
    } catch (error) {
      setOutcome({ ok: false, words: problemText(error) })
    }
    setBusy(false)
  }
  return (
    <form
      class="control"
      aria-label={t('post.title')}
      onSubmit={event => {
        event.preventDefault()
        void post()
      }}
    >
      <h3>{t('post.title')}</h3>
      <textarea
        rows={3}
        required
        value={text}
        placeholder={t('post.text')}
        aria-label={t('post.text')}
        onInput={event => {
          setText(event.currentTarget.value)
          setOutcome(undefined)
        }}
      />
      <div class="control-foot">
        <button type="submit" class="primary" disabled={busy || text.trim() === ''}>
          {t('post.go')}
        </button>
        <Said outcome={outcome} />
      </div>
    </form>
  )
}

function Controls({ channel, accountId }: { channel: ChannelView; accountId: string }) {
  const [controls, setControls] = useState<SimulatorControl[]>([])
  const [problem, setProblem] = useState<string>()
  const load = () =>
    wire.controls(channel.id, accountId).then(
      found => {
        setControls(found)
        setProblem(undefined)
      },
      error => setProblem(problemText(error)),
    )
  // People and templates to choose from come and go as the phones do.
  useEffect(() => {
    void load()
  }, [channel.id, accountId, channel.phones.length])
  return (
    <>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {controls.map(control => (
        <ControlForm
          key={control.id}
          control={control}
          run={async values => {
            const result = await wire
              .control(channel.id, accountId, control.id, values)
              .catch((error: unknown) => ({ ok: false as const, reason: problemText(error) }))
            await load()
            return result.ok ? { ok: true, words: t('control.done') } : { ok: false, words: result.reason }
          }}
        />
      ))}
    </>
  )
}

function ControlForm({ control, run }: { control: SimulatorControl; run(values: Record<string, string>): Promise<Outcome> }) {
  /** Only what was changed by hand: the rest follows the simulator. */
  const [changed, setChanged] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>()
  const valueIn = (field: Field) => {
    const value = changed[field.name] ?? field.value ?? ''
    if (field.kind !== 'choice') return value
    return field.choices?.some(choice => choice.value === value) ? value : (field.choices?.[0]?.value ?? '')
  }
  const isEmpty = control.fields.some(field => field.kind === 'choice' && !field.choices?.length)
  const submit = async () => {
    setBusy(true)
    const result = await run(Object.fromEntries(control.fields.map(field => [field.name, valueIn(field)])))
    setOutcome(result)
    if (result?.ok) setChanged({})
    setBusy(false)
  }
  const change = (name: string, value: string) => {
    setChanged({ ...changed, [name]: value })
    setOutcome(undefined)
  }
  return (
    <form
      class="control"
      aria-label={pick(control.title)}
      onSubmit={event => {
        event.preventDefault()
        void submit()
      }}
    >
      <h3>{pick(control.title)}</h3>
      {control.fields.map(field => (
        <FieldView key={field.name} field={field} value={valueIn(field)} change={value => change(field.name, value)} />
      ))}
      <div class="control-foot">
        <button type="submit" class="primary" disabled={busy || isEmpty}>
          {t('control.go')}
        </button>
        <Said outcome={outcome} />
      </div>
    </form>
  )
}

function FieldView({ field, value, change }: { field: Field; value: string; change(value: string): void }) {
  if (field.kind === 'list') {
    const chosen = new Set(value.split(' ').filter(Boolean))
    return (
      <fieldset class="control-list">
        <legend>{pick(field.label)}</legend>
        {(field.choices ?? []).map(choice => (
          <label class="check" key={choice.value}>
            <input
              type="checkbox"
              checked={chosen.has(choice.value)}
              onChange={event => {
                if (event.currentTarget.checked) chosen.add(choice.value)
                else chosen.delete(choice.value)
                change([...chosen].join(' '))
              }}
            />
            <span>{pick(choice.label)}</span>
          </label>
        ))}
      </fieldset>
    )
  }
  if (field.kind === 'text')
    return (
      <label class="control-field">
        <span>{pick(field.label)}</span>
        <input value={value} maxLength={4_096} onInput={event => change(event.currentTarget.value)} />
      </label>
    )
  const isEmpty = !field.choices?.length
  return (
    <label class="control-field">
      <span>{pick(field.label)}</span>
      <select value={value} disabled={isEmpty} onChange={event => change(event.currentTarget.value)}>
        {isEmpty && <option value="">{t('control.nothing')}</option>}
        {field.choices?.map(choice => (
          <option key={choice.value} value={choice.value}>
            {pick(choice.label)}
          </option>
        ))}
      </select>
    </label>
  )
}
