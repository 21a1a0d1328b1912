/** E-mail held to the contract of every channel, over real SMTP and IMAP. */
import { describeChannel } from '@dragoman/channel-kit/contract'
import { email } from './index.ts'
import { emailSimulator } from './simulator/index.ts'

describeChannel(email, {
  fixtures: new URL('./fixtures/', import.meta.url),
  account: {
    id: 'account-1',
    externalId: 'help@shop.example',
    config: {
      address: 'help@shop.example',
      senderName: 'Shop',
      incomingHost: 'imap.shop.example',
      incomingPort: '993',
      outgoingHost: 'smtp.shop.example',
      outgoingPort: '465',
    },
    origins: {},
    language: 'en',
  },
  messageId: '<part-1@shop.example>',
  simulator: emailSimulator,
  serverErrorsAreRefusals: true,
  skips: {
    signature: 'nothing comes by webhook: letters are fetched over a connection that is signed in',
    failures: 'mail servers answer with reply codes of their own: email.test.ts has that table',
    'faults.webhooks': 'there are no webhooks; email.test.ts reads the same letter twice',
  },
})
