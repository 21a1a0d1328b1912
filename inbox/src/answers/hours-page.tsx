/** Business hours: the firm's week, its holidays, and where hours are others; what customers are told of it now. */
import type { Hours, HoursSetting } from '@dragoman/api'
import { Button, MultiSelect, Select, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { IconPlus, IconTrash } from '../icons.ts'
import { makeId } from '../ids.ts'
import { Section } from '../pieces/page.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { useInbox } from '../store/desk.ts'
import classes from './answers.module.css'
import { HolidaysEditor } from './holidays-editor.tsx'
import { SaveBar, useSettingForm } from './setting-form.tsx'
import { officeWeek, WeekGrid } from './week-grid.tsx'

type Variant = HoursSetting['variants'][number]

export function HoursPage() {
  const { t } = useTranslation()
  const form = useSettingForm('hours')
  const accounts = useInbox(state => state.accounts)
  const teams = useQuery({ queryKey: ['catalogue', 'teams'], queryFn: () => call('teams') })
  const { value } = form
  const change = (part: Partial<HoursSetting>) => form.change(now => ({ ...now, ...part }))
  const setVariant = (id: string, part: Partial<Variant>) =>
    form.change(now => ({ ...now, variants: now.variants.map(one => (one.id === id ? { ...one, ...part } : one)) }))
  return (
    <SettingsFrame section="hours" title={t('hours.title')} intro={t('hours.intro')}>
      {value && (
        <>
          <HoursNow value={value} />
          <Section title={t('hours.week')} text={t('hours.weekText')}>
            <HoursFields hours={value} onChange={change} />
          </Section>
          <Section title={t('hours.holidays')} text={t('hours.holidaysText')}>
            <HolidaysEditor holidays={value.holidays} onChange={holidays => change({ holidays })} />
          </Section>
          <Section title={t('hours.variants')} text={t('hours.variantsText')}>
            {value.variants.map(variant => (
              <div key={variant.id} className={classes.variant}>
                <div className={classes.line}>
                  <TextInput
                    className={classes.grow}
                    label={t('hours.variantName')}
                    value={variant.name}
                    maxLength={80}
                    required
                    error={variant.name.trim() === '' ? t('answers.needed') : undefined}
                    onChange={event => setVariant(variant.id, { name: event.currentTarget.value })}
                  />
                  <MultiSelect
                    className={classes.grow}
                    label={t('hours.variantAccounts')}
                    value={variant.accountIds}
                    data={Object.values(accounts).map(one => ({ value: one.id, label: one.name }))}
                    onChange={accountIds => setVariant(variant.id, { accountIds })}
                    searchable
                    clearable
                  />
                  <MultiSelect
                    className={classes.grow}
                    label={t('hours.variantTeams')}
                    value={variant.teamIds}
                    data={(teams.data?.teams ?? []).map(one => ({ value: one.id, label: one.name }))}
                    onChange={teamIds => setVariant(variant.id, { teamIds })}
                    searchable
                    clearable
                  />
                  <Button
                    variant="subtle"
                    color="red"
                    leftSection={<IconTrash size={16} />}
                    onClick={() => change({ variants: value.variants.filter(one => one.id !== variant.id) })}
                  >
                    {t('answers.remove')}
                  </Button>
                </div>
                <HoursFields
                  hours={{ ...variant, holidays: [] }}
                  onChange={({ holidays: _same, ...part }) => setVariant(variant.id, part)}
                />
                <Switch
                  mt="md"
                  label={t('hours.sameHolidays')}
                  checked={variant.holidays === null}
                  onChange={event => setVariant(variant.id, { holidays: event.currentTarget.checked ? null : value.holidays })}
                />
                {variant.holidays && (
                  <HolidaysEditor holidays={variant.holidays} onChange={holidays => setVariant(variant.id, { holidays })} />
                )}
                <HoursNow value={value} variantId={variant.id} />
              </div>
            ))}
            <Button
              mt="md"
              variant="default"
              leftSection={<IconPlus size={16} />}
              onClick={() =>
                change({
                  variants: [
                    ...value.variants,
                    {
                      id: makeId(),
                      name: t('hours.newVariant'),
                      accountIds: [],
                      teamIds: [],
                      zone: value.zone,
                      week: value.week ?? officeWeek,
                      holidays: null,
                    },
                  ],
                })
              }
            >
              {t('hours.addVariant')}
            </Button>
          </Section>
        </>
      )}
      <SaveBar form={form} />
    </SettingsFrame>
  )
}

const zones = Intl.supportedValuesOf('timeZone')

function HoursFields({ hours, onChange }: { hours: Hours; onChange(part: Partial<Hours>): void }) {
  const { t } = useTranslation()
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <>
      <div className={classes.line}>
        <Select
          label={t('hours.zone')}
          value={hours.zone}
          data={[...new Set([own, 'UTC', hours.zone, ...zones])]}
          onChange={zone => zone && onChange({ zone })}
          searchable
          allowDeselect={false}
          w={260}
        />
        <Switch
          mb={8}
          label={t('hours.aroundTheClock')}
          checked={hours.week === null}
          onChange={event =>
            onChange(event.currentTarget.checked ? { week: null } : { week: officeWeek, ...(hours.zone === 'UTC' ? { zone: own } : {}) })
          }
        />
      </div>
      {hours.week && <WeekGrid week={hours.week} onChange={week => onChange({ week })} />}
    </>
  )
}

/** Open or closed at this moment, of what is on the screen. */
function HoursNow({ value, variantId }: { value: HoursSetting; variantId?: string }) {
  const { t, i18n } = useTranslation()
  const state = useQuery({
    queryKey: ['hours-preview', variantId ?? '', value],
    queryFn: () => call('hoursPreview', { body: { value, variantId } }),
    placeholderData: before => before,
    retry: false,
    refetchInterval: 60_000,
  })
  if (!state.data) return null
  const { open, words } = state.data
  const when = words[i18n.language] ?? words.en
  return (
    <p className={classes.state} data-open={open} role="status">
      <span className={classes.dot} aria-hidden="true" />
      {t(open ? (when ? 'hours.openUntil' : 'hours.openAlways') : when ? 'hours.closedUntil' : 'hours.closedAlways', { when })}
    </p>
  )
}
