/** API keys: what other systems may do here. Always holds: a key is shown once, when it is made; afterwards only its first letters. */
import type { ApiKeyView } from '@dragoman/api'
import { Anchor, Button, Modal } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, problemOf } from '../client.ts'
import { IconKey, IconPlus } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { showToast } from '../shell/toasts.tsx'
import { useInbox } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { regional } from '../text/time.ts'
import { ApiKeyForm } from './api-key-form.tsx'
import classes from './machines.module.css'
import { SecretOnce } from './secret-once.tsx'

export function ApiKeysPage() {
  const { t } = useTranslation()
  const keys = useQuery({ queryKey: ['catalogue', 'apiKeys'], queryFn: () => call('apiKeys') })
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<{ name: string; secret: string }>()
  const [revoking, setRevoking] = useState<ApiKeyView>()
  const now = useNow()
  const isGood = (key: ApiKeyView) => key.revokedAt === null && (key.expiresAt === null || key.expiresAt > now)
  const list = keys.data?.keys ?? []
  const over = list.filter(key => !isGood(key))
  return (
    <SettingsFrame
      section="api-keys"
      title={t('settingsSections.api-keys')}
      intro={
        <>
          {t('apiKeys.intro')}{' '}
          <Anchor href="/reference" target="_blank" rel="noopener">
            {t('apiKeys.reference')}
          </Anchor>
        </>
      }
      actions={
        <Button leftSection={<IconPlus size={17} />} onClick={() => setMaking(true)} disabled={making}>
          {t('apiKeys.add')}
        </Button>
      }
    >
      <ProblemAlert problem={keys.isError ? problemOf(keys.error) : undefined} />
      {made && <SecretOnce label={t('apiKeys.secret', { name: made.name })} text={t('apiKeys.secretOnce')} secret={made.secret} />}
      {making && (
        <div className={classes.panel}>
          <ApiKeyForm
            onDone={result => {
              setMaking(false)
              if (result) setMade({ name: result.key.name, secret: result.secret })
            }}
          />
        </div>
      )}
      {keys.isSuccess && list.length === 0 && !making && (
        <EmptyState icon={<IconKey size={36} stroke={1.3} />} title={t('apiKeys.none')} text={t('apiKeys.noneText')} />
      )}
      <ul className={classes.list}>
        {list.filter(isGood).map(key => (
          <li key={key.id}>
            <KeyRow apiKey={key}>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={t('apiKeys.revokeOf', { name: key.name })}
                onClick={() => setRevoking(key)}
              >
                {t('apiKeys.revoke')}
              </Button>
            </KeyRow>
          </li>
        ))}
      </ul>
      {over.length > 0 && (
        <details className={classes.details}>
          <summary>{t('apiKeys.over', { count: over.length })}</summary>
          <ul className={classes.list}>
            {over.map(key => (
              <li key={key.id}>
                <KeyRow apiKey={key}>
                  <span className={classes.state}>{t(key.revokedAt === null ? 'apiKeys.expired' : 'apiKeys.revoked')}</span>
                </KeyRow>
              </li>
            ))}
          </ul>
        </details>
      )}
      {revoking && <RevokeDialog apiKey={revoking} onDone={() => setRevoking(undefined)} />}
    </SettingsFrame>
  )
}

function KeyRow({ apiKey, children }: { apiKey: ApiKeyView; children: ReactNode }) {
  const { t, i18n } = useTranslation()
  const maker = useInbox(state => state.members[apiKey.createdBy]?.name)
  const day = (at: number) => new Intl.DateTimeFormat(regional(i18n.language), { dateStyle: 'medium' }).format(at)
  return (
    <div className={classes.keyRow}>
      <span className={classes.rowText}>
        <span>
          <bdi className={classes.rowName}>{apiKey.name}</bdi> <code className={classes.id}>{apiKey.startsWith}…</code>
        </span>
        <span className={classes.faint}>
          {[
            maker === undefined
              ? t('apiKeys.made', { day: day(apiKey.createdAt) })
              : t('apiKeys.madeBy', { day: day(apiKey.createdAt), name: maker }),
            apiKey.lastUsedAt === null ? t('apiKeys.neverUsed') : t('apiKeys.used', { day: day(apiKey.lastUsedAt) }),
            apiKey.expiresAt === null ? t('apiKeys.endless') : t('apiKeys.until', { day: day(apiKey.expiresAt) }),
          ].join(' · ')}
        </span>
        <code className={classes.id}>{apiKey.scopes.join(', ')}</code>
      </span>
      {children}
    </div>
  )
}

function RevokeDialog({ apiKey, onDone }: { apiKey: ApiKeyView; onDone(): void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const revoke = async () => {
    setBusy(true)
    try {
      await call('revokeApiKey', { params: { apiKeyId: apiKey.id } })
      showToast(t('apiKeys.revokedNow', { name: apiKey.name }))
      await queries.invalidateQueries({ queryKey: ['catalogue', 'apiKeys'] })
      onDone()
    } catch (error) {
      tellProblem(error)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onDone} title={t('apiKeys.revokeTitle', { name: apiKey.name })} centered size="sm">
      <p className={classes.text}>{t('apiKeys.revokeText')}</p>
      <div className={classes.actions}>
        <Button color="red" loading={busy} onClick={() => void revoke()}>
          {t('apiKeys.revoke')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('common.cancel')}
        </Button>
      </div>
    </Modal>
  )
}
