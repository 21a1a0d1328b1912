/** Files of all conversations with a person: pictures as a grid, the rest as a list, page by page; a press goes to the message. */
import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, fileUrl, thumbnailUrl } from '../client.ts'
import { IconFile } from '../icons.ts'
import { exactTime, fileSize } from '../text/time.ts'
import { Fold } from './fold.tsx'
import classes from './person.module.css'

export function PersonFiles({ contactId }: { contactId: string }) {
  const { t } = useTranslation()
  return (
    <Fold id="files" title={t('contacts.files')}>
      <Files contactId={contactId} />
    </Fold>
  )
}

function Files({ contactId }: { contactId: string }) {
  const { t, i18n } = useTranslation()
  const [kind, setKind] = useState<'pictures' | 'documents'>('pictures')
  const query = useInfiniteQuery({
    queryKey: ['contact-files', contactId, kind],
    queryFn: ({ pageParam }) => call('contactFiles', { params: { contactId }, query: { kind, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
  })
  const files = query.data?.pages.flatMap(page => page.files) ?? []
  return (
    <>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('contacts.files')}
        value={kind}
        onChange={value => setKind(value === 'documents' ? 'documents' : 'pictures')}
        data={[
          { value: 'pictures', label: t('contacts.pictures') },
          { value: 'documents', label: t('contacts.documents') },
        ]}
      />
      {query.isSuccess && files.length === 0 && <p className={classes.faint}>{t(`contacts.none_${kind}`)}</p>}
      <ul className={kind === 'pictures' ? classes.grid : classes.list}>
        {files.map(file => (
          <li key={`${file.messageId} ${file.fileId}`}>
            <Link
              to="/inbox/$view/$conversationId"
              params={{ view: 'all', conversationId: file.conversationId }}
              search={{ message: file.messageId }}
              className={kind === 'pictures' ? classes.picture : classes.document}
              title={exactTime(file.at, i18n.language)}
            >
              {kind === 'pictures' ? (
                <img
                  src={file.hasThumbnail ? thumbnailUrl(file.fileId) : fileUrl(file.fileId)}
                  alt={file.name ?? t('contacts.picture')}
                  loading="lazy"
                />
              ) : (
                <>
                  <IconFile size={18} aria-hidden="true" />
                  <span className={classes.documentName}>{file.name ?? t('contacts.unnamed')}</span>
                  <small>{file.sizeBytes !== null && fileSize(file.sizeBytes, i18n.language)}</small>
                </>
              )}
            </Link>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button size="compact-sm" variant="subtle" mt={8} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('contacts.more')}
        </Button>
      )}
    </>
  )
}
