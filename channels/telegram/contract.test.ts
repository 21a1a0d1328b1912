/** This channel under the suite that all channels pass. */
import { describeChannel } from '@dragoman/channel-kit/contract'
import { telegram } from './index.ts'
import { telegramSimulator } from './simulator/index.ts'

const clip = (style: 'note' | 'animation') => ({
  kind: 'video' as const,
  media: { ref: { from: 'file' as const, fileId: `sample-${style}` } },
  style,
})

describeChannel(telegram, {
  fixtures: new URL('./fixtures/', import.meta.url),
  simulator: telegramSimulator,
  account: {
    id: 'account-1',
    externalId: '7000001',
    config: { username: 'shop_demo_bot' },
    origins: { api: 'https://api.telegram.org' },
    language: 'en',
  },
  messageId: '5550001:41',
  serverErrorsAreRefusals: true,
  expiredToken: [
    { status: 401, body: { ok: false, error_code: 401, description: 'Unauthorized' } },
    { status: 404, body: { ok: false, error_code: 404, description: 'Not Found' } },
  ],
  samples: [
    { name: 'round video', body: { content: clip('note') } },
    { name: 'animation', body: { content: clip('animation') } },
    { name: 'bare location', body: { content: { kind: 'location', latitude: 55.75, longitude: 37.61 } } },
    {
      name: 'two contacts',
      body: {
        content: {
          kind: 'contact_card',
          contacts: [
            { name: 'Nina', phones: ['+15550100', '+15550101'] },
            { name: 'Boris', phones: ['+15550102'] },
          ],
        },
      },
    },
  ],
  simulatorOnlyRoutes: {
    'POST /bot:token/readBusinessMessage': 'asked for in the chats of a person’s own account; see business.test.ts',
    'POST /bot:token/deleteBusinessMessages': 'asked for in the chats of a person’s own account; see business.test.ts',
    'POST /bot:token/getBusinessConnection': 'the update that tells of a connection says the same',
  },
  skips: {
    'limits.buttons.title': 'Telegram documents no limit; ours keeps buttons readable on a phone',
    'limits.quick_replies.title': 'Telegram documents no limit; ours keeps keys readable on a phone',
  },
})
