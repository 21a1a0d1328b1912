/** The customer: who it is and where known, what was asked before, who answers. Name and phone can be corrected in place. */

import type { ContactView, ConversationView } from '@dragoman/api'
import { ActionIcon, Button, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { closeConversation, reopenConversation, tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconArrowLeft, IconCheck, IconPencil, IconRefresh } from '../icons.ts'
import { OrderBlock } from '../order/order-block.tsx'
import { Person } from '../pieces/person.tsx'
import { whenNeeded } from '../pieces/when-needed.ts'
import { changeInbox, useInbox } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { dateFormat } from '../text/formats.ts'
import { AssignMenu } from './assign-menu.tsx'
import { ContactDetails } from './contact-details.tsx'
import classes from './customer.module.css'
import { languageName, localTime } from './locale-facts.ts'

const LiveCard = lazy(whenNeeded(() => import('./live-card.tsx').then(module => ({ default: module.LiveCard }))))

const PersonSections = lazy(whenNeeded(() => import('./person-sections.tsx').then(module => ({ default: module.PersonSections }))))

export function CustomerPane({ conversationId }: { conversationId: string }) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const conversation = useInbox(state => state.conversations[conversationId])
  const messages = useInbox(state => state.messages[conversationId])
  const now = useNow()
  const [editing, setEditing] = useState(false)
  if (!conversation) return null
  const { contact } = conversation
  const referral = messages?.find(message => message.referral !== null)?.referral
  const zone = localTime(contact.phone, now, i18n.language)
  return (
    <div className={classes.pane}>
      <div className={classes.back}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={44}
          aria-label={t('customer.backToThread')}
          onClick={() => navigate({ to: '.', search: previous => ({ ...previous, pane: undefined }) })}
        >
          <IconArrowLeft size={22} />
        </ActionIcon>
        <span>{t('customer.name')}</span>
      </div>
      <div className={classes.who}>
        <Person name={contact.name} fileId={contact.avatarFileId} size={72} />
        {editing ? (
          <EditContact contact={contact} conversation={conversation} onDone={() => setEditing(false)} />
        ) : (
          <>
            <h2 className={classes.name}>
              <bdi>{contact.name}</bdi>
            </h2>
            <Button size="compact-sm" variant="subtle" leftSection={<IconPencil size={15} />} onClick={() => setEditing(true)}>
              {t('customer.edit')}
            </Button>
          </>
        )}
      </div>
      {!editing && (
        <dl className={classes.facts}>
          <ContactDetails key={contact.id} contact={contact} />
          {contact.language && (
            <div>
              <dt>{t('customer.language')}</dt>
              <dd>{languageName(contact.language, i18n.language)}</dd>
            </div>
          )}
          {zone && (
            <div>
              <dt>{t('customer.localTime')}</dt>
              <dd className="number">{zone}</dd>
            </div>
          )}
          {referral && (
            <div>
              <dt>{t('customer.cameFrom')}</dt>
              <dd>{referral.title ?? referral.payload ?? referral.source}</dd>
            </div>
          )}
          <div>
            <dt>{t('customer.since')}</dt>
            <dd>{dateFormat(i18n.language, { dateStyle: 'medium' }).format(conversation.createdAt)}</dd>
          </div>
        </dl>
      )}
      <Suspense fallback={null}>
        <LiveCard key={conversationId} conversationId={conversationId} />
      </Suspense>
      <section className={classes.block}>
        <h3 className={classes.title}>{t('thread.whoAnswers')}</h3>
        <AssignMenu conversation={conversation} wide />
        <Button
          mt={8}
          fullWidth
          variant="default"
          size="sm"
          justify="flex-start"
          leftSection={conversation.state === 'open' ? <IconCheck size={16} /> : <IconRefresh size={16} />}
          onClick={() => (conversation.state === 'open' ? closeConversation(conversation) : reopenConversation(conversation))}
        >
          {t(conversation.state === 'open' ? 'actions.close.label' : 'actions.reopen.label')}
        </Button>
      </section>
      <section className={classes.block}>
        <OrderBlock conversation={conversation} title={classes.title ?? ''} />
      </section>
      <Suspense fallback={null}>
        <PersonSections contactId={contact.id} conversationId={conversation.id} />
      </Suspense>
    </div>
  )
}

function EditContact({ contact, conversation, onDone }: { contact: ContactView; conversation: ConversationView; onDone(): void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [name, setName] = useState(contact.name)
  const hidden = useInbox(state => !state.me.rights.includes('contacts.details'))
  const [phone, setPhone] = useState(contact.phone ?? '')
  const [email, setEmail] = useState(contact.email ?? '')
  const [busy, setBusy] = useState(false)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      const changed = await call('updateContact', {
        params: { contactId: contact.id },
        // Only what was changed: a hidden number that was left alone is not written.
        body: {
          ...(name.trim() !== contact.name && name.trim() !== '' ? { name: name.trim() } : {}),
          ...(phone !== (contact.phone ?? '') ? { phone: phone.trim() || null } : {}),
          ...(email !== (contact.email ?? '') ? { email: email.trim() || null } : {}),
        },
      })
      changeInbox(state => {
        const current = state.conversations[conversation.id]
        return current
          ? { ...state, conversations: { ...state.conversations, [conversation.id]: { ...current, contact: changed } } }
          : state
      })
      void queries.invalidateQueries({ queryKey: ['conversation', conversation.id] })
      onDone()
    } catch (error) {
      tellProblem(error)
      setBusy(false)
    }
  }
  return (
    <form className={classes.form} onSubmit={save}>
      <TextInput
        label={t('customer.contactName')}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        required
        data-autofocus
      />
      <TextInput
        label={t('customer.phone')}
        description={hidden && contact.phone ? t('reveal.keepMask') : undefined}
        value={phone}
        onChange={event => setPhone(event.currentTarget.value)}
        type="tel"
      />
      <TextInput
        label={t('customer.email')}
        description={hidden && contact.email ? t('reveal.keepMask') : undefined}
        value={email}
        onChange={event => setEmail(event.currentTarget.value)}
        type={hidden ? 'text' : 'email'}
      />
      <div className={classes.formActions}>
        <Button type="submit" size="sm" loading={busy}>
          {t('common.save')}
        </Button>
        <Button size="sm" variant="default" onClick={onDone}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
