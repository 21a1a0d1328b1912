/**
 * The simulated Messenger's own numbers and names, written from Meta's documents.
 * Vendor: https://developers.facebook.com/docs/messenger-platform (checked 2026-11-23)
 */
import { randomDigits, randomText } from '@dragoman/channel-kit/simulator'
import { day, type MessagingRules } from '@dragoman/channel-meta-graph/simulator'
import { templates } from './templates.ts'
import { theme } from './theme.ts'

const MiB = 1024 * 1024

const routes = [
  { method: 'POST', path: '/:version/:page/messages', origin: 'graph' },
  { method: 'POST', path: '/:version/:page/message_attachments', origin: 'graph' },
  { method: 'GET', path: '/:version/:page/message_templates', origin: 'graph' },
  { method: 'GET', path: '/:version/:page/subscribed_apps', origin: 'graph' },
  { method: 'POST', path: '/:version/:page/subscribed_apps', origin: 'graph' },
  { method: 'DELETE', path: '/:version/:page/subscribed_apps', origin: 'graph' },
  { method: 'POST', path: '/:version/:page/messenger_profile', origin: 'graph' },
  { method: 'DELETE', path: '/:version/:page/messenger_profile', origin: 'graph' },
  { method: 'POST', path: '/:version/:page/take_thread_control', origin: 'graph' },
  { method: 'POST', path: '/:version/:page/pass_thread_control', origin: 'graph' },
  { method: 'POST', path: '/:version/:comment/comments', origin: 'graph' },
  { method: 'GET', path: '/messaging_cdn/:file/:name', origin: 'media' },
  { method: 'GET', path: '/:version/:node', origin: 'graph' },
  { method: 'POST', path: '/:version/:comment', origin: 'graph' },
  { method: 'DELETE', path: '/:version/:comment', origin: 'graph' },
] as const

const seconds = (ms: number) => Math.floor(ms / 1000)

export const rules: MessagingRules = {
  id: 'messenger',
  name: 'Messenger',
  theme,
  routes,
  object: 'page',
  newAccount: ({ random }, name) => ({
    id: randomDigits(random, 15),
    username: name.toLowerCase().replace(/[^a-z0-9]/g, '') || 'page',
    token: `EAA${randomText(random, 60)}`,
  }),
  configOf: (account, app) => ({
    pageId: account.id,
    token: account.token,
    pageName: account.username,
    appId: app.id,
    humanAgent: 'yes',
    appSecret: app.secret,
  }),
  accountInfo: account => ({ id: account.id, name: account.name, username: account.username, is_published: true }),
  personInfo: customer => {
    const [first = '', ...others] = customer.name.split(' ')
    return {
      id: customer.personId,
      first_name: first,
      ...(others.length > 0 ? { last_name: others.join(' ') } : {}),
      profile_pic: 'https://platform-lookaside.fbsbx.com/platform/profilepic/?psid=1',
    }
  },
  isNode: (account, node) => account.id === node,
  newMessageId: random => `m_${randomText(random, 44)}`,
  text: { max: 2_000, lengthOf: text => text.length, unit: 'characters' },
  files: {
    image: { mimeTypes: /^image\/(jpeg|png|gif)$/, maxBytes: 25 * MiB, maxBytesByUrl: 8 * MiB },
    video: { mimeTypes: /^video\//, maxBytes: 25 * MiB, maxBytesByUrl: 25 * MiB },
    audio: { mimeTypes: /^audio\//, maxBytes: 25 * MiB, maxBytesByUrl: 25 * MiB },
    file: { mimeTypes: /^(?!application\/x-(msdownload|executable))/, maxBytes: 25 * MiB, maxBytesByUrl: 25 * MiB },
  },
  uploadLifeMs: 90 * day,
  fields: {
    message: 'messages',
    echo: 'message_echoes',
    delivery: 'message_deliveries',
    read: 'message_reads',
    reaction: 'message_reactions',
    edit: 'message_edits',
    postback: 'messaging_postbacks',
    referral: 'messaging_referrals',
    optIn: 'messaging_optins',
    control: 'messaging_handovers',
    standby: 'standby',
    order: 'send_cart',
    comment: 'feed',
    mention: 'feed',
  },
  fieldsInDashboard: false,
  tags: ['HUMAN_AGENT', 'CUSTOMER_FEEDBACK'],
  lateSubcode: 2018278,
  heldSubcode: 2018300,
  tellsDelivery: true,
  readBy: 'watermark',
  tellsDeletes: false,
  hasRequests: false,
  takesPhoneReplies: true,
  dials: true,
  mediaTemplate: true,
  products: true,
  templates,
  greeting: true,
  abilities: {
    kinds: ['text', 'image', 'video', 'voice', 'file', 'sticker', 'location', 'product', 'order', 'unsupported'],
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
  referralSource: 'SHORTLINK',
  newPostId: (account, random) => `${account.id}_${randomDigits(random, 15)}`,
  newCommentId: (post, random) => `${post.id.split('_')[1] ?? post.id}_${randomDigits(random, 15)}`,
  comments: {
    answerEdge: 'comments',
    hideField: 'is_hidden',
    maxText: 8_000,
    takesPictures: true,
    silentVerbs: [],
    value: (post, comment, from, verb) => ({
      item: 'comment',
      verb,
      comment_id: comment.id,
      post_id: post.id,
      parent_id: comment.replyTo ?? post.id,
      from: { id: from.id, name: from.name },
      created_time: seconds(comment.at),
      ...(verb === 'remove' ? {} : { message: comment.text, post: { id: post.id, permalink_url: `https://www.facebook.com/${post.id}` } }),
    }),
    mention: (post, customer) => ({
      item: 'post',
      verb: 'add',
      post_id: post.id,
      from: { id: customer.commenterId, name: customer.name },
      created_time: seconds(post.at),
      message: post.text,
      post: { id: post.id, permalink_url: `https://www.facebook.com/${post.id}` },
    }),
  },
}
