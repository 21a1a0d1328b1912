/** This channel under the suite that all channels pass. */
import { describeChannel } from '@dragoman/channel-kit/contract'
import { subject } from './fixtures/subject.ts'
import { vk } from './index.ts'

describeChannel(vk, subject)
