/** One text in the firm's languages, with placeholders to press. Always holds: what stands above for a language that is empty here is shown as such. */
import { Button, Menu, Tabs, Textarea } from '@mantine/core'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { languageName } from '../customer/locale-facts.ts'
import { IconPlus } from '../icons.ts'
import { useInbox } from '../store/desk.ts'
import classes from './answers.module.css'

/** Placeholders of answers that nobody writes: there is no agent yet. */
const automatic = ['customer.first_name', 'customer.name', 'company.name', 'hours.next_open', 'reply_time', 'case.number', 'date.today']

interface Props {
  label: string
  texts: Readonly<Record<string, string>>
  /** What holds for a language that is empty here. */
  inherited?: Readonly<Record<string, string>>
  /** Empty languages are pointed out. */
  needed?: boolean
  onChange(texts: Record<string, string>): void
}

export function TextsEditor({ label, texts, inherited, needed, onChange }: Props) {
  const { t, i18n } = useTranslation()
  const firm = useInbox(state => state.workspace.languages)
  const languages = [...new Set([...firm, ...Object.keys(texts)])]
  const [chosen, setChosen] = useState(firm.includes(i18n.language) ? i18n.language : languages[0]!)
  const language = languages.includes(chosen) ? chosen : languages[0]!
  const field = useRef<HTMLTextAreaElement>(null)
  const text = texts[language] ?? ''
  const set = (next: string) => {
    const { [language]: _before, ...rest } = texts
    onChange(next === '' ? rest : { ...rest, [language]: next })
  }
  const insert = (name: string) => {
    const from = field.current?.selectionStart ?? text.length
    const to = field.current?.selectionEnd ?? from
    const word = `{{${name}}}`
    set(text.slice(0, from) + word + text.slice(to))
    setTimeout(() => {
      field.current?.focus()
      field.current?.setSelectionRange(from + word.length, from + word.length)
    }, 0)
  }
  return (
    <div>
      <div className={classes.kindHead}>
        <LanguageTabs
          languages={languages}
          chosen={language}
          missing={needed ? languages.filter(tag => !texts[tag]?.trim()) : []}
          onChoose={setChosen}
        />
        <PlaceholderMenu names={automatic} onChoose={insert} />
      </div>
      <Textarea
        ref={field}
        mt={8}
        aria-label={`${label}, ${languageName(language, i18n.language)}`}
        lang={language}
        value={text}
        placeholder={inherited?.[language] || t('automatic.noText')}
        maxLength={4_000}
        autosize
        minRows={3}
        maxRows={12}
        onChange={event => set(event.currentTarget.value)}
      />
      {inherited && text === '' && inherited[language] && <p className={classes.faint}>{t('automatic.asAbove')}</p>}
    </div>
  )
}

export function LanguageTabs({
  languages,
  chosen,
  missing,
  onChoose,
}: {
  languages: readonly string[]
  chosen: string
  missing: readonly string[]
  onChoose(language: string): void
}) {
  const { t, i18n } = useTranslation()
  return (
    <Tabs value={chosen} onChange={value => value && onChoose(value)} variant="pills">
      <Tabs.List>
        {languages.map(tag => (
          <Tabs.Tab key={tag} value={tag}>
            {languageName(tag, i18n.language)}
            {missing.includes(tag) && ` · ${t('automatic.empty')}`}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  )
}

export function PlaceholderMenu({ names, onChoose }: { names: readonly string[]; onChoose(name: string): void }) {
  const { t } = useTranslation()
  return (
    <Menu position="bottom-end" width={300} returnFocus={false}>
      <Menu.Target>
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={15} />}>
          {t('answers.placeholder')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {names.map(name => (
          <Menu.Item key={name} onClick={() => onChoose(name)}>
            {t(`placeholders.${name.replace('.', '_')}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
