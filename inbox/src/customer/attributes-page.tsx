/** Which attributes every profile offers, in which order. */
import { TagsInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { SaveBar, useSettingForm } from '../answers/setting-form.tsx'
import { call } from '../client.ts'
import { SettingsFrame } from '../settings/settings-frame.tsx'

const mostKeys = 30

export function AttributesPage() {
  const { t } = useTranslation()
  const form = useSettingForm('attributes')
  const keys = useQuery({ queryKey: ['catalogue', 'attribute-keys'], queryFn: () => call('attributeKeys') })
  return (
    <SettingsFrame section="attributes" title={t('contacts.attributes')} intro={t('contacts.attributesIntro')}>
      {form.value && (
        <TagsInput
          label={t('contacts.attributesFirst')}
          description={t('contacts.attributesHelp')}
          value={form.value.first}
          data={keys.data?.keys ?? []}
          maxTags={mostKeys}
          onChange={first => form.change(() => ({ first: first.map(key => key.trim().slice(0, 60)).filter(Boolean) }))}
        />
      )}
      <SaveBar form={form} />
    </SettingsFrame>
  )
}
