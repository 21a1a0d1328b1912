/**
 * The simulated Instagram's own numbers and names, written from Meta's documents.
 * Vendor: https://developers.facebook.com/docs/instagram-platform (checked 2026-11-23)
 */
import { jsonAnswer, type PlatformRequest, type PlatformResponse, randomDigits, randomText } from '@dragoman/channel-kit/simulator'
import { day, graphError, type MessagingRules, type World } from '@dragoman/channel-meta-graph/simulator'
import { theme } from './theme.ts'

const MiB = 1024 * 1024
/** A long-lived token lives 60 days. */
const tokenLifeMs = 60 * day

const routes = [
  { method: 'POST', path: '/:version/:node/messages', origin: 'instagram' },
  { method: 'POST', path: '/:version/:node/message_attachments', origin: 'instagram' },
  { method: 'GET', path: '/:version/:node/subscribed_apps', origin: 'instagram' },
  { method: 'POST', path: '/:version/:node/subscribed_apps', origin: 'instagram' },
  { method: 'DELETE', path: '/:version/:node/subscribed_apps', origin: 'instagram' },
  { method: 'POST', path: '/:version/:node/messenger_profile', origin: 'instagram' },
  { method: 'DELETE', path: '/:version/:node/messenger_profile', origin: 'instagram' },
  { method: 'POST', path: '/:version/:node/take_thread_control', origin: 'instagram' },
  { method: 'POST', path: '/:version/:node/pass_thread_control', origin: 'instagram' },
  { method: 'POST', path: '/:version/:account/mentions', origin: 'instagram' },
  { method: 'POST', path: '/:version/:comment/replies', origin: 'instagram' },
  { method: 'GET', path: '/messaging_cdn/:file/:name', origin: 'media' },
  { method: 'GET', path: '/refresh_access_token', origin: 'instagram' },
  { method: 'GET', path: '/:version/:node', origin: 'instagram' },
  { method: 'POST', path: '/:version/:comment', origin: 'instagram' },
  { method: 'DELETE', path: '/:version/:comment', origin: 'instagram' },
] as const

