/** This channel under the suite that all channels pass. */
import { describeChannel } from '@dragoman/channel-kit/contract'
import { max } from './index.ts'
import { maxSimulator } from './simulator/index.ts'

describeChannel(max, {
  fixtures: new URL('./fixtures/', import.meta.url),
  simulator: maxSimulator,
  account: {
    id: 'account-1',
    externalId: '8100001',
    config: { username: 'id7700000000_bot' },
    origins: { api: 'https://platform-api2.max.ru' },
    language: 'en',
  },
  messageId: 'mid.0000000008a53b9b019c44bd612d33e0',
  serverErrorsAreRefusals: false,
  expiredToken: [{ status: 401, body: { code: 'verify.token', message: 'Invalid access_token' } }],
  samples: [
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
    { name: 'sticker of MAX', body: { content: { kind: 'sticker', media: { ref: { from: 'platform', id: 'st-1' } } } } },
    {
      name: 'links and requests',
      body: {
        content: { kind: 'text', text: { text: 'Please choose' } },
        keyboard: {
          kind: 'buttons',
          rows: [
            [
              { kind: 'url', title: 'Site', url: 'https://shop.example/' },
              { kind: 'share_contact', title: 'My number' },
              { kind: 'share_location', title: 'My place' },
              { kind: 'reply', title: 'Later', payload: 'later' },
            ],
          ],
        },
      },
    },
  ],
  simulatorOnlyRoutes: {
    'GET /videos/:token': 'asked for to fetch a video; the suite fetches a picture here, and a video in the round trip',
  },
  skips: {
    'limits.album': 'MAX documents no number of attachments; ours keeps an album readable',
  },
})
