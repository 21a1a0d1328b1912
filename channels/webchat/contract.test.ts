/** This channel under the suite that all channels pass. */
import { describeChannel } from '@dragoman/channel-kit/contract'
import { webchat } from './index.ts'
import { webchatSimulator } from './simulator/index.ts'

const hubJudges = 'the platform is this hub: `fit` keeps the limits, and there is nobody else to refuse'
const nobodyAnswers = 'a message is written in one transaction with its outcome: there is no answer that could be bad'

describeChannel(webchat, {
  fixtures: new URL('./fixtures/', import.meta.url),
  simulator: webchatSimulator,
  account: { id: 'account-1', externalId: 'account-1', config: {}, origins: {}, language: 'en' },
  messageId: 'Vq3kT9xZ1aPb7LmN0cRd2e:m1',
  serverErrorsAreRefusals: false,
  skips: {
    failures: nobodyAnswers,
    'faults.rate_limit': nobodyAnswers,
    'faults.server_error': nobodyAnswers,
    'faults.time_out': nobodyAnswers,
    'faults.expired_token': nobodyAnswers,
    'limits.text': hubJudges,
    'limits.caption': hubJudges,
    'limits.media': hubJudges,
    'limits.buttons.count': hubJudges,
    'limits.buttons.title': hubJudges,
    'limits.buttons.payload': hubJudges,
    'limits.quick_replies.count': hubJudges,
    'limits.quick_replies.title': hubJudges,
    'limits.list': hubJudges,
    'limits.album': hubJudges,
  },
})
