/**
 * Every act of the inbox as data: palette, keyboard, menus and the help sheet all read this one list.
 * Always holds: shortcuts name physical keys (`event.code`), so they work on any layout and with Caps Lock.
 */
import type { ConversationView, Right } from '@dragoman/api'
import * as icons from '../icons.ts'
import type { Icon } from '../pieces/icon-type.ts'
import { chooseAvailability } from '../presence/availability.ts'
import { ask, focusComposer, useUi } from '../shell/ui.ts'
import { usePreferences } from '../store/preferences.ts'
import * as act from './conversation-acts.ts'
import { assignMany } from './desk-acts.ts'
import { cycleTheme } from './theme-act.ts'

export interface Shortcut {
  code: string
  /** Ctrl, or Cmd on a Mac. */
  mod?: boolean
  shift?: boolean
  alt?: boolean
  /** Pressed before, as in «G, then I». */
  after?: string
  /** Works while a field has the focus. */
  inFields?: boolean
}

export interface ActionContext {
  conversation: ConversationView | undefined
  /** What an act is done to: those chosen in the list, else the open one. */
  ids: readonly string[]
  /** Some are chosen in the list. */
  chosen: boolean
  onInbox: boolean
  rights: readonly Right[]
  simulator: boolean
  memberId: string
  go(path: string): void
  /** The next or previous row of the list. */
  step(by: 1 | -1): void
  back(): void
}

export interface Action {
  id: string
  section: 'go' | 'conversation' | 'compose' | 'screen'
  icon: Icon
  shortcuts?: Shortcut[]
  available?(context: ActionContext): boolean
  perform(context: ActionContext): void
}

const some = (context: ActionContext) => context.ids.length > 0
const open = (context: ActionContext) => context.conversation !== undefined
const may = (right: Right) => (context: ActionContext) => context.rights.includes(right)
const go = (path: string) => (context: ActionContext) => context.go(path)

