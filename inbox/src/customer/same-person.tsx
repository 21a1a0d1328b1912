/** Who might be the same person, joining and taking it back. Always holds: nothing is joined unasked, the ground is named, and every join can be taken back here. */
import type { ContactProfile, SuggestedMerge } from '@dragoman/api'
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconUsers } from '../icons.ts'
import { showToast } from '../shell/toasts.tsx'
import { useInbox } from '../store/desk.ts'
import { exactTime } from '../text/time.ts'
import { Fold } from './fold.tsx'
import { JoinDialog } from './join-dialog.tsx'
import classes from './person.module.css'
import { profileKey } from './person-query.ts'
import { PersonRow } from './person-row.tsx'

/** Joins and takes back; says so, with the way back. */
export function useJoining() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true)
    try {
      await work()
      await queries.invalidateQueries({ queryKey: ['catalogue'] })
    } catch (error) {
      tellProblem(error)
    }
    setBusy(false)
  }
  const undo = (mergeId: string) =>
    run(async () => {
      await call('undoMerge', { params: { mergeId } })
      showToast(t('onePerson.undone'))
    })
  const join = (contactId: string, otherId: string) =>
    run(async () => {
      const profile: ContactProfile = await call('mergeContacts', { params: { contactId }, body: { otherId } })
      const { merges } = await call('samePerson', { params: { contactId: profile.contact.id } })
      const newest = merges[0]
      showToast(t('onePerson.joined', { name: profile.contact.name }), {
        action: newest && { label: t('onePerson.undo'), perform: () => void undo(newest.id) },
      })
    })
  const apart = (contactId: string, otherId: string) => run(() => call('notSamePerson', { params: { contactId }, body: { otherId } }))
  return { busy, join, undo, apart }
}

/** Why two might be one, in words. */
export function Grounds({ grounds }: { grounds: SuggestedMerge['grounds'] }) {
  const { t } = useTranslation()
  return <small>{grounds.map(ground => t(`onePerson.grounds.${ground.kind}.${ground.sure ? 'sure' : 'maybe'}`)).join(' · ')}</small>
}

export function SamePerson({ contactId }: { contactId: string }) {
  const { t, i18n } = useTranslation()
  const members = useInbox(state => state.members)
  const [asking, setAsking] = useState(false)
  const { busy, join, undo, apart } = useJoining()
  const { data } = useQuery({
    queryKey: [...profileKey(contactId), 'same'],
    queryFn: () => call('samePerson', { params: { contactId } }),
  })
  if (!data) return null
  return (
    <Fold id="same" title={t('onePerson.title')} count={data.suggestions.length}>
      {data.suggestions.length > 0 && (
        <ul className={classes.list}>
          {data.suggestions.map(row => (
            <li key={row.contact.id} className={classes.place}>
              <PersonRow row={row}>
                <Grounds grounds={row.grounds} />
                <span className={classes.row}>
                  <Button size="compact-sm" disabled={busy} onClick={() => void join(data.contactId, row.contact.id)}>
                    {t('onePerson.join')}
                  </Button>
                  <Button size="compact-sm" variant="default" disabled={busy} onClick={() => void apart(data.contactId, row.contact.id)}>
                    {t('onePerson.apart')}
                  </Button>
                </span>
              </PersonRow>
            </li>
          ))}
        </ul>
      )}
      {data.merges.length > 0 && (
        <ul className={classes.list}>
          {data.merges.map(merge => (
            <li key={merge.id} className={classes.place}>
              <span className={classes.placeText}>
                <span>{t(`onePerson.reasons.${merge.reason}`, { name: merge.name })}</span>
                <small>{[merge.by && members[merge.by]?.name, exactTime(merge.at, i18n.language)].filter(Boolean).join(' · ')}</small>
              </span>
              <Button size="compact-sm" variant="default" disabled={busy} onClick={() => void undo(merge.id)}>
                {t('onePerson.undo')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Button size="compact-sm" variant="subtle" leftSection={<IconUsers size={15} />} onClick={() => setAsking(true)}>
        {t('onePerson.joinOther')}
      </Button>
      {asking && (
        <JoinDialog
          contactId={data.contactId}
          onClose={() => setAsking(false)}
          onJoin={otherId => {
            setAsking(false)
            void join(data.contactId, otherId)
          }}
        />
      )}
    </Fold>
  )
}
