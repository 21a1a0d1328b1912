/**
 * The API's use cases that change what an inbox shows, each as a deed that can be done at random. Always holds: with `elsewhere` they are all operations that
 * change anything; a new route is in one of the two lists, or the test of the lists fails.
 */
import type { ApiClient, Operation } from '@dragoman/api'
import { clientId, textBody } from '../support/test-hub.ts'

export interface World {
  /** Who does it. */
  client: ApiClient
  memberId: string
  /** Whom it may be given to. */
  memberIds: readonly string[]
  conversationId: string
  contactId: string
  otherContactId: string
  /** The latest message of ours and of the customer's in the conversation, where there is one. */
  ourMessageId: string | undefined
  theirMessageId: string | undefined
  labelId: string
  teamId: string
  macroId: string
  accountId: string
  undoIds: string[]
  mergeIds: string[]
  reminderIds: string[]
  pick(count: number): number
}

type Deed = (world: World) => Promise<unknown>
const zone = 'Europe/Berlin'

const actions = (world: World) =>
  [
    { kind: 'note', text: 'by many' },
    { kind: 'labels', add: [world.labelId] },
    { kind: 'labels', remove: [world.labelId] },
    { kind: 'assign', to: 'me' },
    { kind: 'assign', to: 'nobody', summary: 'look at this' },
    { kind: 'team', teamId: world.teamId },
    { kind: 'priority', priority: 'high' },
    { kind: 'snooze', until: Date.now() + 3_600_000 },
    { kind: 'snooze' },
    { kind: 'close' },
    { kind: 'reopen' },
    { kind: 'read' },
    { kind: 'spam' },
    { kind: 'notSpam' },
  ] as const

const at = (world: World) => ({ params: { conversationId: world.conversationId } })

/** By operation. What it is refused (a wrong state, a missing right) changes nothing, and is a use case too. */
export const useCases: Partial<Record<Operation, Deed>> = {
  sendMessage: world =>
    world.client.call('sendMessage', {
      ...at(world),
      body: {
        clientId: clientId(),
        body: textBody(`said ${world.pick(99)}`),
        note: world.pick(3) === 0,
        undoSeconds: world.pick(3) === 0 ? 20 : 0,
      },
    }),
  cancelMessage: world => needs(world.ourMessageId, messageId => world.client.call('cancelMessage', { params: { messageId } })),
  sendNow: world => needs(world.ourMessageId, messageId => world.client.call('sendNow', { params: { messageId } })),
  retryMessage: world => needs(world.ourMessageId, messageId => world.client.call('retryMessage', { params: { messageId }, body: {} })),
  settleMessage: world =>
    needs(world.ourMessageId, messageId =>
      world.client.call('settleMessage', { params: { messageId }, body: { arrived: world.pick(2) === 0 } }),
    ),
  react: world => needs(world.theirMessageId, messageId => world.client.call('react', { params: { messageId }, body: { emoji: '👍' } })),
  assign: world =>
    world.client.call('assign', {
      ...at(world),
      body: { memberId: world.pick(3) === 0 ? null : world.memberIds[world.pick(world.memberIds.length)]! },
    }),
  assignTeam: world => world.client.call('assignTeam', { ...at(world), body: { teamId: world.pick(2) === 0 ? null : world.teamId } }),
  close: world => world.client.call('close', { ...at(world), body: {} }),
  reopen: world => world.client.call('reopen', at(world)),
  markRead: world => world.client.call('markRead', { ...at(world), body: { readCount: world.pick(6) } }),
  saveDraft: async world => {
    const { drafts } = await world.client.call('conversation', at(world))
    const mode = world.pick(2) === 0 ? 'reply' : 'note'
    const version = drafts.find(draft => draft.mode === mode)?.version ?? 0
    const body = world.pick(4) === 0 ? null : textBody(`half ${world.pick(99)}`)
    return await world.client.call('saveDraft', {
      params: { conversationId: world.conversationId, mode },
      body: { version, body, replyToId: null },
    })
  },
  askForDraft: world =>
    world.client.call('askForDraft', { ...at(world), body: { memberId: world.memberIds[world.pick(world.memberIds.length)]! } } as never),
  updateContact: world =>
    world.client.call('updateContact', { params: { contactId: world.contactId }, body: { name: `Olivia ${world.pick(99)}` } }),
  mergeContacts: async world => {
    const merged = await world.client.call('mergeContacts', {
      params: { contactId: world.contactId },
      body: { otherId: world.otherContactId },
    })
    world.mergeIds.push(
      (merged as { mergeId?: string; merge?: { id: string } }).mergeId ?? (merged as { merge?: { id: string } }).merge?.id ?? '',
    )
  },
  undoMerge: world => needs(world.mergeIds.at(-1), mergeId => world.client.call('undoMerge', { params: { mergeId } })),
  changeConversations: async world => {
    const list = actions(world)
    const { undoId } = await world.client.call('changeConversations', {
      body: { conversationIds: [world.conversationId], actions: [list[world.pick(list.length)]!] as never, zone },
    })
    if (undoId) world.undoIds.push(undoId)
  },
  runMacro: async world => {
    const { undoId } = await world.client.call('runMacro', {
      params: { macroId: world.macroId },
      body: { conversationIds: [world.conversationId], zone },
    })
    if (undoId) world.undoIds.push(undoId)
  },
  undo: world => needs(world.undoIds.pop(), undoId => world.client.call('undo', { params: { undoId } })),
  dismissSummary: world => world.client.call('dismissSummary', at(world)),
  readMentions: world => world.client.call('readMentions', at(world)),
  admitConversation: world => world.client.call('admitConversation', at(world)),
  takeNext: world => world.client.call('takeNext'),
  setAvailability: world =>
    world.client.call('setAvailability', { body: { availability: (['available', 'busy', 'away'] as const)[world.pick(3)]! } }),
  updateMe: world => world.client.call('updateMe', { body: { name: `Member ${world.pick(99)}` } }),
  updateAccount: world =>
    world.client.call('updateAccount', { params: { accountId: world.accountId }, body: { name: `Account ${world.pick(99)}` } }),
  updateWorkspace: world => world.client.call('updateWorkspace', { body: { name: `Firm ${world.pick(99)}` } }),
}

