/**
 * The public side: posts of the business with comments, and posts of customers in which it is named.
 * Always holds: who comments is known by another id than in chats; the business hears of its own comments too; a comment permits one private
 * message within seven days.
 */
import type { ActionResult, PhonePost } from '@dragoman/channel-kit/simulator'
import { type World, week } from './rules.ts'
import type { BusinessAccount, Comment, Customer, Post } from './state.ts'

const no = (reason: string): ActionResult => ({ ok: false, reason })

/** The business posts something. */
export function newPost(world: World, account: BusinessAccount, text: string): string {
  const post: Post = {
    id: world.rules.newPostId(account, world.environment.random),
    accountId: account.id,
    at: world.environment.now(),
    text,
    comments: [],
  }
  world.state.posts.push(post)
  world.environment.changed()
  return post.id
}

export function comment(
  world: World,
  account: BusinessAccount,
  customer: Customer,
  { postId, text, replyTo }: { postId: string; text: string; replyTo?: string },
): ActionResult {
  const post = world.state.posts.find(entry => entry.id === postId && entry.accountId === account.id)
  if (!post) return no('There is no such post')
  if (text.trim() === '') return no('The comment is empty')
  const answered = post.comments.find(entry => entry.id === replyTo && !entry.deleted)
  if (replyTo !== undefined && !answered) return no('There is no such comment')
  // Below a first comment all stands side by side: who answers an answer answers the first.
  const above = answered && (answered.replyTo ?? answered.id)
  const made = add(world, post, { customerId: customer.id, author: customer.name, text, ...(above ? { replyTo: above } : {}) })
  tell(world, account, post, made, 'add')
  return { ok: true, messageId: made.id }
}

/** Another text, or taken away. */
export function changeComment(
  world: World,
  account: BusinessAccount,
  customer: Customer,
  id: string,
  text: string | undefined,
): ActionResult {
  for (const post of world.state.posts) {
    const found = post.comments.find(entry => entry.id === id && entry.customerId === customer.id && !entry.deleted)
    if (!found) continue
    if (text === undefined) found.deleted = true
    else found.text = text
    tell(world, account, post, found, text === undefined ? 'remove' : 'edited')
    return { ok: true }
  }
  return no('Only comments of your own can be changed')
}

/** A public post of the customer's own that names the business. */
export function mention(world: World, account: BusinessAccount, customer: Customer, text: string): ActionResult {
  const post: Post = {
    id: world.rules.newPostId(account, world.environment.random),
    accountId: account.id,
    customerId: customer.id,
    at: world.environment.now(),
    text,
    comments: [],
  }
  world.state.posts.push(post)
  world.send(account, post.id, 'changes', world.rules.fields.mention, world.rules.comments.mention(post, customer))
  return { ok: true, messageId: post.id }
}

/** The business answers under a comment, or under a post that names it. */
export function answerPublicly(
  world: World,
  account: BusinessAccount,
  post: Post,
  answered: Comment | undefined,
  text: string,
  pictureUrl: string | undefined,
): Comment {
  const made = add(world, post, {
    author: account.name,
    text,
    ...(pictureUrl ? { pictureUrl } : {}),
    ...(answered ? { replyTo: answered.replyTo ?? answered.id } : {}),
  })
  tell(world, account, post, made, 'add')
  return made
}

/** Whether the one private message may still be sent. */
export function mayAnswerPrivately(world: World, found: Comment | undefined): boolean {
  return found?.customerId !== undefined && !found.deleted && !found.answeredPrivately && world.environment.now() - found.at <= week
}

function add(world: World, post: Post, more: Pick<Comment, 'author' | 'text'> & Partial<Comment>): Comment {
  const made: Comment = {
    id: world.rules.newCommentId(post, world.environment.random),
    at: world.environment.now(),
    hidden: false,
    deleted: false,
    answeredPrivately: false,
    ...more,
  }
  post.comments.push(made)
  world.environment.changed()
  return made
}

/** Tells the app of a comment. */
export function tell(world: World, account: BusinessAccount, post: Post, found: Comment, verb: 'add' | 'edited' | 'remove'): void {
  const { comments, fields } = world.rules
  if (comments.silentVerbs.includes(verb)) return
  const customer = world.state.customers.find(entry => entry.id === found.customerId)
  const from = customer
    ? { id: customer.commenterId, name: customer.name, username: customer.username }
    : { id: account.id, name: account.name, username: account.username }
  world.send(account, post.id, 'changes', fields.comment, comments.value(post, found, from, verb, account))
}

/** The posts as a customer's phone shows them, newest first. */
export function postsFor(world: World, customer: Customer): PhonePost[] {
  return world.state.posts
    .filter(post => post.accountId === customer.accountId && (post.customerId === undefined || post.customerId === customer.id))
    .map(post => ({
      id: post.id,
      at: post.at,
      text: post.text,
      ...(post.customerId === undefined ? {} : { mine: true }),
      comments: post.comments
        .filter(entry => !entry.hidden || entry.customerId === customer.id)
        .map(entry => ({
          id: entry.id,
          author: entry.author,
          from: entry.customerId === undefined ? ('business' as const) : ('customer' as const),
          mine: entry.customerId === customer.id,
          at: entry.at,
          body: {
            content: entry.pictureUrl
              ? { kind: 'image' as const, media: { ref: { from: 'link' as const, url: entry.pictureUrl } }, caption: { text: entry.text } }
              : { kind: 'text' as const, text: { text: entry.text } },
          },
          ...(entry.replyTo ? { replyTo: entry.replyTo } : {}),
          ...(entry.hidden ? { hidden: true } : {}),
          ...(entry.deleted ? { deleted: true } : {}),
        })),
    }))
    .reverse()
}