/** Labels and synonyms are in the catalogues under `actions.<id>`. */
export const actions: readonly Action[] = [
  {
    id: 'palette',
    section: 'screen',
    icon: icons.IconCommand,
    shortcuts: [{ code: 'KeyK', mod: true, inFields: true }],
    perform: () => useUi.setState({ paletteOpen: true }),
  },
  {
    id: 'help',
    section: 'screen',
    icon: icons.IconKeyboard,
    shortcuts: [{ code: 'Slash', shift: true }],
    perform: () => useUi.setState({ helpOpen: true }),
  },
  { id: 'search', section: 'go', icon: icons.IconSearch, shortcuts: [{ code: 'Slash' }], perform: act.search },
  {
    id: 'next',
    section: 'conversation',
    icon: icons.IconArrowDown,
    shortcuts: [{ code: 'KeyJ' }, { code: 'ArrowDown', alt: true, inFields: true }],
    available: context => context.onInbox,
    perform: context => context.step(1),
  },
  {
    id: 'previous',
    section: 'conversation',
    icon: icons.IconArrowUp,
    shortcuts: [{ code: 'KeyK' }, { code: 'ArrowUp', alt: true, inFields: true }],
    available: context => context.onInbox,
    perform: context => context.step(-1),
  },
  {
    id: 'reply',
    section: 'compose',
    icon: icons.IconSend,
    shortcuts: [{ code: 'KeyR' }],
    available: open,
    perform: () => focusComposer('reply'),
  },
  {
    id: 'note',
    section: 'compose',
    icon: icons.IconNote,
    shortcuts: [{ code: 'KeyN' }],
    available: open,
    perform: () => focusComposer('note'),
  },
  {
    id: 'savedReplies',
    section: 'compose',
    icon: icons.IconMessageBolt,
    available: open,
    perform: () => useUi.setState(state => ({ repliesAsked: state.repliesAsked + 1 })),
  },
  {
    id: 'close',
    section: 'conversation',
    icon: icons.IconCheck,
    shortcuts: [{ code: 'KeyE' }],
    available: context => (context.chosen ? true : context.conversation?.state === 'open'),
    perform: context => void act.closeConversations(context.ids),
  },
  {
    id: 'reopen',
    section: 'conversation',
    icon: icons.IconRefresh,
    shortcuts: [{ code: 'KeyE' }],
    available: context => context.conversation?.state === 'closed',
    perform: context => act.reopenConversation(context.conversation),
  },
  {
    id: 'closeAndNext',
    section: 'conversation',
    icon: icons.IconPlayerTrackNext,
    shortcuts: [{ code: 'KeyE', shift: true }],
    available: context => context.conversation?.state === 'open',
    perform: context => {
      const { conversation } = context
      context.step(1)
      act.closeConversation(conversation)
    },
  },
  {
    id: 'assign',
    section: 'conversation',
    icon: icons.IconUserPlus,
    shortcuts: [{ code: 'KeyA' }],
    available: some,
    perform: context => (context.chosen ? ask('assign', context.ids) : useUi.setState({ assignOpen: true })),
  },
  {
    id: 'assignToMe',
    section: 'conversation',
    icon: icons.IconUserCheck,
    shortcuts: [{ code: 'KeyI' }],
    available: context => context.chosen || (open(context) && context.conversation?.assigneeId !== context.memberId),
    perform: context => (context.chosen ? assignMany(context.ids, 'me') : act.assign(context.conversation, context.memberId)),
  },
  {
    id: 'unassign',
    section: 'conversation',
    icon: icons.IconUserOff,
    available: context => open(context) && context.conversation?.assigneeId !== null,
    perform: context => act.assign(context.conversation, null),
  },
  {
    id: 'markUnread',
    section: 'conversation',
    icon: icons.IconMailbox,
    shortcuts: [{ code: 'KeyU' }],
    available: open,
    perform: context => act.unread(context),
  },
  {
    id: 'labels',
    section: 'conversation',
    icon: icons.IconTag,
    shortcuts: [{ code: 'KeyL' }],
    available: some,
    perform: context => ask('labels', context.ids),
  },
  {
    id: 'priority',
    section: 'conversation',
    icon: icons.IconFlag,
    shortcuts: [{ code: 'KeyP' }],
    available: some,
    perform: context => ask('priority', context.ids),
  },
  {
    id: 'snooze',
    section: 'conversation',
    icon: icons.IconZzz,
    shortcuts: [{ code: 'KeyZ' }],
    available: some,
    perform: context => ask('snooze', context.ids),
  },
  {
    id: 'macro',
    section: 'conversation',
    icon: icons.IconBolt,
    shortcuts: [{ code: 'KeyM' }],
    available: some,
    perform: context => ask('macro', context.ids),
  },
  {
    id: 'remind',
    section: 'conversation',
    icon: icons.IconBell,
    available: open,
    perform: context => ask('remind', [context.conversation!.id]),
  },
  {
    id: 'handOver',
    section: 'conversation',
    icon: icons.IconUsers,
    available: some,
    perform: context => ask('assign', context.ids),
  },
  {
    id: 'spam',
    section: 'conversation',
    icon: icons.IconSpam,
    available: context => some(context) && context.rights.includes('contacts.block'),
    perform: context => ask('spam', context.ids),
  },
  {
    id: 'toEnd',
    section: 'conversation',
    icon: icons.IconArrowDown,
    shortcuts: [{ code: 'End', mod: true }],
    available: open,
    perform: () => useUi.setState(state => ({ toEndAsked: state.toEndAsked + 1 })),
  },
  { id: 'copyLink', section: 'conversation', icon: icons.IconLink, available: open, perform: () => act.copyLink() },
  { id: 'goInbox', section: 'go', icon: icons.IconInbox, shortcuts: [{ code: 'KeyI', after: 'KeyG' }], perform: go('/inbox/all') },
  { id: 'goMine', section: 'go', icon: icons.IconUser, shortcuts: [{ code: 'KeyM', after: 'KeyG' }], perform: go('/inbox/mine') },
  {
    id: 'goUnassigned',
    section: 'go',
    icon: icons.IconUserOff,
    shortcuts: [{ code: 'KeyU', after: 'KeyG' }],
    perform: go('/inbox/unassigned'),
  },
  {
    id: 'goUnanswered',
    section: 'go',
    icon: icons.IconClock,
    shortcuts: [{ code: 'KeyW', after: 'KeyG' }],
    perform: go('/inbox/unanswered'),
  },
  { id: 'goDrafts', section: 'go', icon: icons.IconPencil, shortcuts: [{ code: 'KeyD', after: 'KeyG' }], perform: go('/inbox/drafts') },
  { id: 'goSnoozed', section: 'go', icon: icons.IconZzz, shortcuts: [{ code: 'KeyZ', after: 'KeyG' }], perform: go('/inbox/snoozed') },
  { id: 'goMentions', section: 'go', icon: icons.IconAt, perform: go('/inbox/mentions') },
  { id: 'goComments', section: 'go', icon: icons.IconWorld, perform: go('/inbox/comments') },
  { id: 'goRequests', section: 'go', icon: icons.IconUserPlus, perform: go('/inbox/requests') },
  { id: 'goSpam', section: 'go', icon: icons.IconSpam, perform: go('/inbox/spam') },
  { id: 'goClosed', section: 'go', icon: icons.IconCircleCheck, perform: go('/inbox/closed') },
  { id: 'goAccounts', section: 'go', icon: icons.IconPlug, shortcuts: [{ code: 'KeyA', after: 'KeyG' }], perform: go('/accounts') },
  { id: 'connect', section: 'go', icon: icons.IconPlus, available: may('accounts.manage'), perform: go('/accounts/new') },
  { id: 'goMembers', section: 'go', icon: icons.IconUsers, shortcuts: [{ code: 'KeyP', after: 'KeyG' }], perform: go('/members') },
  { id: 'goSetAside', section: 'go', icon: icons.IconAlertTriangle, available: may('accounts.manage'), perform: go('/set-aside') },
  {
    id: 'takeNext',
    section: 'conversation',
    icon: icons.IconUserCheck,
    shortcuts: [{ code: 'KeyQ' }],
    perform: context => void act.takeNext(context),
  },
  {
    id: 'goSupervisor',
    section: 'go',
    icon: icons.IconActivity,
    shortcuts: [{ code: 'KeyV', after: 'KeyG' }],
    available: context => context.rights.includes('reports.see'),
    perform: go('/supervisor'),
  },
  {
    id: 'goTeams',
    section: 'go',
    icon: icons.IconUsers,
    available: context => context.rights.includes('routing.manage'),
    perform: go('/settings/teams'),
  },
  { id: 'goSettings', section: 'go', icon: icons.IconSettings, shortcuts: [{ code: 'KeyS', after: 'KeyG' }], perform: go('/settings') },
  { id: 'goContacts', section: 'go', icon: icons.IconAddressBook, shortcuts: [{ code: 'KeyC', after: 'KeyG' }], perform: go('/contacts') },
  { id: 'goNotifications', section: 'go', icon: icons.IconBell, perform: go('/settings/notifications') },
  { id: 'goSecurity', section: 'go', icon: icons.IconShieldLock, perform: go('/settings/security') },
  { id: 'goRoles', section: 'go', icon: icons.IconKey, available: may('people.manage'), perform: go('/settings/roles') },
  { id: 'goWebhooks', section: 'go', icon: icons.IconWebhook, available: may('machines.manage'), perform: go('/settings/webhooks') },
  { id: 'goApiKeys', section: 'go', icon: icons.IconKey, available: may('machines.manage'), perform: go('/settings/api-keys') },
  { id: 'goLiveCard', section: 'go', icon: icons.IconAddressBook, available: may('machines.manage'), perform: go('/settings/live-card') },
  { id: 'goRegistry', section: 'go', icon: icons.IconTable, perform: go('/registry') },
  { id: 'goAudit', section: 'go', icon: icons.IconHistory, available: may('audit.see'), perform: go('/settings/audit') },
  { id: 'statusAvailable', section: 'screen', icon: icons.IconUserCheck, perform: () => chooseAvailability('available') },
  { id: 'statusBusy', section: 'screen', icon: icons.IconUserOff, perform: () => chooseAvailability('busy') },
  { id: 'statusAway', section: 'screen', icon: icons.IconClock, perform: () => chooseAvailability('away') },
  {
    id: 'simulator',
    section: 'go',
    icon: icons.IconDeviceMobile,
    available: context => context.simulator,
    perform: () => window.open('/simulator', '_blank', 'noopener'),
  },
  {
    id: 'toggleCustomer',
    section: 'screen',
    icon: icons.IconLayoutSidebarRightCollapse,
    shortcuts: [{ code: 'BracketRight' }],
    available: context => context.onInbox,
    perform: () => usePreferences.setState(state => ({ customerShown: !state.customerShown })),
  },
  { id: 'theme', section: 'screen', icon: icons.IconMoon, shortcuts: [{ code: 'Period', mod: true, inFields: true }], perform: cycleTheme },
  { id: 'language', section: 'screen', icon: icons.IconLanguage, perform: act.switchLanguage },
  {
    id: 'back',
    section: 'screen',
    icon: icons.IconArrowLeft,
    shortcuts: [{ code: 'Escape' }],
    available: context => context.onInbox && some(context),
    perform: context => context.back(),
  },
  { id: 'signOut', section: 'screen', icon: icons.IconLogout, perform: act.leave },
]

