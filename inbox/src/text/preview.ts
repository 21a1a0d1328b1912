/** One line for a content: its words, else the name of its kind. */
import { type Content, plainText } from '@dragoman/api'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

export function usePreview(): (content: Content) => string {
  const { t } = useTranslation()
  return useCallback(
    content => {
      const words = plainText(content).replace(/\s+/g, ' ').trim().slice(0, 160)
      const kind = content.kind === 'video' && content.style ? `video_${content.style}` : content.kind
      return content.kind === 'text' ? words : [t(`kinds.${kind}`), words].filter(Boolean).join(': ')
    },
    [t],
  )
}