/** The rules for accounts of one login. */
export function rulesFor(login: 'instagram' | 'page'): MessagingRules {
  const isByPage = login === 'page'
  return {
    id: 'instagram',
    name: 'Instagram',
    theme,
    routes: isByPage
      ? routes
          .filter(route => route.path !== '/refresh_access_token')
          .map(route => ({ ...route, origin: route.origin === 'media' ? 'media' : 'graph' }))
      : routes,
    object: 'instagram',
    newAccount: ({ random }, name) => ({
      id: `17841${randomDigits(random, 12)}`,
      ...(isByPage ? { pageId: randomDigits(random, 15) } : {}),
      username: name.toLowerCase().replace(/[^a-z0-9]/g, '') || 'shop',
      token: `${isByPage ? 'EAA' : 'IGAA'}${randomText(random, 60)}`,
    }),
    configOf: (account, app) => ({
      login,
      igId: account.id,
      ...(account.pageId ? { pageId: account.pageId } : {}),
      username: account.username,
      token: account.token,
      appId: app.id,
      humanAgent: 'yes',
      appSecret: app.secret,
    }),
    accountInfo: account =>
      isByPage
        ? {
            id: account.pageId,
            name: account.name,
            instagram_business_account: { id: account.id, username: account.username, name: account.name },
          }
        : { id: `9${account.id.slice(1)}`, user_id: account.id, username: account.username, name: account.name, account_type: 'BUSINESS' },
    personInfo: customer => ({
      id: customer.personId,
      name: customer.name,
      username: customer.username,
      profile_pic: 'https://scontent.cdninstagram.com/v/profile.jpg',
    }),
    isNode: (account, node) => node === account.id || node === account.pageId,
    newMessageId: random => `aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlE${randomText(random, 40)}ZD`,
    text: { max: 1_000, lengthOf: text => Buffer.byteLength(text), unit: 'bytes' },
    files: {
      image: { mimeTypes: /^image\/(png|jpeg|gif)$/, maxBytes: 8 * MiB, maxBytesByUrl: 8 * MiB },
      video: { mimeTypes: /^video\/(mp4|ogg|x-msvideo|quicktime|webm)$/, maxBytes: 25 * MiB, maxBytesByUrl: 25 * MiB },
      audio: { mimeTypes: /^audio\/(aac|mp4|x-m4a|wav|x-wav)$/, maxBytes: 25 * MiB, maxBytesByUrl: 25 * MiB },
      file: { mimeTypes: /^application\/pdf$/, maxBytes: 25 * MiB, maxBytesByUrl: 25 * MiB },
    },
    uploadLifeMs: 90 * day,
    fields: {
      message: 'messages',
      echo: 'messages',
      delivery: 'message_deliveries',
      read: 'messaging_seen',
      reaction: 'message_reactions',
      edit: 'message_edit',
      postback: 'messaging_postbacks',
      referral: 'messaging_referral',
      optIn: 'messaging_optins',
      control: 'messaging_handover',
      standby: 'standby',
      order: 'messages',
      comment: 'comments',
      mention: 'mentions',
    },
    fieldsInDashboard: isByPage,
    tags: ['HUMAN_AGENT'],
    lateSubcode: 2534022,
    heldSubcode: 2534037,
    tellsDelivery: false,
    readBy: 'message',
    tellsDeletes: true,
    hasRequests: true,
    takesPhoneReplies: false,
    dials: false,
    mediaTemplate: false,
    products: isByPage,
    templates: [],
    greeting: false,
    abilities: {
      kinds: ['text', 'image', 'video', 'voice', 'product', 'story_reply', 'unsupported'],
      videoStyles: [],
      reply: true,
      react: 'any',
      edit: true,
      delete: true,
      block: true,
      hideReceipts: true,
      typing: false,
      start: false,
      arrive: true,
      shareContact: false,
      comment: true,
      mention: true,
    },
    referralSource: 'IGME-SOURCE-LINK',
    newPostId: (_account, random) => `179${randomDigits(random, 14)}`,
    newCommentId: (_post, random) => `178${randomDigits(random, 14)}`,
    comments: {
      answerEdge: 'replies',
      hideField: 'hide',
      maxText: 2_200,
      takesPictures: false,
      silentVerbs: ['edited', 'remove'],
      value: (post, comment, from) => ({
        id: comment.id,
        from: { id: from.id, username: from.username },
        text: comment.text,
        ...(comment.replyTo ? { parent_id: comment.replyTo } : {}),
        media: { id: post.id, media_product_type: 'FEED' },
      }),
      mention: post => ({ media_id: post.id }),
    },
    ...(isByPage ? {} : { special: refreshToken }),
  }
}

/** Gives a new token for one that is still good. */
function refreshToken(world: World, request: PlatformRequest): PlatformResponse | undefined {
  if (request.path !== '/refresh_access_token') return undefined
  const { environment, state } = world
  const refuse = (title: string) =>
    graphError({ status: 400, code: 190, title, type: 'IGApiException' }, `A${randomText(environment.random, 12)}`)
  if (request.query.grant_type !== 'ig_refresh_token') return refuse('Invalid grant_type')
  const { access_token: token } = request.query
  const account = state.accounts.find(entry => entry.token === token || entry.olderTokens?.includes(token ?? ''))
  if (!account || token === undefined) return refuse('Invalid OAuth access token')
  if (environment.now() - account.tokenMadeAt > tokenLifeMs) return refuse('Session has expired')
  account.olderTokens = [...(account.olderTokens ?? []), account.token].slice(-5)
  account.token = `IGAA${randomText(environment.random, 60)}`
  account.tokenMadeAt = environment.now()
  return jsonAnswer(200, { access_token: account.token, token_type: 'bearer', expires_in: tokenLifeMs / 1000 })
}