async function needs<Value>(value: Value | undefined, deed: (value: Value) => Promise<unknown>): Promise<void> {
  if (value !== undefined && value !== '') await deed(value)
}

const lists = 'a list that is asked for apart: the stream says only that it changed (`catalogue.changed`)'
const ownPage = 'shown on a page of its own, which asks for it; not in the snapshot'
const signsIn = 'signing in: no inbox is open before it'
const noChange = 'changes nothing'
const needsPlatform =
  'needs a platform with that ability; the change comes as `message.changed` or `state.changed`, held in tests/desk and tests/mechanics'
const otherTest = 'changes rights or ways, which end in `entered`, `left`, `account.changed`: tests/mechanics/08-10, tests/desk'

/** Operations that change something and are not tried here, each with the reason. */
export const elsewhere: Partial<Record<Operation, string>> = {
  signInSecond: signsIn, secondPasskeyOptions: signsIn, passkeyOptions: signsIn, signInWithPasskey: signsIn, setUp: signsIn, signIn: signsIn, signOut: signsIn, acceptInvitation: signsIn,
  beginTotp: ownPage, confirmTotp: ownPage, removeTotp: ownPage, newRecoveryCodes: ownPage, newPasskeyOptions: ownPage, addPasskey: ownPage, renamePasskey: ownPage, removePasskey: ownPage,
  endSession: ownPage, endOtherSessions: ownPage, endMemberSessions: ownPage, changePassword: ownPage,
  createRole: ownPage, updateRole: otherTest, deleteRole: ownPage, importMembers: ownPage, updateMember: otherTest, invite: ownPage, sendInvitation: ownPage, revokeInvitation: ownPage,
  revealContact: noChange, checkAccount: noChange, fit: noChange, hoursPreview: noChange, previewAutomaticAnswer: noChange,
  previewRetention: noChange, testMessage: noChange, testPush: noChange, tryCard: noChange, cutoverDryRun: noChange,
  connectAccount: otherTest, connectSimulated: otherTest, changeWay: otherTest, replaySetAside: otherTest, rotateForwardSecret: otherTest, switchOver: otherTest, switchBack: otherTest, releaseRecovery: otherTest,
  updateProfile: ownPage, addContactNote: ownPage, updateContactNote: ownPage, deleteContactNote: ownPage, saveCustomer: ownPage, notSamePerson: ownPage, makeMovingLink: ownPage, makeCustomerLinks: ownPage,
  editMessage: needsPlatform, deleteMessage: needsPlatform, hideComment: needsPlatform, removeComment: needsPlatform, answerPrivately: needsPlatform,
  uploadFile: noChange, refetchFile: needsPlatform, answerDraftAsk: 'answers a question that only one colleague can ask at a time: tests/desk/collision.test.ts',
  saveSetting: lists, createTeam: lists, updateTeam: lists, archiveTeam: lists, createLabel: lists, updateLabel: lists, mergeLabel: lists, archiveLabel: lists, createMacro: lists, updateMacro: lists, archiveMacro: lists,
  createView: lists, updateView: lists, deleteView: lists, createSavedReply: lists, updateSavedReply: lists, importSavedReplies: lists,
  createApiKey: ownPage, revokeApiKey: ownPage, sendNotice: ownPage, createWebhook: ownPage, updateWebhook: ownPage, deleteWebhook: ownPage, rotateWebhookSecret: ownPage, testWebhook: ownPage, replayDelivery: ownPage,
  replayWindow: ownPage, rotateCardSecret: ownPage, saveEntrance: ownPage, saveAccessProgress: ownPage, decideContradiction: ownPage, saveNotifications: ownPage, addPushDevice: ownPage, removePushDevice: ownPage,
  remind: ownPage, dropReminder: ownPage, createImport: ownPage, mapImport: ownPage, actOnImport: ownPage,
} // biome-ignore format: a table of reasons
