/** Sends mail over SMTP. Always holds: plain text only; what the mail server refused for good is told from what may pass later. */
import { type Mail, MailFailure } from '@dragoman/hub'
import { createTransport } from 'nodemailer'

/** The sender that SMTP_URL and MAIL_FROM describe. Connections are made when there is something to send. */
export function createMail({ url, from }: { url: string; from: string }): Mail {
  const transport = createTransport(url, { from })
  return {
    async send(message) {
      await transport.sendMail({ ...message, disableFileAccess: true, disableUrlAccess: true }).catch((error: unknown) => {
        const { responseCode, response, message: words } = error as { responseCode?: number; response?: string; message?: string }
        throw new MailFailure(response ?? words ?? String(error), responseCode !== undefined && responseCode >= 500)
      })
    },
  }
}
