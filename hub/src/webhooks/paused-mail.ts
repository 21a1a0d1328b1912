/** The mail to those who manage machines when the hub has paused a webhook. Always holds: one job per person, so that one address that fails holds nobody up; never inside a transaction. */
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { rightsOf } from '../people/actor.ts'
import { MailFailure } from '../people/invitation-mail.ts'

/** Puts a mail to each of them on the list of work; nothing where no mail is set up. */
export async function queuePausedMails(hub: Hub, tx: Transaction, webhookId: string): Promise<void> {
  if (!hub.mail) return
  const { rows } = await tx.client.query(
    `select m.id, m.role, r.rights from member m left join role r on r.workspace_id = m.workspace_id and r.id = m.role_id
      where m.workspace_id = $1 and m.active and not m.is_machine`,
    [tx.workspaceId],
  )
  for (const row of rows)
    if (rightsOf(row.role, row.rights).has('machines.manage'))
      await tx.client.query('select enqueue_job($1, $2::json, $3, null)', [
        'mail_webhook_paused',
        JSON.stringify({ workspaceId: tx.workspaceId, webhookId, memberId: row.id }),
        `webhook_paused:${webhookId}:${row.id}`,
      ])
}

/** Sends one of them, unless the webhook runs again. Throws while trying again may help. */
export async function mailPausedWebhook(
  hub: Hub,
  { workspaceId, webhookId, memberId }: { workspaceId: string; webhookId: string; memberId: string },
): Promise<void> {
  const facts = await inWorkspace(hub, workspaceId, async tx => {
    const { rows } = await tx.client.query<{ name: string; paused_reason: string; email: string; language: string | null }>(
      `select h.name, h.paused_reason, u.email, u.language from webhook h join member m on m.workspace_id = h.workspace_id and m.id = $3
        join app_user u on u.id = m.user_id where h.workspace_id = $1 and h.id = $2 and h.status = 'paused' and h.deleted_at is null and m.active`,
      [workspaceId, webhookId, memberId],
    )
    return rows[0]
  })
  if (!facts || !hub.mail) return
  const letter = letterOf(facts.language === 'ru' ? 'ru' : 'en', {
    name: facts.name.replace(/\s+/g, ' ').trim(),
    isGone: facts.paused_reason === 'gone',
    page: hub.publicUrl ? `${hub.publicUrl.replace(/\/$/, '')}/settings/webhooks` : undefined,
  })
  await hub.mail.send({ to: facts.email, ...letter }).catch((error: unknown) => {
    if (!(error instanceof MailFailure && error.permanent)) throw error
    hub.log.warn({ workspaceId, webhookId, reason: error.message }, 'the mail about a paused webhook was refused')
  })
}

function letterOf(
  language: 'en' | 'ru',
  { name, isGone, page }: { name: string; isGone: boolean; page: string | undefined },
): { subject: string; text: string } {
  return language === 'ru'
    ? {
        subject: `Вебхук «${name}» остановлен`,
        text: `Здравствуйте!\n\n${isGone ? 'Адрес ответил «410 Gone»' : 'Пять дней подряд были одни сбои'}, поэтому вебхук «${name}» остановлен. Всё, что случилось с тех пор, ждёт: когда система заработает, возобновите его в настройках, в разделе «Вебхуки».\n${page ? `\n${page}\n` : ''}`,
      }
    : {
        subject: `The webhook “${name}” is paused`,
        text: `Hello,\n\n${isGone ? 'The address answered “410 Gone”' : 'For five days nothing but failures came back'}, so the webhook “${name}” is paused. What came meanwhile waits: when your system works again, resume it in settings, under Webhooks.\n${page ? `\n${page}\n` : ''}`,
      }
}
