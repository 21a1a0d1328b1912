/** Every kind of content, shown natively. Always holds: an exhaustive switch; what cannot be shown is named, never lost. */
import type { AlbumItem, Content, Media, MessageBody, MessageView } from '@dragoman/api'
import { mediaOf } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { IconTemplate } from '../icons.ts'
import { RichTextView } from '../text/rich-text-view.tsx'
import {
  BookingView,
  CallView,
  CardView,
  CarouselView,
  ChoiceView,
  ContactCardView,
  LocationView,
  OrderView,
  PollView,
  ProductView,
  TicketView,
  UnsupportedView,
} from './card-views.tsx'
import classes from './content.module.css'
import { AudioView, FileView, ImageView, VideoView } from './media-views.tsx'
import { VoiceView } from './voice-view.tsx'

export type Files = MessageView['files']

interface Props {
  body: MessageBody
  message?: MessageView
  /** Further messages of one album, drawn in the same grid. */
  more?: readonly MessageView[]
}

export function ContentView({ body, message, more }: Props) {
  const files = message?.files ?? {}
  if (more && message)
    return <Album items={[message, ...more].flatMap(albumItems)} files={Object.assign({}, files, ...more.map(one => one.files))} />
  return <One content={body.content} files={files} />
}

function albumItems(message: MessageView): AlbumItem[] {
  const { content } = message.body
  return content.kind === 'image' || content.kind === 'video'
    ? [{ kind: content.kind, media: content.media, caption: content.caption }]
    : []
}

function One({ content, files }: { content: Content; files: Files }) {
  const { t } = useTranslation()
  switch (content.kind) {
    case 'text':
      return isOnlyEmoji(content.text.text) ? (
        <span className={classes.bigEmoji}>{content.text.text}</span>
      ) : (
        <RichTextView text={content.text} />
      )
    case 'image':
      return (
        <Captioned caption={content.caption}>
          <ImageView media={content.media} files={files} />
        </Captioned>
      )
    case 'video':
      return (
        <Captioned caption={content.caption}>
          <VideoView media={content.media} files={files} style={content.style} />
        </Captioned>
      )
    case 'audio':
      return (
        <Captioned caption={content.caption}>
          <AudioView media={content.media} files={files} title={[content.performer, content.title].filter(Boolean).join(' – ')} />
        </Captioned>
      )
    case 'voice':
      return (
        <Captioned caption={content.caption}>
          <VoiceView media={content.media} files={files} />
        </Captioned>
      )
    case 'file':
      return (
        <Captioned caption={content.caption}>
          <FileView media={content.media} files={files} />
        </Captioned>
      )
    case 'sticker':
      return <ImageView media={content.media} files={files} sticker={content.emoji ?? t('kinds.sticker')} />
    case 'location':
      return <LocationView content={content} />
    case 'contact_card':
      return <ContactCardView content={content} />
    case 'choice':
      return <ChoiceView content={content} />
    case 'poll':
      return <PollView content={content} />
    case 'card':
      return <CardView card={content.card} files={files} />
    case 'carousel':
      return <CarouselView content={content} files={files} />
    case 'product':
      return <ProductView content={content} />
    case 'order':
      return <OrderView content={content} />
    case 'booking':
      return <BookingView content={content} />
    case 'ticket':
      return <TicketView content={content} files={files} />
    case 'template':
      return (
        <div>
          {mediaOf(content).map((media, index) => (
            <TemplateMedia key={media.ref.from === 'file' ? media.ref.fileId : index} media={media} files={files} />
          ))}
          <RichTextView text={{ text: content.preview ?? content.name }} />
          <div className={classes.templateName}>
            <IconTemplate size={13} aria-hidden="true" /> {t('thread.template', { name: content.name, language: content.language })}
          </div>
        </div>
      )
    case 'album':
      return <Album items={content.items} files={files} />
    case 'story_reply':
      return (
        <div>
          <div className={classes.story}>
            {content.media && <ImageView media={content.media} files={files} />}
            <span>{t(content.mention ? 'thread.storyMention' : 'thread.storyReply')}</span>
          </div>
          {content.text && <RichTextView text={content.text} />}
        </div>
      )
    case 'call':
      return <CallView content={content} />
    case 'unsupported':
      return <UnsupportedView content={content} />
  }
}

function TemplateMedia({ media, files }: { media: Media; files: Files }) {
  const kind = media.mimeType?.startsWith('image/') ? 'image' : media.mimeType?.startsWith('video/') ? 'video' : 'file'
  return kind === 'image' ? (
    <ImageView media={media} files={files} />
  ) : kind === 'video' ? (
    <VideoView media={media} files={files} />
  ) : (
    <FileView media={media} files={files} />
  )
}

function Captioned({ caption, children }: { caption?: Parameters<typeof RichTextView>[0]['text']; children: React.ReactNode }) {
  return (
    <>
      {children}
      {caption?.text && (
        <div className={classes.caption}>
          <RichTextView text={caption} />
        </div>
      )}
    </>
  )
}

/** Pictures and films in a grid, sounds and files in a column, captions below. */
function Album({ items, files }: { items: readonly AlbumItem[]; files: Files }) {
  const visual = items.filter(item => item.kind === 'image' || item.kind === 'video')
  const others = items.filter(item => item.kind === 'audio' || item.kind === 'file')
  const captions = items.flatMap(item => (item.caption?.text ? [item.caption] : []))
  return (
    <div>
      {visual.length > 0 && (
        <div className={classes.album} data-count={Math.min(visual.length, 4)}>
          {visual.map((item, index) => (
            <div key={keyOf(item.media, index)} className={classes.albumItem}>
              {item.kind === 'image' ? (
                <ImageView media={item.media} files={files} cover />
              ) : (
                <VideoView media={item.media} files={files} cover />
              )}
            </div>
          ))}
        </div>
      )}
      {others.map((item, index) =>
        item.kind === 'audio' ? (
          <AudioView key={keyOf(item.media, index)} media={item.media} files={files} />
        ) : (
          <FileView key={keyOf(item.media, index)} media={item.media} files={files} />
        ),
      )}
      {captions.map(caption => (
        <div key={caption.text} className={classes.caption}>
          <RichTextView text={caption} />
        </div>
      ))}
    </div>
  )
}

function keyOf(media: Media, index: number): string {
  return media.ref.from === 'file' ? media.ref.fileId : String(index)
}

const emojiOnly = /^(?:\p{Extended_Pictographic}[\u200d\ufe0f\p{Emoji_Modifier}]*){1,3}$/u
function isOnlyEmoji(text: string): boolean {
  return text.length < 40 && emojiOnly.test(text.trim())
}
