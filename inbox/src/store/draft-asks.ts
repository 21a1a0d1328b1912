/** A colleague asks for my draft, or answers when I had asked. Always holds: nothing is given but by my press. */
import i18next from 'i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { showToast } from '../shell/toasts.tsx'
import { desk, onEvents } from './desk.ts'

const askedForMs = 60_000

onEvents(events => {
  for (const event of events) {
    if (event.kind === 'draft.asked') {
      const { conversationId, byId, byName } = event
      const customer = desk().inbox?.conversations[conversationId]?.contact.name ?? ''
      showToast(i18next.t('othersDrafts.wanted', { name: byName, customer }), {
        lastsMs: askedForMs,
        action: {
          label: i18next.t('othersDrafts.give'),
          perform: () =>
            void call('answerDraftAsk', { params: { conversationId }, body: { memberId: byId, give: true } }).catch(tellProblem),
        },
      })
    }
    if (event.kind === 'draft.answered')
      showToast(i18next.t(event.given ? 'othersDrafts.given' : 'othersDrafts.kept', { name: event.byName }))
  }
})
