/** Coming over from another system, on an account's page: observe, check, dry run, switch; and the way back, always in sight. */
import type { AccountViewModel, CutoverView, DryRunView } from '@dragoman/api'
import { Alert, Button, Modal, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { localizedText } from '../i18n.ts'
import { IconAlertCircle, IconAlertTriangle, IconCircleCheck } from '../icons.ts'
import { CopyField } from '../pieces/copy-field.tsx'
import { Section } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { duration, exactTime } from '../text/time.ts'
import classes from './coming-over.module.css'

const icons = { ok: IconCircleCheck, warning: IconAlertTriangle, blocker: IconAlertCircle }

export function ComingOver({ account }: { account: AccountViewModel }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const key = ['catalogue', 'cutover', account.id, account.mode]
  const cutover = useQuery({ queryKey: key, queryFn: () => call('cutover', { params: { accountId: account.id } }) })
  const put = (view: CutoverView) => {
    queries.setQueryData(['catalogue', 'cutover', account.id, view.mode], view)
    void queries.invalidateQueries({ queryKey: ['account', account.id] })
  }
  const observing = account.mode === 'observe'
  const view = cutover.data
  if (!view) return <ProblemAlert problem={cutover.isError ? problemOf(cutover.error) : undefined} />
  // Whoever was never anywhere else needs no panel.
  if (!observing && view.history.length === 0 && view.back?.state !== 'someone_else') return null
  return (
    <Section title={t('comingOver.title')} text={t(observing ? 'comingOver.observing' : 'comingOver.live')}>
      {observing && (
        <ol className={classes.steps}>
          <li>
            <h3>{t('comingOver.observe')}</h3>
            <Forwarding account={account} view={view} />
          </li>
          <li>
            <h3>{t('comingOver.check')}</h3>
            <ul className={classes.checks}>
              {view.checks.map(check => {
                const Icon = icons[check.state]
                return (
                  <li key={check.id} data-state={check.state}>
                    <Icon size={18} aria-hidden="true" />
                    <span>
                      <strong>{localizedText(check.title)}</strong>
                      <span className="visually-hidden"> {t(`comingOver.state.${check.state}`)}</span>
                      <br />
                      {localizedText(check.detail)}
                    </span>
                    {check.link && (
                      <Link to={check.link} className={classes.mend}>
                        {t('comingOver.mend')}
                      </Link>
                    )}
                  </li>
                )
              })}
            </ul>
            <Button size="sm" variant="default" loading={cutover.isFetching} onClick={() => void cutover.refetch()}>
              {t('comingOver.checkAgain')}
            </Button>
          </li>
          <li>
            <h3>{t('comingOver.dryRun')}</h3>
            <DryRun accountId={account.id} />
          </li>
          <li>
            <h3>{t('comingOver.switch')}</h3>
            <Deed account={account} view={view} direction="switch" onDone={put} />
          </li>
        </ol>
      )}
      {!observing && <Deed account={account} view={view} direction="back" onDone={put} />}
      <History view={view} />
    </Section>
  )
}

function Forwarding({ account, view }: { account: AccountViewModel; view: CutoverView }) {
  const { t, i18n } = useTranslation()
  const [secret, setSecret] = useState<string>()
  const { address, count, lastAt, unread, hasSecret } = view.forwarding
  const make = () =>
    call('rotateForwardSecret', { params: { accountId: account.id } }).then(answer => setSecret(answer.secret), tellProblem)
  return (
    <div className={classes.stack}>
      <p>{t('comingOver.forwardText')}</p>
      <CopyField label={t('comingOver.forwardAddress')} value={address} />
      {secret ? (
        <div role="status" className={classes.stack}>
          <p>{t('comingOver.secretOnce')}</p>
          <CopyField label={t('comingOver.secret')} value={secret} />
        </div>
      ) : (
        <div>
          <Button size="sm" variant="default" onClick={() => void make()}>
            {t(hasSecret ? 'comingOver.newSecret' : 'comingOver.makeSecret')}
          </Button>
        </div>
      )}
      <p>
        {count > 0 && lastAt !== null
          ? t('comingOver.forwarded', { count, time: exactTime(lastAt, i18n.language) })
          : t('comingOver.noneForwarded')}{' '}
        {unread > 0 && <Link to="/set-aside">{t('comingOver.unread', { count: unread })}</Link>}
      </p>
      <details>
        <summary>{t('comingOver.snippets')}</summary>
        <CopyField block label="Node.js" value={nodeSnippet(address)} />
        <CopyField block label="nginx" value={nginxSnippet(address)} />
        <p>{t('comingOver.notTheirOwn')}</p>
      </details>
    </div>
  )
}

function nodeSnippet(address: string): string {
  return `// node forward.mjs: put it between the messenger and your present system.
const { createServer } = process.getBuiltinModule('http')
const present = 'http://127.0.0.1:8000' // your present system
createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const { host, 'content-length': _, ...headers } = request.headers
  const init = { method: request.method, headers, body: request.method === 'POST' ? body : undefined }
  const answer = await fetch(present + request.url, init)
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
  if (request.method !== 'POST') return
  fetch('${address}', { method: 'POST', headers: { 'x-dragoman-forward': process.env.FORWARD_SECRET }, body }).catch(console.error)
}).listen(8080)`
}

function nginxSnippet(address: string): string {
  return `location /your-webhook {
  mirror /dragoman;
  proxy_pass http://127.0.0.1:8000;
}
location = /dragoman {
  internal;
  proxy_set_header x-dragoman-forward YOUR_SECRET;
  proxy_pass ${address};
}`
}

function DryRun({ accountId }: { accountId: string }) {
  const { t, i18n } = useTranslation()
  const replies = useQuery({ queryKey: ['catalogue', 'savedReplies'], queryFn: () => call('savedReplies', { query: {} }) })
  const [replyId, setReplyId] = useState<string | null>(null)
  const [result, setResult] = useState<DryRunView>()
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    const body = { last: 50, ...(replyId ? { savedReplyId: replyId } : {}) }
    await call('cutoverDryRun', { params: { accountId }, body }).then(setResult, tellProblem)
    setBusy(false)
  }
  return (
    <div className={classes.stack}>
      <p>{t('comingOver.dryRunText')}</p>
      <Select
        label={t('comingOver.tryReply')}
        placeholder={t('comingOver.noReply')}
        data={(replies.data?.replies ?? []).map(reply => ({ value: reply.id, label: reply.name }))}
        value={replyId}
        onChange={setReplyId}
        clearable
        searchable
      />
      <div>
        <Button size="sm" variant="default" loading={busy} onClick={() => void run()}>
          {t('comingOver.runDry')}
        </Button>
      </div>
      {result && (
        <div role="status" className={classes.stack}>
          <p>
            {result.lines.length === 0
              ? t('comingOver.dryNone')
              : t('comingOver.dryResult', {
                  count: result.lines.length,
                  agent: result.withAgent,
                  answer: result.withAnswer,
                  possible: result.replyPossible,
                  there: result.agentsThere,
                })}{' '}
            {result.expectedWaitMs !== null && t('comingOver.dryWait', { time: duration(result.expectedWaitMs) })}
          </p>
          {result.sample && (
            <Alert variant="light" color={result.sample.refusals.length > 0 ? 'red' : 'teal'} title={t('comingOver.sample')}>
              {[...result.sample.parts, ...result.sample.refusals].map(text => (
                <p key={text} className={classes.words}>
                  {text}
                </p>
              ))}
            </Alert>
          )}
          {result.lines.length > 0 && (
            <ul className={classes.lines}>
              {result.lines.map(line => (
                <li key={`${line.conversationId} ${line.at} ${line.preview}`}>
                  <span>
                    <strong>{line.customer}</strong> <time>{exactTime(line.at, i18n.language)}</time>
                  </span>
                  <span className={classes.words}>{line.preview}</span>
                  <small>
                    {t('comingOver.wouldGet', { who: line.agent ?? line.team ?? t('comingOver.nobody') })}
                    {line.answer !== null && ` · ${t('comingOver.wouldAnswer', { text: line.answer })}`}
                    {line.reason !== null && ` · ${t(`reasons.${line.reason}`)}`}
                  </small>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </div>
  )
}

function Deed({
  account,
  view,
  direction,
  onDone,
}: {
  account: AccountViewModel
  view: CutoverView
  direction: 'switch' | 'back'
  onDone(view: CutoverView): void
}) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')
  const [url, setUrl] = useState('')
  const [secret, setSecret] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemOf>()
  const blockers = view.checks.filter(check => check.state === 'blocker')
  const knows = view.back !== null && (view.back.state !== 'someone_else' || view.back.url !== null) && view.back.state !== 'unknown'
  const perform = async () => {
    setBusy(true)
    setProblem(undefined)
    const params = { accountId: account.id }
    const given = { confirm: typed.trim(), ...(url.trim() ? { url: url.trim() } : {}), ...(secret ? { secret } : {}) }
    try {
      onDone(
        direction === 'switch'
          ? await call('switchOver', { params, body: { confirm: typed.trim() } })
          : await call('switchBack', { params, body: given }),
      )
      setAsking(false)
      setTyped('')
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(false)
  }
  return (
    <div className={classes.stack}>
      <p>{t(`comingOver.${direction}Text`, { url: view.back?.url ?? t('comingOver.noAddress') })}</p>
      {direction === 'switch' && blockers.length > 0 && <p>{t('comingOver.blockers', { count: blockers.length })}</p>}
      <div>
        <Button variant={direction === 'switch' ? 'filled' : 'default'} onClick={() => setAsking(true)}>
          {t(`comingOver.${direction}`)}
        </Button>
      </div>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t(`comingOver.${direction}Title`, { name: account.name })}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <div className={classes.stack}>
          <ProblemAlert problem={problem} />
          {direction === 'back' && (
            <>
              {!knows && (
                <TextInput
                  label={t('comingOver.oldAddress')}
                  description={t('comingOver.oldAddressText')}
                  value={url}
                  onChange={event => setUrl(event.currentTarget.value)}
                />
              )}
              {(view.back?.url || !knows) && (
                <TextInput
                  label={t('comingOver.oldSecret')}
                  description={t('comingOver.oldSecretText')}
                  value={secret}
                  onChange={event => setSecret(event.currentTarget.value)}
                />
              )}
            </>
          )}
          <TextInput
            label={t('accounts.typeName', { name: account.name })}
            value={typed}
            onChange={event => setTyped(event.currentTarget.value)}
            data-autofocus
          />
          <Button loading={busy} disabled={typed.trim() !== account.name} onClick={() => void perform()}>
            {t(`comingOver.${direction}`)}
          </Button>
        </div>
      </Modal>
    </div>
  )
}

function History({ view }: { view: CutoverView }) {
  const { t, i18n } = useTranslation()
  if (view.history.length === 0) return null
  return (
    <details>
      <summary>{t('comingOver.history', { count: view.history.length })}</summary>
      <ul className={classes.lines}>
        {view.history.map(step => (
          <li key={step.id}>
            <span>
              <strong>{t(`comingOver.did.${step.direction}`)}</strong> {step.by}, <time>{exactTime(step.at, i18n.language)}</time>
            </span>
            <small>
              {t(`comingOver.became.${step.state}`)}
              {step.error !== null && `: ${step.error}`}
              {step.before?.url && ` · ${t('comingOver.before', { url: step.before.url })}`}
              {step.cancelled > 0 && ` · ${t('comingOver.calledOff', { count: step.cancelled })}`}
              {step.secretLost && ` · ${t('comingOver.secretLost')}`}
            </small>
          </li>
        ))}
      </ul>
    </details>
  )
}
