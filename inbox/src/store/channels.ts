/** Channels as typed data. Always holds: the inbox knows no messenger; all that it shows of one comes from here. */
import type { Capabilities, ChannelView, ConversationView, ReplyOptions, ReplyPolicy } from '@dragoman/api'
import { replyOptions } from '@dragoman/api'
import { useMemo } from 'react'
import { useDesk, useInbox } from './desk.ts'

export function useChannel(id: string | undefined): ChannelView | undefined {
  return useDesk(state => (id ? state.channels[id] : undefined))
}

/** The channel as this conversation meets it: what its account can, and, in a conversation of another kind or in public, what may be written there. */
export function useSurface(conversation: Pick<ConversationView, 'channel' | 'accountId' | 'place' | 'threadId'>): ChannelView | undefined {
  const channel = useChannel(conversation.channel)
  const own = useInbox(state => state.accounts[conversation.accountId]?.capabilities)
  const { threadId } = conversation
  const isPublic = conversation.place !== null
  return useMemo(() => {
    if (!channel) return undefined
    if (isPublic && channel.comments) return { ...channel, ...channel.comments }
    const kind = channel.surfaces.find(one => threadId.startsWith(one.threads))
    if (kind) return { ...channel, capabilities: kind.capabilities, replyPolicy: kind.replyPolicy }
    return own ? { ...channel, capabilities: own } : channel
  }, [channel, own, isPublic, threadId])
}

/** The wire calls them JSON; they are core's `Capabilities`, made by the channel and checked by the contract suite. */
export function capabilitiesOf(channel: ChannelView): Capabilities {
  return channel.capabilities as unknown as Capabilities
}

export function policyOf(channel: ChannelView): ReplyPolicy {
  return channel.replyPolicy as unknown as ReplyPolicy
}

export function replyOptionsOf(channel: ChannelView | undefined, conversation: ConversationView, now: number): ReplyOptions | undefined {
  return channel ? replyOptions(policyOf(channel), conversation.windows, conversation.standing, now) : undefined
}

/** When the free-form window runs out, where there is one. */
export function windowEnd(channel: ChannelView | undefined, conversation: ConversationView, now: number): number | undefined {
  const option = replyOptionsOf(channel, conversation, now)?.freeform
  return option?.allowed ? option.until : undefined
}
