/**
 * Connecting an account: choose a messenger, follow its steps, fill its form, try it live. Always holds: nothing is taken over unasked: what is
 * set at the platform now is shown first, with whose address it is and what waits there.
 */
import type { ChannelView, OperationResponse } from '@dragoman/api'
import { Alert, Button, Checkbox, Radio, TextInput } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { localizedText } from '../i18n.ts'
import { IconAlertCircle, IconAlertTriangle, IconArrowLeft, IconCircleCheck, IconTable } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { Page, Section } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { ReachNote } from '../pieces/reach-note.tsx'
import { changeInbox, useDesk, useInbox } from '../store/desk.ts'
import { AccessChecklist } from './access-checklist.tsx'
import classes from './accounts.module.css'
import { SimulatedMenu } from './accounts-page.tsx'
import { CapabilitySummary, ReachAndLaw } from './capability-summary.tsx'
import { ConfigForm, type ConfigValues, fieldProblem } from './config-form.tsx'

type Check = OperationResponse<'checkAccount'>
type Way = 'webhook' | 'poll' | 'visitor'

export function ConnectPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { channel: chosen } = useSearch({ from: '/shell/accounts/new' })
  const channels = useDesk(state => state.channels)
  const channel = chosen ? channels[chosen] : undefined
  if (channel) return <Connect key={channel.id} channel={channel} />
  return (
    <Page
      title={t('connect.title')}
      intro={t('connect.intro')}
      actions={
        <>
          <Button component={Link} to="/registry" variant="default" leftSection={<IconTable size={17} />}>
            {t('registry.compare')}
          </Button>
          <SimulatedMenu />
        </>
      }
    >
      <ul className={classes.choices}>
        {Object.values(channels).map(one => (
          <li key={one.id}>
            <button type="button" className={classes.choice} onClick={() => navigate({ to: '/accounts/new', search: { channel: one.id } })}>
              <ChannelBadge channel={one} size={30} label="hidden" />
              <span className={classes.choiceName}>{one.badge.name}</span>
              <span className={classes.choiceWays}>{one.config.ways.map(way => t(`ways.${way}`)).join(', ')}</span>
              <ReachNote channel={one} compact />
            </button>
          </li>
        ))}
      </ul>
    </Page>
  )
}

