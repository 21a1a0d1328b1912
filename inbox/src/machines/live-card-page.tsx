/** The live card set up: where it is asked, what it is called, how long an answer is good; its secret; and a try that shows all that comes back. */
import type { SettingValue } from '@dragoman/api'
import { Button, Modal, NumberInput, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { SaveBar, useSettingForm } from '../answers/setting-form.tsx'
import { call } from '../client.ts'
import { IconKey } from '../icons.ts'
import { Section } from '../pieces/page.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { CardTry } from './card-try.tsx'
import { fieldError } from './field-error.ts'
import classes from './machines.module.css'
import { SecretOnce } from './secret-once.tsx'

type Setting = SettingValue<'live_card'>

export function LiveCardPage() {
  const { t, i18n } = useTranslation()
  const form = useSettingForm('live_card')
  const names = new Intl.DisplayNames(i18n.language, { type: 'language' })
  const { value } = form
  const set = (part: Partial<Setting>) => form.change(now => ({ ...now, ...part }))
  return (
    <SettingsFrame section="live-card" title={t('settingsSections.live-card')} intro={t('liveCardPage.intro')}>
      {value && (
        <>
          <Section title={t('liveCardPage.source')} text={t('liveCardPage.sourceText')}>
            <div className={classes.form}>
              <Switch label={t('liveCardPage.on')} checked={value.on} onChange={event => set({ on: event.currentTarget.checked })} />
              <TextInput
                type="url"
                label={t('liveCardPage.url')}
                description={t('webhooks.urlHelp')}
                placeholder="https://shop.example.com/card"
                value={value.url}
                maxLength={2_000}
                error={fieldError(form.problem, 'value.url') ?? fieldError(form.problem, 'url')}
                onChange={event => set({ url: event.currentTarget.value.trim() })}
              />
              <div className={classes.pair}>
                {(['en', 'ru'] as const).map(language => (
                  <TextInput
                    key={language}
                    label={t('liveCardPage.titleIn', { language: names.of(language) })}
                    placeholder={language === i18n.language ? t('liveCard.title') : undefined}
                    lang={language}
                    maxLength={120}
                    value={value.title[language] ?? ''}
                    onChange={event => set({ title: withTitle(value.title, language, event.currentTarget.value) })}
                  />
                ))}
              </div>
              <NumberInput
                label={t('liveCardPage.goodFor')}
                description={t('liveCardPage.goodForHelp')}
                value={value.goodForSeconds}
                min={0}
                max={3_600}
                allowDecimal={false}
                onChange={seconds => typeof seconds === 'number' && set({ goodForSeconds: seconds })}
              />
              <Switch
                label={t('liveCardPage.forAll')}
                description={t('liveCardPage.forAllHelp')}
                checked={value.forAll}
                onChange={event => set({ forAll: event.currentTarget.checked })}
              />
            </div>
            <SaveBar form={form} />
          </Section>
          <CardSecret />
          <CardTry ready={value.url !== '' && !form.changed} />
        </>
      )}
      {!value && <SaveBar form={form} />}
    </SettingsFrame>
  )
}

function withTitle(title: Setting['title'], language: string, text: string): Setting['title'] {
  const { [language]: _before, ...others } = title
  return text === '' ? others : { ...others, [language]: text }
}

function CardSecret() {
  const { t } = useTranslation()
  const [secret, setSecret] = useState<string>()
  const [asked, setAsked] = useState(false)
  const make = () => {
    setAsked(false)
    call('rotateCardSecret').then(made => setSecret(made.secret), tellProblem)
  }
  return (
    <Section title={t('liveCardPage.secret')} text={t('liveCardPage.secretText')}>
      {secret === undefined ? (
        <Button variant="default" leftSection={<IconKey size={16} />} onClick={() => setAsked(true)}>
          {t('liveCardPage.newSecret')}
        </Button>
      ) : (
        <SecretOnce label={t('liveCardPage.secret')} secret={secret} />
      )}
      {asked && (
        <Modal opened onClose={() => setAsked(false)} title={t('liveCardPage.newSecretTitle')} centered size="sm">
          <p className={classes.text}>{t('liveCardPage.newSecretText')}</p>
          <div className={classes.actions}>
            <Button onClick={make}>{t('liveCardPage.newSecret')}</Button>
            <Button variant="default" onClick={() => setAsked(false)}>
              {t('common.cancel')}
            </Button>
          </div>
        </Modal>
      )}
    </Section>
  )
}
