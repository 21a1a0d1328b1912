/**
 * The Graph endpoints of a simulated messenger.
 * Always holds: the token is checked first and belongs to one account; refusals are Graph's error objects; switched-on faults strike before
 * anything is done, except the time-out, which strikes after.
 */
import { objectAt, parseJson, textAt } from '@dragoman/channel-kit'
import {
  htmlAnswer,
  jsonAnswer,
  jsonOf,
  type PlatformRequest,
  type PlatformResponse,
  randomDigits,
  randomText,
  readParameters,
  strikes,
} from '@dragoman/channel-kit/simulator'
import { type GraphErrorShape, graphError } from '../graph-errors.ts'
import { accessToken, graphPath } from '../graph-requests.ts'
import { answerPublicly, mayAnswerPrivately, tell } from './feed.ts'
import { fileIdInPath, post } from './inbound.ts'
import { acceptMessage, attachmentsOf, performAction } from './outbound.ts'
import { clearProfile, setProfile } from './profile.ts'
import { commentOf, inboxAppId, isHeldElsewhere, personOf, type World } from './rules.ts'
import { type BusinessAccount, type Customer, take } from './state.ts'
import { invalid, refuseBytes, refuseMessage, refuseTime } from './validate.ts'

/** How long a connection hangs after a message was taken and no answer is sent. */
const hangMs = 30_000
const perSecond = 300
const heavyPerSecond = 10

type Refuse = (shape: GraphErrorShape) => PlatformResponse

/** Answers one request. */
export function answer(world: World, request: PlatformRequest): PlatformResponse {
  const { environment, state, faults, rules } = world
  const refuse: Refuse = shape => graphError(shape, `A${randomText(environment.random, 12)}`)
  if (request.path.startsWith('/messaging_cdn/')) return download(world, request)
  const special = rules.special?.(world, request)
  if (special) return special
  const path = graphPath(request.path)
  if (!path) return refuse({ status: 400, code: 2500, title: 'Unknown path components' })
  const token = accessToken(request)
  if (!token) return refuse({ status: 401, code: 190, title: 'An access token is required' })
  const account = state.accounts.find(entry => entry.token === token || entry.olderTokens?.includes(token))
  if (!account || strikes(faults, 'expiredToken')) {
    return refuse({ status: 401, code: 190, subcode: 463, title: 'Error validating access token: Session has expired' })
  }
  if (strikes(faults, 'serverError')) return refuse({ status: 503, code: 2, title: 'Service temporarily unavailable' })
  const [node = '', edge, ...rest] = path
  if (rest.length > 0) return refuse({ status: 400, code: 2500, title: 'Unknown path components' })
  const response =
    node === 'me' || rules.isNode(account, node)
      ? atAccount(world, account, edge, request, refuse)
      : atNode(world, account, node, edge, request, refuse)
  return response ?? refuse(missing(request, node))
}

function missing(request: PlatformRequest, node: string): GraphErrorShape {
  return {
    status: 400,
    code: 100,
    subcode: 33,
    type: 'GraphMethodException',
    title: `Unsupported ${request.method.toLowerCase()} request. Object with ID '${node}' does not exist or cannot be loaded`,
  }
}

