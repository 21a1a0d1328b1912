/** The keyboard on one sheet (`?`), drawn from the registry. */
import { Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useUi } from '../shell/ui.ts'
import classes from './palette.module.css'
import { Keys } from './palette.tsx'
import { actions, keysOf } from './registry.ts'

export function HelpSheet() {
  const { t } = useTranslation()
  const opened = useUi(state => state.helpOpen)
  const composer = [
    { label: t('help.send'), keys: ['Ctrl', 'Enter'] },
    { label: t('help.undo'), keys: ['Ctrl', 'Z'] },
    { label: t('help.editLast'), keys: ['↑'] },
    { label: t('help.newLine'), keys: ['Shift', 'Enter'] },
  ]
  return (
    <Modal
      opened={opened}
      onClose={() => useUi.setState({ helpOpen: false })}
      title={t('help.title')}
      size="xl"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <div className={classes.help}>
        {(['conversation', 'compose', 'go', 'screen'] as const).map(section => (
          <section key={section} className={classes.helpSection}>
            <h3 className={classes.helpTitle}>{t(`help.sections.${section}`)}</h3>
            {actions
              .filter(action => action.section === section && action.shortcuts)
              .map(action => (
                <div key={action.id} className={classes.helpRow}>
                  <span>{t(`actions.${action.id}.label`)}</span>
                  <Keys keys={keysOf(action.shortcuts?.[0] ?? { code: '' })} />
                </div>
              ))}
            {section === 'compose' &&
              composer.map(row => (
                <div key={row.label} className={classes.helpRow}>
                  <span>{row.label}</span>
                  <Keys keys={row.keys} />
                </div>
              ))}
          </section>
        ))}
      </div>
    </Modal>
  )
}
