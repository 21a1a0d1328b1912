/** Saved replies out as a file and in again. Always holds: a file is looked at before anything is taken, and what is wrong in it is named by its row. */
import type { OperationResponse } from '@dragoman/api'
import { Button, FileButton } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconDownload } from '../icons.ts'
import { showToast } from '../shell/toasts.tsx'
import classes from './answers.module.css'

export function ReplyExchange() {
  const { t } = useTranslation()
  const [looked, setLooked] = useState<{ format: 'json' | 'csv'; text: string; result: OperationResponse<'importSavedReplies'> }>()
  const save = (format: 'json' | 'csv') =>
    void call('exportSavedReplies', { query: { format } }).then(file => {
      const link = document.createElement('a')
      link.href = URL.createObjectURL(new Blob([file.text], { type: file.mimeType }))
      link.download = file.fileName
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 1_000)
    }, tellProblem)
  const look = async (file: File | null) => {
    if (!file) return
    const format = /\.json$/i.test(file.name) ? 'json' : 'csv'
    const text = await file.text()
    await call('importSavedReplies', { body: { format, text, apply: false } }).then(
      result => setLooked({ format, text, result }),
      tellProblem,
    )
  }
  const take = () => {
    if (!looked) return
    void call('importSavedReplies', { body: { format: looked.format, text: looked.text, apply: true } }).then(result => {
      setLooked(undefined)
      showToast(t('replies.imported', { count: result.created + result.changed }))
    }, tellProblem)
  }
  return (
    <div>
      <div className={classes.chips}>
        <Button size="compact-sm" variant="default" leftSection={<IconDownload size={15} />} onClick={() => save('csv')}>
          {t('replies.exportCsv')}
        </Button>
        <Button size="compact-sm" variant="default" leftSection={<IconDownload size={15} />} onClick={() => save('json')}>
          {t('replies.exportJson')}
        </Button>
        <FileButton onChange={file => void look(file)} accept=".csv,.json,text/csv,application/json">
          {props => (
            <Button {...props} size="compact-sm" variant="default">
              {t('replies.import')}
            </Button>
          )}
        </FileButton>
      </div>
      {looked && (
        <div className={classes.preview} role="status">
          <p className={classes.alertText}>
            {t('replies.importFound', { created: looked.result.created, changed: looked.result.changed, same: looked.result.same })}
          </p>
          {looked.result.errors.length > 0 && (
            <ul>
              {looked.result.errors.slice(0, 50).map(one => (
                <li key={`${one.row}|${one.message}`}>
                  {t('replies.brokenRow', { row: one.row, shortcut: one.shortcut })} {one.message}
                </li>
              ))}
            </ul>
          )}
          <div className={classes.alertActions}>
            <Button size="sm" disabled={looked.result.created + looked.result.changed === 0} onClick={take}>
              {t('replies.takeIn', { count: looked.result.created + looked.result.changed })}
            </Button>
            <Button size="sm" variant="default" onClick={() => setLooked(undefined)}>
              {t('common.cancel')}
            </Button>
          </div>
        </div>
      )}
    </div>
  )
}
