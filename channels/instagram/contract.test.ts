/** This channel, by either login, under the suite that all channels pass. */
import { describeChannel } from '@dragoman/channel-kit/contract'
import { describe } from 'vitest'
import { byPage, subject } from './fixtures/subject.ts'
import { instagram } from './index.ts'

describe('by Instagram login', () => describeChannel(instagram, subject))
describe('by Facebook login', () => describeChannel(instagram, byPage))
