/** Pictures, clips, files and words under them, as a bubble shows them. Always holds: a file that is not here leaves a placeholder that says so. */
import type { Media, RichText } from '@dragoman/core'
import { fileSize, t } from '../i18n.ts'
import { Icon, type IconName } from '../pieces/icons.tsx'
import { linkOf } from './media-link.ts'
import { Rich } from './rich-text.tsx'

export function Words({ text }: { text: RichText }) {
  return (
    <span class="words">
      <Rich text={text} />
    </span>
  )
}

export function Caption({ text }: { text: RichText | undefined }) {
  return text?.text ? (
    <div class="caption">
      <Words text={text} />
    </div>
  ) : null
}

export function Picture({ media }: { media: Media }) {
  const link = linkOf(media)
  if (!link) return <Missing icon="image" />
  return (
    <a class="picture" href={link} target="_blank" rel="noreferrer">
      <img src={link} alt={media.name ?? t('kind.image')} loading="lazy" />
    </a>
  )
}

export function Clip({ media, style }: { media: Media; style: 'note' | 'animation' | undefined }) {
  const link = linkOf(media)
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  if (!link) return <Missing icon="video" />
  if (style === 'note')
    return (
      <div class="round-clip">
        <video src={link} loop muted playsInline autoplay={!still} controls={still} aria-label={t('kind.video:note')} />
      </div>
    )
  if (style === 'animation')
    return (
      <div class="clip">
        <video src={link} loop muted playsInline autoplay={!still} aria-label={t('kind.video:animation')} />
        <span class="clip-mark">GIF</span>
      </div>
    )
  return (
    <div class="clip">
      {/* biome-ignore lint/a11y/useMediaCaption: what people send each other has no captions */}
      <video src={link} controls playsInline preload="metadata" aria-label={t('kind.video')} />
    </div>
  )
}

export function Missing({ icon }: { icon: IconName }) {
  return (
    <div class="missing">
      <Icon name={icon} size={28} />
      <span>{t('media.missing')}</span>
    </div>
  )
}

export function FileRow({ media }: { media: Media }) {
  const ending = /\.(\w{1,4})$/.exec(media.name ?? '')?.[1] ?? ''
  return (
    <a class="file-row" href={linkOf(media)} target="_blank" rel="noreferrer" download={media.name}>
      <span class="file-mark">{ending ? ending.toUpperCase() : <Icon name="file" />}</span>
      <span class="file-words">
        <b>{media.name ?? t('kind.file')}</b>
        <small>{media.sizeBytes === undefined ? '\u00a0' : fileSize(media.sizeBytes)}</small>
      </span>
    </a>
  )
}

export function Album({
  items,
  caption,
}: {
  items: readonly { kind: 'image' | 'video' | 'audio' | 'file'; media: Media }[]
  caption: RichText | undefined
}) {
  return (
    <>
      <div class={`album album-${Math.min(items.length, 4)}`}>
        {items.map((item, index) =>
          item.kind === 'video' ? (
            <Clip key={index} media={item.media} style={undefined} />
          ) : item.kind === 'image' ? (
            <Picture key={index} media={item.media} />
          ) : (
            <FileRow key={index} media={item.media} />
          ),
        )}
      </div>
      <Caption text={caption} />
    </>
  )
}
