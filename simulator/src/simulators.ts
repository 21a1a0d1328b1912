/** The simulators of this hub: one of the two places that name messengers. Adding one is its folder and a line here. */
import { botframeworkSimulator } from '@dragoman/channel-botframework/simulator'
import { emailSimulator } from '@dragoman/channel-email/simulator'
import { instagramSimulator } from '@dragoman/channel-instagram/simulator'
import type { SimulatorKind } from '@dragoman/channel-kit/simulator'
import { maxSimulator } from '@dragoman/channel-max/simulator'
import { messengerSimulator } from '@dragoman/channel-messenger/simulator'
import { smsSimulator } from '@dragoman/channel-sms/simulator'
import { telegramSimulator } from '@dragoman/channel-telegram/simulator'
import { viberSimulator } from '@dragoman/channel-viber/simulator'
import { vkSimulator } from '@dragoman/channel-vk/simulator'
import { webchatSimulator } from '@dragoman/channel-webchat/simulator'
import { whatsappSimulator } from '@dragoman/channel-whatsapp/simulator'

export const simulatorKinds: readonly SimulatorKind[] = [
  telegramSimulator,
  whatsappSimulator,
  webchatSimulator,
  botframeworkSimulator,
  messengerSimulator,
  instagramSimulator,
  viberSimulator,
  emailSimulator,
  smsSimulator,
  maxSimulator,
  vkSimulator,
]
