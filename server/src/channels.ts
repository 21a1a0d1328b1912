/** The channels of this hub: one of the two places that name messengers. Adding one is its folder and a line here. */
import { botframework } from '@dragoman/channel-botframework'
import { email } from '@dragoman/channel-email'
import { instagram } from '@dragoman/channel-instagram'
import { max } from '@dragoman/channel-max'
import { messenger } from '@dragoman/channel-messenger'
import { sms } from '@dragoman/channel-sms'
import { telegram } from '@dragoman/channel-telegram'
import { viber } from '@dragoman/channel-viber'
import { vk } from '@dragoman/channel-vk'
import { webchat } from '@dragoman/channel-webchat'
import { whatsapp } from '@dragoman/channel-whatsapp'
import type { Channels } from '@dragoman/core'

export const channels: Channels = new Map(
  [telegram, whatsapp, webchat, botframework, messenger, instagram, viber, email, sms, max, vk].map(channel => [channel.id, channel]),
)
