/** Asks who is writing, once, after the first message. Always holds: it may be passed over, and the conversation goes on all the same. */
import { useState } from 'preact/hooks'
import type { Chat } from '../chat-state.ts'
import { t } from '../words.ts'

export function Ask({ chat, withEmail }: { chat: Chat; withEmail: boolean }) {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  return (
    <form
      class="ask"
      aria-label={t('whoAreYou')}
      onSubmit={event => {
        event.preventDefault()
        const person = { ...(name.trim() ? { name: name.trim() } : {}), ...(email.trim() ? { email: email.trim() } : {}) }
        chat.introduce(Object.keys(person).length > 0 ? person : undefined)
      }}
    >
      <p>{t('whoAreYou')}</p>
      <label>
        {t('name')}
        <input name="name" autocomplete="name" maxLength={120} value={name} onInput={event => setName(event.currentTarget.value)} />
      </label>
      {withEmail && (
        <label>
          {t('email')}
          <input
            name="email"
            type="email"
            autocomplete="email"
            maxLength={320}
            value={email}
            onInput={event => setEmail(event.currentTarget.value)}
          />
        </label>
      )}
      <div>
        <button type="button" class="press" onClick={() => chat.introduce(undefined)}>
          {t('skip')}
        </button>
        <button type="submit" class="press strong">
          {t('save')}
        </button>
      </div>
    </form>
  )
}
