/** SMS held to the contract of every channel, twice: over a carrier's SMPP line and over a gateway's JSON. */
import { describeChannel } from '@dragoman/channel-kit/contract'
import { sms } from './index.ts'
import { smsGatewaySimulator, smsSimulator } from './simulator/index.ts'

const common = { fixtures: new URL('./fixtures/', import.meta.url), messageId: '5000002A', serverErrorsAreRefusals: false }
const ourCount = 'the limit counts pieces of two alphabets on one scale; sms.test.ts has it exactly'

describeChannel(sms, {
  ...common,
  account: {
    id: 'account-1',
    externalId: '15550100',
    config: { way: 'smpp', sender: '+15550100', host: 'smpp.carrier.example', systemId: 'shop' },
    origins: {},
    language: 'en',
  },
  simulator: smsSimulator,
  simulatorOnlyRoutes: {
    'POST /messages': 'of the gateway: this account has a line',
    'GET /account': 'of the gateway: this account has a line',
    'GET /events': 'of the gateway: this account has a line',
  },
  skips: {
    'limits.text': ourCount,
    signature: 'nothing comes by webhook: the line is signed in',
    failures: 'the line answers with statuses of its own: sms.test.ts has that table',
    'faults.webhooks': 'there are no webhooks; sms.test.ts has what is not acknowledged delivered again',
  },
})

describeChannel(sms, {
  ...common,
  account: {
    id: 'account-1',
    externalId: '15550100',
    config: { way: 'http', sender: '+15550100', url: 'https://gateway.example/sms/v1' },
    origins: { gateway: 'https://gateway.example/sms/v1' },
    language: 'en',
  },
  simulator: smsGatewaySimulator,
  expiredToken: [{ status: 401, body: { error: { code: 'unauthorized', message: 'The token is not known.' } } }],
  skips: { 'limits.text': ourCount },
})
