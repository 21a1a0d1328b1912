/** Ten recovery codes, shown this once. Always holds: the window closes by saying that they are kept, not by a slip. */
import { Button, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { IconDownload } from '../icons.ts'
import { CopyField } from '../pieces/copy-field.tsx'
import { saveFile } from '../pieces/save-file.ts'
import classes from './security.module.css'

export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose(): void }) {
  const { t } = useTranslation()
  const text = codes.join('\n')
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('security.codesTitle')}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <div className={classes.stack}>
        <p className={classes.words}>{t('security.codesOnce')}</p>
        <ol className={classes.codes}>
          {codes.map(code => (
            <li key={code}>{code}</li>
          ))}
        </ol>
        <CopyField label={t('security.codes')} value={codes.join(' ')} />
        <div className={classes.row}>
          <Button onClick={onClose} data-autofocus>
            {t('security.codesKept')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            onClick={() => saveFile(t('security.codesName'), `Dragoman, ${location.host}\n\n${text}\n`)}
          >
            {t('security.download')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