function atAccount(
  world: World,
  account: BusinessAccount,
  edge: string | undefined,
  request: PlatformRequest,
  refuse: Refuse,
): PlatformResponse | undefined {
  const { rules, state } = world
  const isPost = request.method === 'POST'
  switch (edge) {
    case undefined:
      return request.method === 'GET' ? jsonAnswer(200, rules.accountInfo(account)) : undefined
    case 'messages':
      return isPost ? postMessage(world, account, request, refuse) : undefined
    case 'message_attachments':
      return isPost ? postAttachment(world, request, refuse) : undefined
    case 'message_templates':
      return request.method === 'GET' && rules.templates.length > 0
        ? jsonAnswer(200, { data: state.templates, paging: { cursors: {} } })
        : undefined
    case 'subscribed_apps':
      return subscribedApps(world, account, request, refuse)
    case 'messenger_profile': {
      const { values } = readParameters(request)
      const refusal = isPost ? setProfile(world, account, values) : request.method === 'DELETE' ? clearProfile(account, values) : undefined
      if (refusal) return refuse(refusal)
      world.environment.changed()
      return isPost || request.method === 'DELETE' ? jsonAnswer(200, { result: 'success' }) : undefined
    }
    case 'take_thread_control':
    case 'pass_thread_control':
      return isPost ? moveControl(world, account, edge, request, refuse) : undefined
    case 'mentions':
      return isPost ? answerMention(world, account, request, refuse) : undefined
    default:
      return undefined
  }
}

// ---- messages ----------------------------------------------------------------------------------------------------------------------------

function postMessage(world: World, account: BusinessAccount, request: PlatformRequest, refuse: Refuse): PlatformResponse {
  const { environment, faults, rules } = world
  const json = jsonOf(request.body)
  const body = objectAt(json) as Record<string, unknown> | undefined
  if (!body) return refuse(invalid('The body is not a JSON object'))
  const isAction = textAt(body, 'sender_action') !== undefined
  if (!isAction && strikes(faults, 'rateLimit')) return refuse(throttled(faults.rateLimitRetryAfterMs))
  const found = recipientOf(world, account, body)
  if ('code' in found) return refuse(found)
  const { customer } = found
  if (isAction)
    return performAction(world, customer, body)
      ? jsonAnswer(200, { recipient_id: customer.personId })
      : refuse(invalid('There is no such message'))
  const message = objectAt(body, 'message')
  const refusal = refuseMessage(message, world)
  if (refusal) return refuse(refusal)
  if (isHeldElsewhere(world, customer)) return refuse(invalid('Another app is controlling this thread now.', rules.heldSubcode))
  if (customer.blocked) return refuse({ status: 400, code: 551, subcode: 1545041, title: 'This person isn’t available right now.' })
  const late = found.privately ? undefined : refuseTime(world, customer, body)
  if (late) return refuse(late)
  const isHeavy = attachmentsOf(message).some(attachment => ['audio', 'video'].includes(textAt(attachment, 'type') ?? ''))
  const now = environment.now()
  if (!(isHeavy ? take(account.heavyPace, heavyPerSecond, heavyPerSecond, now) : take(account.pace, perSecond, perSecond, now)))
    return refuse(throttled(1_000))
  if (found.privately) found.privately.answeredPrivately = true
  const said = jsonAnswer(200, acceptMessage(world, account, customer, body), usage(account))
  return strikes(faults, 'timeoutAfterAccept') ? { ...said, hangMs } : said
}

function throttled(waitMs: number): GraphErrorShape {
  return {
    status: 400,
    code: 613,
    title: 'Calls to this api have exceeded the rate limit.',
    headers: {
      'retry-after': String(Math.ceil(waitMs / 1000)),
      'x-page-usage': JSON.stringify({ call_count: 100, total_time: 100, total_cputime: 100 }),
    },
  }
}

/** How much of the account's allowance is used, in percent. */
function usage(account: BusinessAccount): Record<string, string> {
  const used = Math.round(100 - (account.pace.tokens / perSecond) * 100)
  const one = { type: 'messages', call_count: used, total_cputime: 0, total_time: 0, estimated_time_to_regain_access: 0 }
  return { 'x-business-use-case-usage': JSON.stringify({ [account.id]: [one] }) }
}

