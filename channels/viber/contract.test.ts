/** This channel under the suite that all channels pass, once for each of its two kinds of account. */
import { describeChannel } from '@dragoman/channel-kit/contract'
import { viber } from './index.ts'
import { viberBusinessSimulator, viberSimulator } from './simulator/index.ts'

const origins = { api: 'https://chatapi.viber.com', provider: 'https://api.infobip.com' }
const picture = { ref: { from: 'file' as const, fileId: 'sample-card' }, mimeType: 'image/jpeg' }

describeChannel(viber, {
  fixtures: new URL('./fixtures/', import.meta.url),
  simulator: viberSimulator,
  account: {
    id: 'account-1',
    externalId: 'pa:5000000000000000001',
    config: { service: 'bot', senderName: 'Shop', username: 'shopdemo', channelAdminId: 'tMadmin==' },
    origins,
    language: 'en',
  },
  without: ['addressOfPhone'],
  messageId: '5741311803571721087',
  serverErrorsAreRefusals: false,
  expiredToken: [
    { status: 200, body: { status: 2, status_message: 'invalidAuthToken' } },
    { status: 200, body: { status: 9, status_message: 'publicAccountSuspended' } },
  ],
  samples: [
    {
      name: 'sticker of the catalogue',
      body: { content: { kind: 'sticker', media: { ref: { from: 'platform', id: '40100' } } } },
    },
    { name: 'bare location', body: { content: { kind: 'location', latitude: 53.9, longitude: 27.56 } } },
    {
      name: 'carousel with pictures',
      body: {
        content: {
          kind: 'carousel',
          text: { text: 'This week' },
          cards: [
            {
              title: 'Tea',
              text: 'Green & <fresh>',
              media: picture,
              price: { amountMinor: 450, currency: 'EUR' },
              buttons: [
                { kind: 'reply', title: 'Buy', payload: 'buy:tea' },
                { kind: 'url', title: 'Look', url: 'https://shop.example/tea' },
              ],
            },
            { title: 'Coffee', media: picture },
          ],
        },
      },
    },
  ],
  simulatorOnlyRoutes: {
    'POST /pa/get_online': 'presence is nothing that the desk shows',
    'POST /viber/2/messages': 'asked for by accounts of Business Messages',
    'GET /viber/2/logs': 'asked for by accounts of Business Messages',
  },
  skips: {
    'limits.buttons.payload': 'Viber documents no length of ActionBody; ours keeps keyboards within the 30 kB of a request',
  },
})

describeChannel(viber, {
  fixtures: new URL('./fixtures/business/', import.meta.url),
  simulator: viberBusinessSimulator,
  signs: 'header',
  account: {
    id: 'account-2',
    externalId: 'Shop',
    config: { service: 'business', senderName: 'Shop', category: 'TRANSACTIONAL', timeToLive: '3600' },
    origins,
    language: 'en',
  },
  without: ['profile', 'broadcast', 'publish', 'deepLink', 'subscription'],
  messageId: 'm-1',
  serverErrorsAreRefusals: false,
  expiredToken: [
    { status: 401, body: { requestError: { serviceException: { messageId: 'UNAUTHORIZED', text: 'Invalid login details' } } } },
  ],
  samples: [
    {
      name: 'carousel',
      body: {
        content: {
          kind: 'carousel',
          cards: ['Tea', 'Coffee'].map(title => ({
            title,
            media: picture,
            buttons: [{ kind: 'url' as const, title: 'Look', url: 'https://shop.example/' }],
          })),
        },
      },
    },
    {
      name: 'code',
      body: {
        content: {
          kind: 'template',
          name: 'otp-1',
          language: 'en',
          values: [{ part: 'body', index: 1, name: 'pin', text: '1234' }],
        },
      },
    },
    {
      name: 'picture with a link',
      body: {
        content: { kind: 'image', media: picture, caption: { text: 'Autumn sale' } },
        keyboard: { kind: 'buttons', rows: [[{ kind: 'url', title: 'Open', url: 'https://shop.example/' }]] },
      },
    },
  ],
  simulatorOnlyRoutes: Object.fromEntries([
    ...['set_webhook', 'send_message', 'broadcast_message', 'get_account_info', 'get_user_details', 'get_online', 'post'].map(
      (method): [string, string] => [`POST /pa/${method}`, 'asked for by bots'],
    ),
    ['GET /media/:id', 'the suite sends pictures from the phone only where people can; here they send files'],
  ]),
})
