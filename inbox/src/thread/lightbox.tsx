/** Pictures of the thread, large: arrows go on, plus and minus zoom, a drag moves, Esc closes and gives the focus back. */

import { mediaOf } from '@dragoman/api'
import { ActionIcon, Modal } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fileUrl } from '../client.ts'
import { IconChevronLeft, IconChevronRight, IconDownload, IconX, IconZoomIn, IconZoomOut } from '../icons.ts'
import { useInbox } from '../store/desk.ts'
import dark from './lightbox.module.css'
import { closeLightbox, useLightbox } from './lightbox-store.ts'

export function Lightbox({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation()
  const fileId = useLightbox(state => state.fileId)
  const messages = useInbox(state => state.messages[conversationId])
  const [zoom, setZoom] = useState(1)
  const [moved, setMoved] = useState({ x: 0, y: 0 })
  const drag = useRef<{ x: number; y: number } | null>(null)
  const pictures = useMemo(
    () =>
      (messages ?? []).flatMap(message =>
        mediaOf(message.body.content).flatMap(media => {
          if (media.ref.from !== 'file') return []
          const file = message.files[media.ref.fileId]
          const type = file?.mimeType ?? media.mimeType ?? ''
          return type.startsWith('image/') && (!file || file.state === 'stored')
            ? [{ fileId: media.ref.fileId, name: file?.name ?? media.name ?? '' }]
            : []
        }),
      ),
    [messages],
  )
  useEffect(() => {
    setZoom(1)
    setMoved({ x: 0, y: 0 })
  }, [fileId])
  const at = pictures.findIndex(picture => picture.fileId === fileId)
  const step = (by: number) => {
    const next = pictures[at + by]
    if (next) useLightbox.setState({ fileId: next.fileId })
  }
  const scale = (by: number) =>
    setZoom(now => {
      const next = Math.min(6, Math.max(1, now * by))
      if (next === 1) setMoved({ x: 0, y: 0 })
      return next
    })
  const close = closeLightbox
  if (!fileId) return null
  const name = pictures[at]?.name ?? ''
  return (
    <Modal.Root opened onClose={close} fullScreen transitionProps={{ duration: 120 }} padding={0}>
      <Modal.Content className={dark.lightbox} aria-label={name || t('kinds.image')}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the dialog's keys; each has a button too */}
        <div
          className={dark.lightboxBody}
          onKeyDown={event => {
            if (event.key === 'ArrowRight') step(1)
            else if (event.key === 'ArrowLeft') step(-1)
            else if (event.key === '+' || event.key === '=') scale(1.4)
            else if (event.key === '-') scale(1 / 1.4)
            else if (event.key === '0') setZoom(1)
            else return
            event.preventDefault()
          }}
        >
          <div className={dark.lightboxBar}>
            <bdi className={dark.lightboxName}>
              {name}
              {pictures.length > 1 && at >= 0 && ` · ${t('files.of', { number: at + 1, total: pictures.length })}`}
            </bdi>
            <ActionIcon variant="subtle" color="gray" size={40} aria-label={t('files.smaller')} onClick={() => scale(1 / 1.4)}>
              <IconZoomOut size={20} />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" size={40} aria-label={t('files.larger')} onClick={() => scale(1.4)}>
              <IconZoomIn size={20} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={40}
              component="a"
              href={fileUrl(fileId)}
              download={name || true}
              aria-label={t('files.download')}
            >
              <IconDownload size={20} />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" size={40} aria-label={t('common.close')} onClick={close} data-autofocus>
              <IconX size={20} />
            </ActionIcon>
          </div>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: dragging is an addition to zoom by buttons */}
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes */}
          <div
            className={dark.lightboxStage}
            data-zoomed={zoom > 1}
            onClick={event => event.target === event.currentTarget && close()}
            onWheel={event => scale(event.deltaY < 0 ? 1.15 : 1 / 1.15)}
            onPointerDown={event => {
              if (zoom > 1) {
                drag.current = { x: event.clientX - moved.x, y: event.clientY - moved.y }
                event.currentTarget.setPointerCapture(event.pointerId)
              }
            }}
            onPointerMove={event => {
              if (drag.current) setMoved({ x: event.clientX - drag.current.x, y: event.clientY - drag.current.y })
            }}
            onPointerUp={() => {
              drag.current = null
            }}
          >
            {at > 0 && (
              <ActionIcon
                className={dark.lightboxPrevious}
                variant="default"
                radius="xl"
                size={44}
                aria-label={t('files.previous')}
                onClick={() => step(-1)}
              >
                <IconChevronLeft size={22} />
              </ActionIcon>
            )}
            <img
              src={fileUrl(fileId)}
              alt={name || t('kinds.image')}
              draggable={false}
              style={{ transform: `translate(${moved.x}px, ${moved.y}px) scale(${zoom})` }}
              onDoubleClick={() => (zoom > 1 ? setZoom(1) : scale(2.5))}
            />
            {at >= 0 && at < pictures.length - 1 && (
              <ActionIcon
                className={dark.lightboxNext}
                variant="default"
                radius="xl"
                size={44}
                aria-label={t('files.next')}
                onClick={() => step(1)}
              >
                <IconChevronRight size={22} />
              </ActionIcon>
            )}
          </div>
        </div>
      </Modal.Content>
    </Modal.Root>
  )
}