/** The person in a chat, or the author of a comment or a post, who is reached in private once. */
function recipientOf(
  world: World,
  account: BusinessAccount,
  body: Record<string, unknown>,
): { customer: Customer; privately?: { answeredPrivately: boolean } } | GraphErrorShape {
  const commentId = textAt(body, 'recipient', 'comment_id')
  const postId = textAt(body, 'recipient', 'post_id')
  if (commentId !== undefined) {
    const found = commentOf(world, account.id, commentId)?.comment
    const customer = world.state.customers.find(entry => entry.id === found?.customerId)
    if (!found || !customer || !mayAnswerPrivately(world, found)) return invalid('This comment cannot get a private reply', 2534025)
    return { customer, privately: found }
  }
  if (postId !== undefined) {
    const customer = world.state.customers.find(
      entry => entry.id === world.state.posts.find(candidate => candidate.id === postId)?.customerId,
    )
    return customer ? { customer, privately: { answeredPrivately: false } } : invalid('This post cannot get a private reply', 2534025)
  }
  const customer = personOf(world, account.id, textAt(body, 'recipient', 'id') ?? '')
  return customer ? { customer } : invalid('No matching user found', 2018001)
}

function postAttachment(world: World, request: PlatformRequest, refuse: Refuse): PlatformResponse {
  const { environment, rules, state } = world
  const { values, files } = readParameters(request)
  const message = typeof values.message === 'string' ? parseJson(values.message) : values.message
  const type = textAt(message, 'attachment', 'type') ?? ''
  const rule = Object.hasOwn(rules.files, type) ? rules.files[type as keyof typeof rules.files] : undefined
  if (!rule) return refuse(invalid(`Param attachment[type] ${type} is not supported`))
  const [file] = files
  if (!file) return refuse(invalid('Upload attachment failure', 2018047))
  const refusal = refuseBytes(rule, file.mimeType, file.bytes.length, rule.maxBytes)
  if (refusal) return refuse(refusal)
  const name = file.fileName ?? 'file'
  const kept = environment.keep(file.bytes, file.mimeType, name)
  const id = randomDigits(environment.random, 16)
  const { fileId, url } = kept
  state.files.push({
    id,
    fileId,
    url,
    mimeType: file.mimeType,
    name,
    sizeBytes: file.bytes.length,
    type,
    expiresAt: environment.now() + rules.uploadLifeMs,
  })
  return jsonAnswer(200, { attachment_id: id })
}

/** Files of webhooks, by signed links that die. */
function download(world: World, request: PlatformRequest): PlatformResponse {
  const kept = world.environment.kept(fileIdInPath(request.path) ?? '')
  const isAlive = Number(request.query.oe) * 1000 > world.environment.now()
  if (!kept || !isAlive) return htmlAnswer(403, 'URL signature expired')
  return { status: 200, headers: { 'content-type': kept.mimeType, 'content-length': String(kept.bytes.length) }, body: kept.bytes }
}

// ---- the app ------------------------------------------------------------------------------------------------------------------------------

function subscribedApps(world: World, account: BusinessAccount, request: PlatformRequest, refuse: Refuse): PlatformResponse | undefined {
  const { app } = world.state
  if (request.method === 'GET') {
    const data = account.fields.length > 0 ? [{ id: app.id, name: app.name, subscribed_fields: account.fields }] : []
    return jsonAnswer(200, { data })
  }
  if (request.method === 'DELETE') {
    account.fields = []
    return jsonAnswer(200, { success: true })
  }
  const { values } = readParameters(request)
  const said = values.subscribed_fields
  const fields = Array.isArray(said) ? said.filter(field => typeof field === 'string') : typeof said === 'string' ? said.split(',') : []
  if (fields.length === 0) return refuse(invalid('Param subscribed_fields is required'))
  account.fields = fields
  return jsonAnswer(200, { success: true })
}

