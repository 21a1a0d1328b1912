/** Macros: what is often done together, under one name. My own, and those that all share. */
import type { MacroView } from '@dragoman/api'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconBolt, IconPlus } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { queryClient } from '../query-client.ts'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { showToast } from '../shell/toasts.tsx'
import { useMacros } from '../store/catalogues.ts'
import { useInbox } from '../store/desk.ts'
import { useSaid } from './ask-macro.tsx'
import { MacroForm } from './macro-form.tsx'
import classes from './pages.module.css'

export function MacrosPage() {
  const { t } = useTranslation()
  const macros = useMacros()
  const say = useSaid()
  const manages = useInbox(state => state.me.rights.includes('desk.manage'))
  const [editing, setEditing] = useState<string>()
  const list = macros.data?.macros ?? []
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['catalogue', 'macros'] })
  const archive = async (macro: MacroView) => {
    try {
      await call('archiveMacro', { params: { macroId: macro.id } })
      await refresh()
      showToast(t('order.macroGone', { name: macro.name }), {
        action: {
          label: t('common.undo'),
          perform: () =>
            void call('createMacro', { body: { name: macro.name, shared: macro.shared, actions: macro.actions } }).then(
              refresh,
              tellProblem,
            ),
        },
      })
    } catch (error) {
      tellProblem(error)
    }
  }
  const done = () => {
    setEditing(undefined)
    void refresh()
  }
  return (
    <SettingsFrame
      section="macros"
      title={t('settingsSections.macros')}
      intro={t('order.macrosIntro')}
      actions={
        <Button leftSection={<IconPlus size={17} />} onClick={() => setEditing('new')} disabled={editing === 'new'}>
          {t('order.addMacro')}
        </Button>
      }
    >
      {editing === 'new' && <MacroForm macro={undefined} onDone={done} />}
      {macros.isSuccess && list.length === 0 && editing !== 'new' && (
        <EmptyState icon={<IconBolt size={36} stroke={1.3} />} title={t('order.noMacrosYet')} text={t('order.noMacrosYetText')} />
      )}
      <ul className={classes.list}>
        {list.map(macro =>
          editing === macro.id ? (
            <li key={macro.id}>
              <MacroForm macro={macro} onDone={done} />
            </li>
          ) : (
            <li key={macro.id} className={classes.row}>
              <div className={classes.rowMain}>
                <bdi className={classes.rowName}>{macro.name}</bdi>{' '}
                <span className={classes.faint}>{t(macro.shared ? 'order.shared' : 'order.private')}</span>
                <div className={classes.faint}>{macro.actions.map(say).join(' → ')}</div>
              </div>
              {(!macro.shared || manages) && (
                <>
                  <Button
                    size="compact-sm"
                    variant="default"
                    onClick={() => setEditing(macro.id)}
                    aria-label={t('order.editNamed', { name: macro.name })}
                  >
                    {t('common.edit')}
                  </Button>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="red"
                    onClick={() => void archive(macro)}
                    aria-label={t('order.deleteNamed', { name: macro.name })}
                  >
                    {t('common.remove')}
                  </Button>
                </>
              )}
            </li>
          ),
        )}
      </ul>
    </SettingsFrame>
  )
}