function Connect({ channel }: { channel: ChannelView }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const publicUrl = useInbox(state => state.workspace.publicUrl)
  const { ways } = channel.config
  const [values, setValues] = useState<ConfigValues>({})
  // Without a public address no platform can reach us: polling, where there is polling.
  const [way, setWay] = useState<Way>(
    ways.includes('visitor') ? 'visitor' : !publicUrl && ways.includes('poll') ? 'poll' : (ways[0] ?? 'webhook'),
  )
  const [name, setName] = useState('')
  const [check, setCheck] = useState<Check>()
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState<'check' | 'connect'>()
  const [takeOver, setTakeOver] = useState(false)
  const [mode, setMode] = useState<'live' | 'observe'>('live')
  const config = Object.fromEntries(
    Object.entries(values)
      .map(([key, value]) => [key, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  )
  const valid = channel.config.fields.every(field => fieldProblem(field, values[field.name]) === undefined)
  const change = (next: ConfigValues) => {
    setValues(next)
    setCheck(undefined)
    setProblem(undefined)
  }
  const tryIt = async (event: FormEvent) => {
    event.preventDefault()
    setBusy('check')
    setProblem(undefined)
    try {
      setCheck(await call('checkAccount', { body: { channel: channel.id, config, way } }))
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(undefined)
  }
  const connect = async () => {
    setBusy('connect')
    setProblem(undefined)
    try {
      const account = await call('connectAccount', {
        body: { channel: channel.id, config, way, name: name.trim() || undefined, takeOver, mode },
      })
      changeInbox(state => ({ ...state, accounts: { ...state.accounts, [account.id]: account } }))
      await navigate({ to: '/accounts/$accountId', params: { accountId: account.id } })
    } catch (error) {
      setProblem(problemOf(error))
      setBusy(undefined)
    }
  }
  const elsewhere = check?.subscription?.state === 'someone_else'
  return (
    <Page
      title={t('connect.titleOf', { name: channel.badge.name })}
      intro={<ReachNote channel={channel} />}
      actions={
        <Button variant="default" leftSection={<IconArrowLeft size={17} />} onClick={() => navigate({ to: '/accounts/new', search: {} })}>
          {t('connect.other')}
        </Button>
      }
    >
      {channel.config.access && <AccessChecklist channel={channel} />}
      {channel.config.steps.length > 0 && (
        <Section title={t('connect.steps')}>
          <ol className={classes.steps}>
            {channel.config.steps.map(step => (
              <li key={localizedText(step)}>{localizedText(step)}</li>
            ))}
          </ol>
        </Section>
      )}
      <Section title={t('connect.settings')}>
        <form onSubmit={tryIt} className={classes.form}>
          <ConfigForm fields={channel.config.fields} values={values} onChange={change} />
          {ways.length > 1 && (
            <Radio.Group
              label={t('connect.way')}
              value={way}
              onChange={value => {
                setWay(value as Way)
                setCheck(undefined)
              }}
            >
              <div className={classes.ways}>
                {ways.map(one => (
                  <Radio
                    key={one}
                    value={one}
                    label={t(`ways.${one}`)}
                    description={t(one === 'webhook' && !publicUrl ? 'connect.noPublicUrl' : `connect.wayText.${one}`)}
                  />
                ))}
              </div>
            </Radio.Group>
          )}
          <TextInput
            label={t('connect.name')}
            description={t('connect.nameHelp')}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
          />
          <div>
            <Button type="submit" variant={check?.ok ? 'default' : 'filled'} loading={busy === 'check'} disabled={!valid}>
              {t('connect.check')}
            </Button>
          </div>
        </form>
        <div className={classes.form} aria-live="polite">
          <ProblemAlert problem={problem} />
          {check && !check.ok && (
            <Alert
              color="red"
              variant="light"
              icon={<IconAlertCircle size={20} />}
              title={t('connect.refused', { name: channel.badge.name })}
            >
              <p className={classes.said}>{check.error?.detail}</p>
              {check.error?.advice && (
                <p className={classes.said}>
                  <strong>{t('connect.fix')}</strong> {localizedText(check.error.advice)}
                </p>
              )}
              <small>{check.error?.code}</small>
            </Alert>
          )}
          {check?.ok && (
            <Alert
              color="teal"
              variant="light"
              icon={<IconCircleCheck size={20} />}
              title={t('connect.ok', { name: check.name ?? channel.badge.name })}
            >
              {[check.username && `@${check.username.replace(/^@/, '')}`, check.externalId].filter(Boolean).join(' · ')}
              {check.notes.map(note => (
                <p key={localizedText(note)} className={classes.said}>
                  {localizedText(note)}
                </p>
              ))}
              {check.warnings.map(warning => (
                <p key={localizedText(warning)} className={classes.said}>
                  {localizedText(warning)}
                </p>
              ))}
            </Alert>
          )}
          {check?.ok && check.subscription && <NowThere subscription={check.subscription} />}
          {check?.ok && way !== 'visitor' && (
            <Radio.Group label={t('connectMode.label')} value={mode} onChange={value => setMode(value as typeof mode)}>
              <div className={classes.ways}>
                {(['live', 'observe'] as const).map(one => (
                  <Radio key={one} value={one} label={t(`connectMode.${one}`)} description={t(`connectMode.${one}Text`)} />
                ))}
              </div>
            </Radio.Group>
          )}
          {check?.ok && elsewhere && mode === 'live' && (
            <Checkbox
              checked={takeOver}
              onChange={event => setTakeOver(event.currentTarget.checked)}
              label={t('connect.takeOver')}
              description={t('connect.takeOverText')}
            />
          )}
          {check?.ok && (
            <div>
              <Button
                size="md"
                onClick={() => void connect()}
                loading={busy === 'connect'}
                disabled={elsewhere && !takeOver && mode === 'live'}
              >
                {t('connect.connect')}
              </Button>
            </div>
          )}
        </div>
      </Section>
      <ReachAndLaw channel={channel} />
      <CapabilitySummary channel={channel} />
    </Page>
  )
}

/** What is set at the platform now. */
export function NowThere({ subscription }: { subscription: NonNullable<Check['subscription']> }) {
  const { t } = useTranslation()
  const elsewhere = subscription.state === 'someone_else'
  return (
    <div className={classes.now} data-elsewhere={elsewhere}>
      {elsewhere && <IconAlertTriangle size={20} aria-hidden="true" />}
      <div>
        <strong>{t(`subscription.${subscription.state}`)}</strong>
        {subscription.url && <code>{subscription.url}</code>}
        {subscription.waiting !== undefined && subscription.waiting > 0 && (
          <p>{t('subscription.waiting', { count: subscription.waiting })}</p>
        )}
        {subscription.lastError && <p>{t('subscription.lastError', { error: subscription.lastError })}</p>}
      </div>
    </div>
  )
}
