/** Folders of saved replies: named, put in order, removed. A reply of a folder that is gone stays, without one. */
import { ActionIcon, Button, Popover, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '../icons.ts'
import { makeId } from '../ids.ts'
import classes from './answers.module.css'
import { SaveBar, type SettingForm } from './setting-form.tsx'

export function FolderEditor({ form }: { form: SettingForm<'saved_reply_folders'> }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const folders = form.value?.folders ?? []
  const set = (next: typeof folders) => form.change(() => ({ folders: next }))
  const move = (index: number, by: 1 | -1) => {
    const next = [...folders]
    const [one] = next.splice(index, 1)
    next.splice(index + by, 0, one!)
    set(next)
  }
  return (
    <Popover opened={opened} onChange={open => !form.changed && setOpened(open)} width={340} position="bottom-start" trapFocus withinPortal>
      <Popover.Target>
        <Button size="compact-sm" variant="subtle" mt="sm" aria-expanded={opened} onClick={() => setOpened(now => !now)}>
          {t('replies.editFolders')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={classes.stack}>
          {folders.map((folder, index) => (
            <div key={folder.id} className={classes.line}>
              <TextInput
                className={classes.grow}
                size="sm"
                aria-label={t('replies.folderName')}
                value={folder.name}
                maxLength={60}
                onChange={event => {
                  const { value } = event.currentTarget
                  set(folders.map(one => (one.id === folder.id ? { ...one, name: value } : one)))
                }}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size={30}
                disabled={index === 0}
                aria-label={t('replies.up', { name: folder.name })}
                onClick={() => move(index, -1)}
              >
                <IconArrowUp size={16} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={30}
                disabled={index === folders.length - 1}
                aria-label={t('replies.down', { name: folder.name })}
                onClick={() => move(index, 1)}
              >
                <IconArrowDown size={16} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={30}
                aria-label={t('replies.removeFolder', { name: folder.name })}
                onClick={() => set(folders.filter(one => one.id !== folder.id))}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </div>
          ))}
          <div>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={15} />}
              onClick={() => set([...folders, { id: makeId(), name: t('replies.newFolder') }])}
            >
              {t('replies.addFolder')}
            </Button>
          </div>
          <SaveBar form={form} />
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
