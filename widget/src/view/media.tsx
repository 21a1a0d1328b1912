/**
 * Pictures, sound, video, files of the conversation. Always holds: bytes are fetched with the visitor's token (no address gives them away); pictures are
 * drawn on a canvas, which every content policy allows; what a policy forbids to play can still be downloaded; what is not here says why.
 */
import type { Media, VisitorFile } from '@dragoman/api'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Chat } from '../chat-state.ts'
import { bytes, duration, t } from '../words.ts'
import { Icon } from './icons.tsx'

export interface Piece {
  chat: Chat
  media: Media
  file: VisitorFile | undefined
  label: string
  enlarge?(fileId: string, label: string): void
}

const idOf = (media: Media) => (media.ref.from === 'file' ? media.ref.fileId : '')

/** What stands in place of a medium that is not here (yet). */
function Missing({ file, label }: { file: VisitorFile | undefined; label: string }) {
  const failed = file?.state === 'failed'
  return (
    <p class="missing">
      <Icon name={failed ? 'alert' : 'clock'} />
      <span>
        {label}: {failed ? `${t('unavailable')}${file.reason ? ` (${file.reason})` : ''}` : t('loading')}
      </span>
    </p>
  )
}

/** A picture, with its place kept before it is loaded. */
export function Picture({ chat, media, file, label, enlarge }: Piece) {
  const fileId = idOf(media)
  const name = media.name ?? file?.name ?? label
  if (file && file.state !== 'stored') return <Missing file={file} label={label} />
  return (
    <button type="button" class="picture" aria-label={`${t('enlarge')}: ${name}`} onClick={() => enlarge?.(fileId, name)}>
      <Canvas
        chat={chat}
        fileId={fileId}
        thumbnail={file?.hasThumbnail ?? false}
        width={file?.width ?? media.width}
        height={file?.height ?? media.height}
      />
    </button>
  )
}

interface CanvasProps {
  chat: Chat
  fileId: string
  thumbnail: boolean
  width?: number | null
  height?: number | null
  label?: string
}

/** Longest side that is drawn: more than any screen shows of a chat, less than a phone's memory minds. */
const longestSide = 2_048

export function Canvas({ chat, fileId, thumbnail, width, height, label }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [state, setState] = useState<'loading' | 'drawn' | 'failed'>('loading')
  useEffect(() => {
    let over = false
    const draw = async () => {
      const blob = await chat.bytes(fileId, thumbnail)
      const bitmap = await createImageBitmap(blob)
      const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height))
      if (over || !canvas.current) return
      canvas.current.width = Math.round(bitmap.width * scale)
      canvas.current.height = Math.round(bitmap.height * scale)
      canvas.current.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.current.width, canvas.current.height)
      bitmap.close()
      setState('drawn')
    }
    draw().catch(() => !over && setState('failed'))
    return () => {
      over = true
    }
  }, [chat, fileId, thumbnail])
  if (state === 'failed') return <span class="missing">{t('unavailable')}</span>
  return (
    <canvas
      ref={canvas}
      class={state}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' })}
      {...(state === 'loading' && width && height ? { width, height } : {})}
    />
  )
}

/** Sound or video: loaded when it is wanted; a download where this page forbids to play. */
export function Player({ chat, media, file, label, kind }: Piece & { kind: 'audio' | 'video' }) {
  const [address, setAddress] = useState<string>()
  const [state, setState] = useState<'idle' | 'loading' | 'forbidden'>('idle')
  useEffect(() => () => (address ? URL.revokeObjectURL(address) : undefined), [address])
  if (file && file.state !== 'stored') return <Missing file={file} label={label} />
  const fileId = idOf(media)
  const load = async () => {
    setState('loading')
    try {
      setAddress(URL.createObjectURL(await chat.bytes(fileId)))
    } catch {
      setState('idle')
    }
  }
  if (state === 'forbidden') return <FileRow chat={chat} media={media} file={file} label={label} />
  if (address) {
    const shared = { src: address, controls: true, autoplay: true, 'aria-label': label, onError: () => setState('forbidden') }
    // Captions belong to whoever recorded it; a chat has none to give.
    return kind === 'video' ? <video {...shared} playsinline /> : <audio {...shared} />
  }
  const length = file?.durationMs ?? media.durationMs
  return (
    <button type="button" class="player" onClick={() => void load()} disabled={state === 'loading'} aria-label={`${t('play')}: ${label}`}>
      <span class="round">
        <Icon name="play" />
      </span>
      <span>
        {label}
        <small>{[length ? duration(length) : '', sizeOf(media, file)].filter(Boolean).join(' · ')}</small>
      </span>
    </button>
  )
}

function sizeOf(media: Media, file: VisitorFile | undefined): string {
  const size = file?.sizeBytes ?? media.sizeBytes
  return size ? bytes(size) : ''
}

/** A file to download. */
export function FileRow({ chat, media, file, label }: Piece) {
  const [failed, setFailed] = useState(false)
  if (file && file.state !== 'stored') return <Missing file={file} label={media.name ?? label} />
  const name = media.name ?? file?.name ?? label
  const download = async () => {
    setFailed(false)
    try {
      await saveFile(chat, idOf(media), name)
    } catch {
      setFailed(true)
    }
  }
  return (
    <button type="button" class="player" onClick={() => void download()} aria-label={`${t('download')}: ${name}`}>
      <span class="round">
        <Icon name="file" />
      </span>
      <span>
        <span class="file-name">{name}</span>
        <small>{failed ? t('unavailable') : sizeOf(media, file)}</small>
      </span>
    </button>
  )
}

/** Hands a file to the browser's downloads. */
export async function saveFile(chat: Chat, fileId: string, name: string): Promise<void> {
  const address = URL.createObjectURL(await chat.bytes(fileId))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
