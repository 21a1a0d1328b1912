/** The middle pane while no conversation is open: what to press. */
import { useTranslation } from 'react-i18next'
import { IconMessageCircle } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { useInbox } from '../store/desk.ts'

export function NothingOpen() {
  const { t } = useTranslation()
  const some = useInbox(state => Object.keys(state.conversations).length > 0)
  return (
    <EmptyState
      icon={<IconMessageCircle size={40} stroke={1.2} />}
      title={t(some ? 'thread.nothingOpen' : 'thread.nothingYet')}
      text={t(some ? 'thread.nothingOpenText' : 'thread.nothingYetText')}
    />
  )
}