function moveControl(
  world: World,
  account: BusinessAccount,
  edge: 'take_thread_control' | 'pass_thread_control',
  request: PlatformRequest,
  refuse: Refuse,
): PlatformResponse {
  const { values } = readParameters(request)
  const recipient = typeof values.recipient === 'string' ? parseJson(values.recipient) : values.recipient
  const customer = personOf(world, account.id, textAt(recipient, 'id') ?? '')
  if (!customer) return refuse(invalid('No matching user found', 2018001))
  const ours = world.state.app.id
  const item = (kind: string, previous: string, next: string) => ({
    [kind]: { previous_owner_app_id: previous, new_owner_app_id: next, metadata: String(values.metadata ?? '') },
  })
  if (edge === 'take_thread_control') {
    customer.heldBy = undefined
    return jsonAnswer(200, { success: true })
  }
  const target = String(values.target_app_id ?? '')
  if (!/^[0-9]{5,}$/.test(target)) return refuse(invalid('Param target_app_id must be an app'))
  // Back to us: the owner pressed the button in the vendor's inbox.
  if (target === ours) {
    customer.heldBy = undefined
    post(world, account, customer, world.rules.fields.control, item('pass_thread_control', inboxAppId, ours))
  } else {
    post(world, account, customer, world.rules.fields.control, item('take_thread_control', ours, target))
    customer.heldBy = target
  }
  return jsonAnswer(200, { success: true })
}

// ---- comments and people ------------------------------------------------------------------------------------------------------------------

function atNode(
  world: World,
  account: BusinessAccount,
  node: string,
  edge: string | undefined,
  request: PlatformRequest,
  refuse: Refuse,
): PlatformResponse | undefined {
  const { rules } = world
  const customer = personOf(world, account.id, node)
  if (edge === undefined && request.method === 'GET' && customer) return jsonAnswer(200, rules.personInfo(customer))
  const found = commentOf(world, account.id, node)
  const { values } = readParameters(request)
  if (found && !found.comment.deleted) {
    const { post: page, comment } = found
    if (edge === rules.comments.answerEdge && request.method === 'POST') return postComment(world, account, page, comment, values, refuse)
    if (edge === undefined && request.method === 'POST') {
      comment.hidden = String(values[rules.comments.hideField]) === 'true'
      world.environment.changed()
      return jsonAnswer(200, { success: true })
    }
    if (edge === undefined && request.method === 'DELETE') {
      comment.deleted = true
      world.environment.changed()
      tell(world, account, page, comment, 'remove')
      return jsonAnswer(200, { success: true })
    }
  }
  const page = world.state.posts.find(entry => entry.id === node && entry.accountId === account.id)
  if (page && edge === rules.comments.answerEdge && request.method === 'POST')
    return postComment(world, account, page, undefined, values, refuse)
  return undefined
}

function answerMention(world: World, account: BusinessAccount, request: PlatformRequest, refuse: Refuse): PlatformResponse {
  const { values } = readParameters(request)
  const page = world.state.posts.find(entry => entry.id === String(values.media_id ?? '') && entry.accountId === account.id)
  return page ? postComment(world, account, page, undefined, values, refuse) : refuse(invalid('There is no such media'))
}

function postComment(
  world: World,
  account: BusinessAccount,
  page: NonNullable<ReturnType<typeof commentOf>>['post'],
  answered: NonNullable<ReturnType<typeof commentOf>>['comment'] | undefined,
  values: Record<string, unknown>,
  refuse: Refuse,
): PlatformResponse {
  const { comments } = world.rules
  if (strikes(world.faults, 'rateLimit')) return refuse(throttled(world.faults.rateLimitRetryAfterMs))
  const text = typeof values.message === 'string' ? values.message : ''
  const picture = typeof values.attachment_url === 'string' ? values.attachment_url : undefined
  if (text.trim() === '' && picture === undefined) return refuse(invalid('The comment is empty'))
  if (text.length > comments.maxText) return refuse(invalid(`The comment is longer than ${comments.maxText} characters`))
  if (picture !== undefined && !comments.takesPictures) return refuse(invalid('Comments take no pictures'))
  const made = answerPublicly(world, account, page, answered, text, picture)
  return jsonAnswer(200, { id: made.id })
}
