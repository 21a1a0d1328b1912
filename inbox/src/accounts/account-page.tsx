/** One account: how it stands, what is wrong and what to do, its addresses and settings, and ending it. */
import type { AccountViewModel, ChannelView } from '@dragoman/api'
import { Alert, Button, Modal, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, problemOf } from '../client.ts'
import { localizedText } from '../i18n.ts'
import { IconAlertCircle, IconExternalLink, IconSend } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { CopyField } from '../pieces/copy-field.tsx'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Page, Section } from '../pieces/page.tsx'
import { ReachNote } from '../pieces/reach-note.tsx'
import { showToast } from '../shell/toasts.tsx'
import { changeInbox, useDesk, useInbox } from '../store/desk.ts'
import { exactTime } from '../text/time.ts'
import { AccountNews } from './account-news.tsx'
import classes from './accounts.module.css'
import { AccountState } from './accounts-page.tsx'
import { CapabilitySummary, ReachAndLaw } from './capability-summary.tsx'
import { ComingOver } from './coming-over.tsx'
import { ConfigForm, type ConfigValues } from './config-form.tsx'
import { NowThere } from './connect-page.tsx'
import { Contradictions } from './contradictions.tsx'
import { EntranceEditor } from './entrance-editor.tsx'

export function AccountPage() {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { accountId } = useParams({ from: '/shell/accounts/$accountId' })
  const account = useInbox(state => state.accounts[accountId])
  const manages = useInbox(state => state.me.rights.includes('accounts.manage'))
  const runsCutover = useInbox(state => state.me.rights.includes('cutover.run'))
  const publicUrl = useInbox(state => state.workspace.publicUrl)
  const simulator = useInbox(state => state.workspace.simulator)
  const channel = useDesk(state => (account ? state.channels[account.channel] : undefined))
  const detail = useQuery({
    queryKey: ['account', accountId, account?.way, account?.status],
    queryFn: () => call('account', { params: { accountId } }),
  })
  if (!account || !channel)
    return (
      <EmptyState title={t('accounts.missing')} text={t('accounts.missingText')}>
        <Button component={Link} to="/accounts" variant="default">
          {t('accounts.toList')}
        </Button>
      </EmptyState>
    )
  const put = (changed: AccountViewModel) => changeInbox(state => ({ ...state, accounts: { ...state.accounts, [changed.id]: changed } }))
  const update = (body: { name?: string; status?: AccountViewModel['status']; config?: Record<string, string> }) =>
    call('updateAccount', { params: { accountId }, body }).then(changed => {
      put(changed)
      showToast(t('common.saved'))
    }, tellProblem)
  const changeWay = async (way: 'webhook' | 'poll', takeOver = false): Promise<void> => {
    try {
      put(await call('changeWay', { params: { accountId }, body: { way, takeOver } }))
      void queries.invalidateQueries({ queryKey: ['account', accountId] })
      showToast(t('common.saved'))
    } catch (error) {
      if (problemOf(error).code === 'serves_another_system')
        showToast(t('subscription.someone_else'), {
          tone: 'danger',
          action: { label: t('connect.takeOverShort'), perform: () => void changeWay(way, true) },
        })
      else tellProblem(error)
    }
  }
  const test = () =>
    call('testMessage', { params: { accountId } }).then(answer => {
      if (answer.sent && answer.conversationId)
        showToast(t('accounts.testSent'), {
          action: {
            label: t('accounts.openIt'),
            perform: () =>
              void navigate({ to: '/inbox/$view/$conversationId', params: { view: 'all', conversationId: answer.conversationId ?? '' } }),
          },
        })
      else
        showToast(
          answer.deepLink
            ? t('accounts.testNeedsLink', { link: answer.deepLink })
            : t('accounts.testNeedsCustomer', { name: channel.badge.name }),
          { lastsMs: 20_000 },
        )
    }, tellProblem)
  const { ways } = channel.config
  return (
    <Page
      title={account.name}
      intro={
        <span className={classes.head}>
          <ChannelBadge channel={channel} size={18} />{' '}
          <AccountState status={account.status} problem={account.problem !== null} observing={account.mode === 'observe'} />
          {account.simulated && <span>{t('accounts.simulated')}</span>}
        </span>
      }
      actions={
        manages &&
        account.status !== 'disconnected' && (
          <>
            <Button variant="default" leftSection={<IconSend size={16} />} onClick={() => void test()}>
              {t('accounts.sendTest')}
            </Button>
            <Button variant="default" onClick={() => void update({ status: account.status === 'active' ? 'paused' : 'active' })}>
              {t(account.status === 'active' ? 'accounts.pause' : 'accounts.resume')}
            </Button>
          </>
        )
      }
    >
      {account.status !== 'disconnected' && (
        <div className={classes.troubles}>
          <ReachNote channel={channel} />
        </div>
      )}
      {account.problem && (
        <Alert
          color="red"
          variant="light"
          icon={<IconAlertCircle size={20} />}
          title={t('accounts.problem', { time: exactTime(account.problem.since, i18n.language) })}
          mb="lg"
        >
          <p className={classes.said}>{account.problem.detail}</p>
          {account.problem.advice && (
            <p className={classes.said}>
              <strong>{t('connect.fix')}</strong> {localizedText(account.problem.advice)}
            </p>
          )}
          <small>{account.problem.code}</small>
        </Alert>
      )}
      {account.lastWebhookProblem && (
        <Alert color="yellow" variant="light" title={t('accounts.webhookProblem')} mb="lg">
          {account.lastWebhookProblem}
        </Alert>
      )}
      {manages && <Contradictions accountId={account.id} />}
      {runsCutover && account.way !== 'visitor' && account.status !== 'disconnected' && <ComingOver account={account} />}
      {detail.data?.embed && (
        <Section title={t('accounts.embed')} text={t('accounts.embedText')}>
          <CopyField label={t('accounts.embed')} value={detail.data.embed} block />
        </Section>
      )}
      <AccountNews news={account.news} />
      <Section title={t('accounts.how')}>
        <div className={classes.form}>
          {account.way !== 'visitor' && <p className={classes.said}>{t(`connect.wayText.${account.way}`)}</p>}
          {manages && ways.includes('poll') && ways.includes('webhook') && !account.simulated && (
            <div>
              <Button
                variant="default"
                size="sm"
                disabled={account.way === 'poll' && !publicUrl}
                title={account.way === 'poll' && !publicUrl ? t('connect.noPublicUrl') : undefined}
                onClick={() => void changeWay(account.way === 'poll' ? 'webhook' : 'poll')}
              >
                {t(account.way === 'poll' ? 'accounts.toWebhook' : 'accounts.toPoll')}
              </Button>
            </div>
          )}
          {account.webhookUrl && <CopyField label={t('accounts.webhookUrl')} value={account.webhookUrl} />}
          {detail.data?.subscription && <NowThere subscription={detail.data.subscription} />}
          {detail.data?.deepLink && (
            <div className={classes.deepLink}>
              <span>{t('accounts.deepLink')}</span>
              <CopyField label={t('accounts.deepLink')} value={detail.data.deepLink} />
            </div>
          )}
          {account.simulated && simulator && (
            <div>
              <Button
                component="a"
                href="/simulator"
                target="_blank"
                rel="noopener"
                variant="default"
                size="sm"
                leftSection={<IconExternalLink size={16} />}
              >
                {t('accounts.openSimulator')}
              </Button>
            </div>
          )}
        </div>
      </Section>
      {manages && account.status !== 'disconnected' && channel.entranceMax && (
        <EntranceEditor account={account} max={channel.entranceMax} />
      )}
      {manages && account.status !== 'disconnected' && (
        <AccountSettings key={account.id} account={account} channel={channel} onSave={update} />
      )}
      <ReachAndLaw channel={channel} />
      <CapabilitySummary channel={channel} />
      {manages && account.status !== 'disconnected' && (
        <Disconnect account={account} onConfirm={() => void update({ status: 'disconnected' })} />
      )}
    </Page>
  )
}

