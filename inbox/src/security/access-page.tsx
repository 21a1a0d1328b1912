/** Rules of signing in that hold for everybody: a second factor, and going away by itself. */
import { NumberInput, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { SaveBar, useSettingForm } from '../answers/setting-form.tsx'
import { call } from '../client.ts'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { useInbox } from '../store/desk.ts'
import classes from './security.module.css'

export function AccessPage() {
  const { t } = useTranslation()
  const form = useSettingForm('security')
  const members = useInbox(state => state.members)
  const security = useQuery({ queryKey: ['member-security'], queryFn: () => call('memberSecurity') })
  const without = security.data?.members.filter(one => members[one.memberId]?.active && !one.totp && one.passkeys === 0).length ?? 0
  return (
    <SettingsFrame section="access" title={t('access.title')} intro={t('access.intro')}>
      {form.value && (
        <div className={classes.stack}>
          <div>
            <Switch
              label={t('access.require')}
              description={t('access.requireHelp')}
              checked={form.value.requireSecondFactor}
              onChange={event => {
                const requireSecondFactor = event.currentTarget.checked
                form.change(value => ({ ...value, requireSecondFactor }))
              }}
            />
            {without > 0 && <p className={classes.after}>{t('access.without', { count: without })}</p>}
          </div>
          <NumberInput
            label={t('access.idle')}
            description={t('access.idleHelp')}
            value={form.value.idleAwayMinutes}
            min={0}
            max={480}
            allowDecimal={false}
            clampBehavior="strict"
            suffix={` ${t('access.minutes')}`}
            w={280}
            onChange={value => typeof value === 'number' && form.change(before => ({ ...before, idleAwayMinutes: value }))}
          />
        </div>
      )}
      <SaveBar form={form} />
    </SettingsFrame>
  )
}
