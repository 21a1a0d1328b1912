/** The address behind the chosen words: asked for above the field, where the words stay in sight. */
import type { Entity } from '@dragoman/api'
import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { safeHref, toggleEntity } from '../text/entities.ts'
import type { PanelProps } from './composer-panel.tsx'
import panels from './panels.module.css'

export interface TextRange {
  from: number
  to: number
}

export function LinkForm({ compose, change, range, onClose }: PanelProps) {
  const { t } = useTranslation()
  const { from, to } = range
  const holds = (entity: Entity) => entity.kind === 'link' && entity.offset <= from && entity.offset + entity.length >= to
  const given = compose.entities.find(holds)
  const [typed, setTyped] = useState(given?.url ?? '')
  const url = safeHref(typed)
  const put = (address: string | undefined) => {
    change(now => {
      const without = now.entities.some(holds) ? toggleEntity(now.entities, 'link', from, to) : now.entities
      return { ...now, entities: address ? toggleEntity(without, 'link', from, to, { url: address }) : without }
    })
    onClose()
  }
  const apply = (event: FormEvent) => {
    event.preventDefault()
    if (url) put(url)
  }
  return (
    <form className={panels.panelForm} onSubmit={apply}>
      <TextInput
        size="sm"
        label={t('composer.linkAddress', { words: compose.text.slice(from, to) })}
        placeholder="https://example.com"
        inputMode="url"
        value={typed}
        onChange={event => setTyped(event.currentTarget.value)}
        error={typed.trim() !== '' && !url ? t('composer.linkWrong') : undefined}
        autoFocus
      />
      <div className={panels.panelActions}>
        <Button type="submit" size="sm" disabled={!url}>
          {t('composer.linkSet')}
        </Button>
        {given && (
          <Button size="sm" variant="default" onClick={() => put(undefined)}>
            {t('composer.linkDrop')}
          </Button>
        )}
      </div>
    </form>
  )
}
