/** My passkeys: several, each with a name, each removable. */
import type { PasskeyView, SecondFactorView } from '@dragoman/api'
import { ActionIcon, Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconKey, IconPencil, IconTrash } from '../icons.ts'
import { showToast } from '../shell/toasts.tsx'
import { addressByName, passkeyState } from './can-use-passkeys.ts'
import type { Deed } from './second-factor.tsx'
import classes from './security.module.css'

export function Passkeys({
  passkeys,
  perform,
  onChange,
  onCodes,
  day,
}: {
  passkeys: readonly PasskeyView[]
  perform(deed: Deed): void
  onChange(view: SecondFactorView): void
  onCodes(codes: readonly string[]): void
  day(at: number): string
}) {
  const { t } = useTranslation()
  const [name, setName] = useState<string>()
  const [renaming, setRenaming] = useState<{ id: string; name: string }>()
  const [note, setNote] = useState('')
  const state = passkeyState()
  const byName = addressByName()
  const add = (event: FormEvent) => {
    event.preventDefault()
    const called = name?.trim()
    if (!called) return
    setNote('')
    perform(async password => {
      const { makePasskey } = await import('./passkey.ts')
      const { options } = await call('newPasskeyOptions', { body: { password } })
      const passkey = await makePasskey(options)
      if (passkey === undefined || passkey === 'there') return setNote(t(passkey ? 'security.passkeyThere' : 'security.passkeyNotMade'))
      const answer = await call('addPasskey', { body: { name: called, passkey } })
      onChange(answer.secondFactor)
      setName(undefined)
      showToast(t('security.passkeyAdded'))
      if (answer.recoveryCodes) onCodes(answer.recoveryCodes)
    })
  }
  const rename = (event: FormEvent) => {
    event.preventDefault()
    if (!renaming || renaming.name.trim() === '') return
    call('renamePasskey', { params: { passkeyId: renaming.id }, body: { name: renaming.name.trim() } }).then(view => {
      onChange(view)
      setRenaming(undefined)
    }, tellProblem)
  }
  return (
    <section className={classes.factor} aria-label={t('security.passkeys')}>
      <div className={classes.factorHead}>
        <span className={classes.factorText}>
          <strong>{t('security.passkeys')}</strong>
          <span>{t('security.passkeysText')}</span>
        </span>
        {state === 'yes' && name === undefined && (
          <Button variant="default" size="sm" leftSection={<IconKey size={16} />} onClick={() => setName('')}>
            {t('security.addPasskey')}
          </Button>
        )}
      </div>
      {state !== 'yes' && (
        <p className={classes.words}>
          {t(state === 'needs_name' ? 'security.passkeyNeedsName' : 'security.noPasskeys')}{' '}
          {state === 'needs_name' && byName && <a href={byName}>{t('security.openByName', { address: new URL(byName).host })}</a>}
        </p>
      )}
      {passkeys.length > 0 && (
        <ul className={classes.list}>
          {passkeys.map(passkey => (
            <li key={passkey.id} className={classes.item}>
              {renaming?.id === passkey.id ? (
                <form className={classes.rowGrow} onSubmit={rename}>
                  <TextInput
                    flex={1}
                    aria-label={t('security.passkeyName')}
                    value={renaming.name}
                    maxLength={80}
                    onChange={event => setRenaming({ id: passkey.id, name: event.currentTarget.value })}
                    autoFocus
                  />
                  <Button type="submit" size="sm">
                    {t('common.save')}
                  </Button>
                </form>
              ) : (
                <>
                  <span className={classes.factorText}>
                    <span className={classes.itemName}>{passkey.name}</span>
                    <small>
                      {t('security.passkeySince', { day: day(passkey.since) })}
                      {passkey.lastUsedAt !== null && `, ${t('security.passkeyUsed', { day: day(passkey.lastUsedAt) })}`}
                    </small>
                  </span>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size={32}
                    aria-label={t('security.renamePasskey', { name: passkey.name })}
                    onClick={() => setRenaming({ id: passkey.id, name: passkey.name })}
                  >
                    <IconPencil size={17} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size={32}
                    aria-label={t('security.removePasskey', { name: passkey.name })}
                    onClick={() =>
                      perform(async password =>
                        onChange(await call('removePasskey', { params: { passkeyId: passkey.id }, body: { password } })),
                      )
                    }
                  >
                    <IconTrash size={17} />
                  </ActionIcon>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {name !== undefined && (
        <form className={classes.row} onSubmit={add}>
          <TextInput
            label={t('security.passkeyName')}
            placeholder={t('security.passkeyNameExample')}
            value={name}
            maxLength={80}
            onChange={event => setName(event.currentTarget.value)}
            flex={1}
            autoFocus
          />
          <Button type="submit" disabled={name.trim() === ''}>
            {t('security.addPasskey')}
          </Button>
          <Button variant="default" onClick={() => setName(undefined)}>
            {t('common.cancel')}
          </Button>
        </form>
      )}
      {note && (
        <p className={classes.words} role="status">
          {note}
        </p>
      )}
    </section>
  )
}