function AccountSettings({
  account,
  channel,
  onSave,
}: {
  account: AccountViewModel
  channel: ChannelView
  onSave(body: { name?: string; config?: Record<string, string>; proxy?: string | null }): Promise<unknown>
}) {
  const { t } = useTranslation()
  const [name, setName] = useState(account.name)
  const [values, setValues] = useState<ConfigValues>(account.config)
  const changed = Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== '' && value !== account.config[key]))
  // Shown by its host alone: it may hold a password. Untouched, it stays.
  const [proxy, setProxy] = useState<string>()
  const dirty = name.trim() !== account.name || Object.keys(changed).length > 0 || proxy !== undefined
  return (
    <Section title={t('connect.settings')}>
      <form
        className={classes.form}
        onSubmit={event => {
          event.preventDefault()
          if (dirty)
            void onSave({
              name: name.trim() || undefined,
              config: Object.keys(changed).length > 0 ? { ...account.config, ...changed } : undefined,
              proxy: proxy === undefined ? undefined : proxy.trim() || null,
            })
        }}
      >
        <TextInput label={t('accounts.accountName')} value={name} onChange={event => setName(event.currentTarget.value)} required />
        {account.way !== 'visitor' && (
          <TextInput
            label={t('accounts.proxy')}
            description={t('accounts.proxyHelp')}
            placeholder="http://user:password@host:3128"
            value={proxy ?? account.proxy ?? ''}
            autoComplete="off"
            spellCheck={false}
            onChange={event => setProxy(event.currentTarget.value)}
          />
        )}
        {!account.simulated && <ConfigForm fields={channel.config.fields} values={values} onChange={setValues} keepSecrets />}
        <div>
          <Button type="submit" size="sm" disabled={!dirty}>
            {t('common.save')}
          </Button>
        </div>
      </form>
    </Section>
  )
}

function Disconnect({ account, onConfirm }: { account: AccountViewModel; onConfirm(): void }) {
  const { t } = useTranslation()
  const conversations = useInbox(
    state =>
      Object.values(state.conversations).filter(conversation => conversation.accountId === account.id && conversation.state === 'open')
        .length,
  )
  const [asking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')
  return (
    <Section title={t('accounts.disconnect')} text={t('accounts.disconnectText')}>
      <Button color="red" variant="light" onClick={() => setAsking(true)}>
        {t('accounts.disconnect')}
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('accounts.disconnectTitle', { name: account.name })}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <div className={classes.form}>
          <p className={classes.said}>{t('accounts.disconnectAffects', { count: conversations })}</p>
          <TextInput
            label={t('accounts.typeName', { name: account.name })}
            value={typed}
            onChange={event => setTyped(event.currentTarget.value)}
            data-autofocus
          />
          <Button
            color="red"
            disabled={typed.trim() !== account.name}
            onClick={() => {
              setAsking(false)
              onConfirm()
            }}
          >
            {t('accounts.disconnect')}
          </Button>
        </div>
      </Modal>
    </Section>
  )
}
