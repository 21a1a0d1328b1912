/** The mail that carries an invitation, sent by a job. Always holds: never inside a transaction; safe to run twice; what went wrong stands on the invitation. */
import { inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { linkOf } from './invitations.ts'

/** What sends mail. Made by the server where SMTP_URL is set. */
export interface Mail {
  /** Throws with what the mail server said; `permanent` when trying again is of no use. */
  send(message: { to: string; subject: string; text: string }): Promise<void>
}

export class MailFailure extends Error {
  readonly permanent: boolean
  constructor(reason: string, permanent: boolean) {
    super(reason)
    this.name = 'MailFailure'
    this.permanent = permanent
  }
}

/** Sends the mail of an invitation that waits for it. Throws while trying again may help, and the last try is not yet over. */
export async function mailInvitation(hub: Hub, workspaceId: string, invitationId: string, isLastTry: boolean): Promise<void> {
  const waiting = await inWorkspace(hub, workspaceId, async tx => {
    const { rows } = await tx.client.query<{
      email: string
      token: Buffer
      expires_at: Date
      workspace_name: string
      inviter: string | null
      language: string | null
    }>(
      `select i.email, i.token, i.expires_at, w.name as workspace_name, u.name as inviter, u.language from invitation i
        join workspace w on w.workspace_id = i.workspace_id
        left join member m on m.workspace_id = i.workspace_id and m.id = i.created_by left join app_user u on u.id = m.user_id
        where i.workspace_id = $1 and i.id = $2 and i.token is not null and i.accepted_at is null and i.expires_at > now()`,
      [workspaceId, invitationId],
    )
    return rows[0]
  })
  if (!waiting) return
  const link = linkOf(hub, hub.codec.open(workspaceId, waiting.token).toString('utf8'))
  const letter = letterOf(waiting.language === 'ru' ? 'ru' : 'en', {
    firm: waiting.workspace_name,
    inviter: waiting.inviter ?? '',
    link,
    until: waiting.expires_at,
  })
  const note = (state: 'sent' | 'failed', reason: string | null, done: boolean) =>
    inWorkspace(hub, workspaceId, async tx => {
      // Only of this very link: it may have been renewed while the mail was on its way.
      await tx.client.query(
        `update invitation set mail_state = $3, mail_reason = $4, mail_at = $5, token = case when $6 then null else token end
          where workspace_id = $1 and id = $2 and token = $7`,
        [workspaceId, invitationId, state, reason, new Date(hub.now()), done, waiting.token],
      )
      tx.append({ event: { kind: 'catalogue.changed', catalogue: 'invitations' }, scope: {} })
    })
  try {
    if (!hub.mail) throw new MailFailure('Mail is not set up on this hub any more.', true)
    await hub.mail.send({ to: waiting.email, ...letter })
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300)
    const over = isLastTry || (error instanceof MailFailure && error.permanent)
    await note('failed', reason, over)
    if (over) return
    throw error
  }
  await note('sent', null, true)
}

function letterOf(
  language: 'en' | 'ru',
  { firm, inviter, link, until }: { firm: string; inviter: string; link: string; until: Date },
): { subject: string; text: string } {
  const day = new Intl.DateTimeFormat(language === 'ru' ? 'ru-RU' : 'en-GB', { dateStyle: 'long' }).format(until)
  // A line of its own must not be made out of a name.
  const [who, where] = [inviter, firm].map(text => text.replace(/\s+/g, ' ').trim())
  return language === 'ru'
    ? {
        subject: `Приглашение: ${where}`,
        text: `Здравствуйте!\n\n${who} приглашает вас в команду «${where}» в Dragoman: там отвечают клиентам.\n\nОткройте ссылку, задайте пароль, и можно работать:\n${link}\n\nСсылка действует до ${day} и сработает один раз. Если вы не ждали этого письма, просто ничего не делайте.\n`,
      }
    : {
        subject: `Invitation to ${where}`,
        text: `Hello,\n\n${who} invites you to the team of ${where} on Dragoman, where customers are answered.\n\nOpen the link, choose a password, and you can start:\n${link}\n\nThe link works once, until ${day}. If you did not expect this mail, simply do nothing.\n`,
      }
}
