/** Emoji, searched in the language of the screen. The data lie beside the page: no other server is asked. */
import { EmojiPicker } from 'frimousse'
import { useTranslation } from 'react-i18next'
import { currentLanguage } from '../i18n.ts'
import type { PanelProps } from './composer-panel.tsx'
import classes from './emoji.module.css'

export function EmojiPanel({ insert }: PanelProps) {
  const { t } = useTranslation()
  return (
    <EmojiPicker.Root
      className={classes.picker}
      locale={currentLanguage()}
      emojibaseUrl="/emoji"
      columns={9}
      onEmojiSelect={({ emoji }) => insert(emoji)}
    >
      <EmojiPicker.Search
        className={classes.search}
        placeholder={t('composer.emojiSearch')}
        aria-label={t('composer.emojiSearch')}
        autoFocus
      />
      <EmojiPicker.Viewport className={classes.viewport}>
        <EmojiPicker.Loading className={classes.state}>{t('common.loading')}</EmojiPicker.Loading>
        <EmojiPicker.Empty className={classes.state}>{t('composer.emojiNothing')}</EmojiPicker.Empty>
        <EmojiPicker.List
          className={classes.list}
          components={{
            CategoryHeader: ({ category, ...props }) => (
              <div className={classes.category} {...props}>
                {category.label}
              </div>
            ),
            Row: ({ children, ...props }) => (
              <div className={classes.row} {...props}>
                {children}
              </div>
            ),
            Emoji: ({ emoji, ...props }) => (
              <button type="button" className={classes.emoji} {...props}>
                {emoji.emoji}
              </button>
            ),
          }}
        />
      </EmojiPicker.Viewport>
    </EmojiPicker.Root>
  )
}
