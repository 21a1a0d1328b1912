/**
 * Pictures, films, sounds and files. Always holds: the room of a picture is reserved before it loads; what has not come, or could not be
 * fetched, is a placeholder with the reason and «fetch again».
 */
import type { Media, VideoStyle } from '@dragoman/api'
import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, fileUrl, thumbnailUrl } from '../client.ts'
import { IconDownload, IconFile, IconMusic, IconPhoto, IconPlayerPlay, IconRefresh } from '../icons.ts'
import { duration, fileSize } from '../text/time.ts'
import classes from './content.module.css'
import type { Files } from './content-view.tsx'
import { openLightbox } from './lightbox-store.ts'

interface Props {
  media: Media
  files: Files
}

interface Source {
  url?: string
  thumbnail?: string
  fileId?: string
  mimeType?: string
  name?: string
  sizeBytes?: number
  width?: number
  height?: number
  durationMs?: number
  problem?: { state: 'expected' | 'failed' | 'elsewhere'; reason?: string }
}

/** What is known of a medium: its place here, and why it is not here. */
export function sourceOf(media: Media, files: Files): Source {
  const base = {
    mimeType: media.mimeType,
    name: media.name,
    sizeBytes: media.sizeBytes,
    width: media.width,
    height: media.height,
    durationMs: media.durationMs,
  }
  if (media.ref.from !== 'file') return { ...base, problem: { state: 'elsewhere' } }
  const { fileId } = media.ref
  const file = files[fileId]
  const known = {
    ...base,
    fileId,
    mimeType: file?.mimeType ?? base.mimeType,
    name: file?.name ?? base.name,
    sizeBytes: file?.sizeBytes ?? base.sizeBytes,
    width: file?.width ?? base.width,
    height: file?.height ?? base.height,
    durationMs: file?.durationMs ?? base.durationMs,
  }
  if (file && file.state !== 'stored') return { ...known, problem: { state: file.state, reason: file.reason ?? undefined } }
  return { ...known, url: fileUrl(fileId), thumbnail: file?.hasThumbnail ? thumbnailUrl(fileId) : undefined }
}

/** The room that a picture takes, within 320 × 360. */
export function roomOf(width: number | undefined, height: number | undefined, most = 320): { width: number; height: number } {
  if (!width || !height) return { width: Math.min(most, 260), height: 195 }
  const scale = Math.min(1, most / width, 360 / height)
  return { width: Math.max(96, Math.round(width * scale)), height: Math.max(64, Math.round(height * scale)) }
}

export function Placeholder({ source, icon, small }: { source: Source; icon: ReactNode; small?: boolean }) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState(false)
  const state = source.problem?.state ?? 'expected'
  const again = () => {
    if (!source.fileId) return
    setAsked(true)
    call('refetchFile', { params: { fileId: source.fileId } }).catch(error => {
      setAsked(false)
      tellProblem(error)
    })
  }
  return (
    <div className={classes.placeholder} data-small={small} data-state={state}>
      {icon}
      <div className={classes.placeholderText}>
        <span>{t(`files.${asked ? 'expected' : state}`)}</span>
        {source.problem?.reason && !asked && (
          <small>{t(`fileReasons.${source.problem.reason}`, { defaultValue: source.problem.reason })}</small>
        )}
        {state === 'failed' && !asked && (
          <Button size="compact-xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={again}>
            {t('files.again')}
          </Button>
        )}
      </div>
    </div>
  )
}

export function ImageView({ media, files, cover, sticker }: Props & { cover?: boolean; sticker?: string }) {
  const { t } = useTranslation()
  const source = sourceOf(media, files)
  const room = roomOf(source.width, source.height, sticker ? 160 : 320)
  const [broken, setBroken] = useState(false)
  if (source.problem || broken) return <Placeholder source={source} icon={<IconPhoto size={24} stroke={1.4} />} />
  const animatedSticker = sticker && source.mimeType && !source.mimeType.startsWith('image/')
  if (animatedSticker) {
    return source.mimeType?.startsWith('video/') ? (
      <video className={classes.sticker} src={source.url} width={160} autoPlay loop muted playsInline aria-label={sticker} />
    ) : (
      <span className={classes.stickerEmoji} role="img" aria-label={t('kinds.sticker')}>
        {sticker}
      </span>
    )
  }
  // A thumbnail may be a still frame: animated pictures are shown whole.
  const moving = source.mimeType === 'image/gif' || source.mimeType === 'image/webp'
  const shown = moving || sticker ? source.url : (source.thumbnail ?? source.url)
  return (
    <button
      type="button"
      className={sticker ? classes.sticker : classes.image}
      style={cover ? undefined : { width: room.width, aspectRatio: `${room.width} / ${room.height}` }}
      data-cover={cover}
      aria-label={t('files.openImage')}
      onClick={() => source.fileId && openLightbox(source.fileId)}
    >
      <img
        src={shown}
        alt={sticker ?? source.name ?? t('kinds.image')}
        loading="lazy"
        decoding="async"
        width={room.width}
        height={room.height}
        onError={() => setBroken(true)}
      />
    </button>
  )
}

export function VideoView({ media, files, style, cover }: Props & { style?: VideoStyle; cover?: boolean }) {
  const { t } = useTranslation()
  const source = sourceOf(media, files)
  const room = style === 'note' ? { width: 200, height: 200 } : roomOf(source.width ?? 320, source.height ?? 180)
  if (source.problem) return <Placeholder source={source} icon={<IconPlayerPlay size={24} stroke={1.4} />} />
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
  const loop = style === 'animation'
  return (
    <video
      className={style === 'note' ? classes.videoNote : classes.video}
      data-cover={cover}
      style={cover ? undefined : { width: room.width, aspectRatio: `${room.width} / ${room.height}` }}
      src={source.url}
      poster={source.thumbnail}
      controls={!loop || calm}
      autoPlay={loop && !calm}
      loop={loop}
      muted={loop}
      playsInline
      preload={source.thumbnail ? 'none' : 'metadata'}
      aria-label={t(style ? `kinds.video_${style}` : 'kinds.video')}
    />
  )
}

export function AudioView({ media, files, title }: Props & { title?: string }) {
  const { t } = useTranslation()
  const source = sourceOf(media, files)
  if (source.problem) return <Placeholder source={source} icon={<IconMusic size={22} stroke={1.4} />} small />
  return (
    <div className={classes.audio}>
      <div className={classes.audioTitle}>
        <IconMusic size={16} aria-hidden="true" /> <span>{title || source.name || t('kinds.audio')}</span>
        {source.durationMs && <time>{duration(source.durationMs)}</time>}
      </div>
      {/* biome-ignore lint/a11y/useMediaCaption: a customer's sound has no captions */}
      <audio src={source.url} controls preload="none" />
    </div>
  )
}

export function FileView({ media, files }: Props) {
  const { t, i18n } = useTranslation()
  const source = sourceOf(media, files)
  if (source.problem) return <Placeholder source={source} icon={<IconFile size={22} stroke={1.4} />} small />
  return (
    <a className={classes.file} href={source.url} download={source.name ?? true}>
      <span className={classes.fileIcon}>
        <IconFile size={22} stroke={1.5} />
      </span>
      <span className={classes.fileText}>
        <bdi className={classes.fileName}>{source.name || t('kinds.file')}</bdi>
        <small>{source.sizeBytes ? fileSize(source.sizeBytes, i18n.language) : source.mimeType}</small>
      </span>
      <IconDownload size={18} aria-label={t('files.download')} />
    </a>
  )
}
