/** What a channel is shown as, and how an account of it is set up: enough to draw the form and to lead through an application for access. */
import type { Localized } from './capabilities.ts'

export interface Badge {
  name: string
  /** Inner part of a 24×24 SVG: one path's `d`. */
  iconPath: string
  /** Hex, used only in the small badge and in the simulator. */
  color: string
}

/** One field of an account's settings: enough to draw a form and to check what was typed. */
export interface ConfigField {
  name: string
  label: Localized
  help?: Localized
  kind: 'text' | 'secret' | 'choice' | 'boolean' | 'origins' | 'localized'
  required: boolean
  /** Secrets of the endpoint (webhook signing) are shared by the accounts that it serves; the others belong to one account. */
  of: 'account' | 'endpoint'
  choices?: { value: string; label: Localized }[]
  pattern?: string
  placeholder?: string
  defaultValue?: string
  /** Made by us when left empty (a webhook's secret token). */
  generated?: boolean
}

export interface ConfigSchema {
  fields: ConfigField[]
  /** How to get what the form asks for, step by step. */
  steps: Localized[]
  /** Where access is applied for: what must be done outside, in order. The connect wizard keeps how far one has come. */
  access?: AccessStep[]
  /** Ways in that this channel has. `visitor`: our own widget; there is no platform outside. */
  ways: ('webhook' | 'poll' | 'visitor')[]
}

/** One step of an application for access, done at the vendor's. */
export interface AccessStep {
  id: string
  title: Localized
  help: Localized
  /** The vendor's page where it is done. */
  url?: string
  /** How long the vendor takes, in days: usual shortest and longest. */
  takesDays?: [number, number]
}

/** An account as a channel sees it: settings without secrets. */
export interface AccountView {
  id: string
  /** The platform's id of the account (bot id, phone number id); empty before the first check. */
  externalId: string
  config: Readonly<Record<string, string>>
  /** Where the platform is: the channel's `origins`, or a simulator's in their place. */
  origins: Readonly<Record<string, string>>
  /** Languages of the workspace, first is main. */
  language: string
}
