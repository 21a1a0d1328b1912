/** What the Connector refuses in an activity, in its own words. */
import { limits } from './limits.ts'
import type { Json, Messenger, World } from './state.ts'

export interface Refusal {
  status: number
  code: string
  message: string
}

export function refusalOf(world: World, activity: Json, messenger: Messenger): Refusal | undefined {
  const bad = (message: string, code = 'BadArgument'): Refusal => ({ status: 400, code, message })
  const attachments = activity.attachments ?? []
  if (!Array.isArray(attachments)) return bad('Attachments must be an array')
  const text = typeof activity.text === 'string' ? activity.text : ''
  if (text === '' && attachments.length === 0)
    return bad("Activity must include non empty 'text' field or at least 1 attachment", 'BadSyntax')
  if (JSON.stringify(activity).length * 2 > limits.activityBytes || (messenger === 'skype' && text.length > limits.skypeText))
    return { status: 413, code: 'MessageSizeTooBig', message: 'Message size too large' }
  if (activity.textFormat !== undefined && !['plain', 'markdown', 'xml'].includes(String(activity.textFormat)))
    return bad('Unknown textFormat')
  if (activity.attachmentLayout === 'carousel' && attachments.length > limits.carousel) return bad('Too many attachments in a carousel')
  for (const attachment of attachments as Json[]) {
    const wrong = attachmentProblem(world, attachment, messenger)
    if (wrong !== undefined) return bad(wrong)
  }
  const suggested = (activity.suggestedActions as Json | undefined)?.actions
  if (suggested !== undefined) {
    if (!Array.isArray(suggested) || suggested.length > limits.suggestedActions[messenger]) return bad('Too many suggested actions')
    if (suggested.some(action => (action as Json).type !== 'imBack' || typeof (action as Json).title !== 'string'))
      return bad('Suggested actions must be imBack')
  }
  return undefined
}

function attachmentProblem(world: World, attachment: Json, messenger: Messenger): string | undefined {
  const type = String(attachment.contentType ?? '')
  if (type === '') return 'Attachment contentType is missing'
  if (attachment.content !== undefined && attachment.contentUrl !== undefined) return 'Attachment may have content or contentUrl, not both'
  if (type.startsWith('image')) return pictureProblem(world, attachment, type)
  const content = attachment.content as Json | undefined
  if (type === 'application/vnd.microsoft.card.hero' || type === 'application/vnd.microsoft.card.thumbnail') {
    const buttons = (content?.buttons as unknown[] | undefined) ?? []
    return buttons.length > limits.heroButtons[messenger] ? 'Too many buttons on the card' : undefined
  }
  if (type === 'application/vnd.microsoft.card.adaptive') {
    if (messenger === 'skype') return 'Adaptive cards are not supported'
    if (content?.type !== 'AdaptiveCard' || typeof content.version !== 'string') return 'The Adaptive Card is not valid'
    return undefined
  }
  return `Unknown attachment type ${type}`
}

function pictureProblem(world: World, attachment: Json, type: string): string | undefined {
  if (!(limits.imageTypes as readonly string[]).includes(type)) return `Unsupported image type ${type}`
  const url = attachment.contentUrl
  if (typeof url !== 'string' || !/^(https?:\/\/|data:image\/)/.test(url)) return 'Attachment contentUrl is not an address'
  // Files of this host can be looked at; others are taken on trust.
  const kept = world.environment.kept(url.slice(url.lastIndexOf('/') + 1))
  return kept && kept.bytes.length > limits.imageBytes ? 'The image is larger than 1 MB' : undefined
}