export function actionById(id: string): Action | undefined {
  return actions.find(action => action.id === id)
}

const names: Record<string, string> = {
  Slash: '/',
  Period: '.',
  BracketRight: ']',
  BracketLeft: '[',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Enter: 'Enter',
  End: 'End',
}

/** The keys of a shortcut, for people. */
export function keysOf(shortcut: Shortcut, mac = navigator.platform.startsWith('Mac')): string[] {
  if (shortcut.code === 'Slash' && shortcut.shift) return ['?']
  const key = names[shortcut.code] ?? shortcut.code.replace(/^Key|^Digit/, '')
  const after = shortcut.after ? [shortcut.after.replace(/^Key/, '')] : []
  return [
    ...after,
    ...(shortcut.mod ? [mac ? '⌘' : 'Ctrl'] : []),
    ...(shortcut.alt ? [mac ? '⌥' : 'Alt'] : []),
    ...(shortcut.shift ? ['Shift'] : []),
    key,
  ]
}

/** Whether a pressed key is this shortcut. `before` is the key pressed just before, for two-key ones. */
export function matches(
  shortcut: Shortcut,
  event: Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
  before: string | undefined,
): boolean {
  return (
    shortcut.code === event.code &&
    Boolean(shortcut.mod) === (event.ctrlKey || event.metaKey) &&
    Boolean(shortcut.shift) === event.shiftKey &&
    Boolean(shortcut.alt) === event.altKey &&
    shortcut.after === before
  )
}
