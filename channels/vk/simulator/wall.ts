/** The community's wall: posts, comments under them, and what the community is told. Comments cannot be hidden, only deleted. */
import { tell } from './events.ts'
import { limits } from './limits.ts'
import { no, ok, type Reply } from './reply.ts'
import { type Comment, type Group, type Json, type Post, seconds, type World } from './state.ts'

type Values = Readonly<Record<string, unknown>>

export function newPost(world: World, group: Group, fromId: number, text: string): Post {
  const post: Post = { id: world.state.next++, fromId, at: world.environment.now(), text, comments: [] }
  group.posts.push(post)
  tell(world, group, 'wall_post_new', wirePost(group, post), 'wall')
  world.environment.changed()
  return post
}

export function addComment(world: World, group: Group, post: Post, fromId: number, text: string, replyTo?: number): Comment {
  const answered = replyTo === undefined ? undefined : post.comments.find(one => one.id === replyTo)
  const id = group.nextComment++
  const comment: Comment = {
    id,
    fromId,
    at: world.environment.now(),
    text,
    first: answered?.first ?? id,
    ...(answered ? { replyTo: answered.id } : {}),
  }
  post.comments.push(comment)
  tell(world, group, 'wall_reply_new', wireComment(group, post, comment), `post ${post.id}`)
  world.environment.changed()
  return comment
}

export function createComment(world: World, group: Group, values: Values): Reply {
  const post = group.posts.find(one => one.id === Number(values.post_id))
  if (Number(values.owner_id) !== -group.id || !post) return no(210, "Access to wall's post denied")
  if (Number(values.from_group) !== group.id) return no(213, 'Access to status replies denied')
  const text = String(values.message ?? '')
  if (text.trim() === '' || text.length > limits.text) return no(100, 'One of the parameters specified was missing or invalid: message')
  const guid = values.guid === undefined ? undefined : String(values.guid)
  const known = guid === undefined ? undefined : group.guids[guid]
  if (known !== undefined) return ok({ comment_id: known, parents_stack: [] })
  const replyTo = values.reply_to_comment === undefined ? undefined : Number(values.reply_to_comment)
  if (replyTo !== undefined && !post.comments.some(one => one.id === replyTo && !one.deleted))
    return no(211, "Access to wall's comment denied")
  const comment = addComment(world, group, post, -group.id, text, replyTo)
  if (guid !== undefined) group.guids[guid] = comment.id
  return ok({ comment_id: comment.id, parents_stack: comment.first === comment.id ? [] : [comment.first] })
}

export function deleteComment(world: World, group: Group, values: Values): Reply {
  const post = group.posts.find(one => one.comments.some(comment => comment.id === Number(values.comment_id)))
  const comment = post?.comments.find(one => one.id === Number(values.comment_id))
  if (Number(values.owner_id) !== -group.id || !post || !comment) return no(211, "Access to wall's comment denied")
  if (comment.deleted) return no(243, 'Comment has not been deleted')
  removeComment(world, group, post, comment, group.id)
  return ok(1)
}

export function removeComment(world: World, group: Group, post: Post, comment: Comment, deleterId: number): void {
  comment.deleted = true
  tell(
    world,
    group,
    'wall_reply_delete',
    { owner_id: -group.id, id: comment.id, user_id: Math.max(0, comment.fromId), post_id: post.id, deleter_id: deleterId },
    `post ${post.id}`,
  )
  world.environment.changed()
}

export function wireComment(group: Group, post: Post, comment: Comment): Json {
  return {
    id: comment.id,
    from_id: comment.fromId,
    date: seconds(comment.at),
    text: comment.text,
    post_id: post.id,
    owner_id: -group.id,
    post_owner_id: -group.id,
    parents_stack: comment.first === comment.id ? [] : [comment.first],
    ...(comment.replyTo === undefined ? {} : { reply_to_comment: comment.replyTo }),
  }
}

function wirePost(group: Group, post: Post): Json {
  return {
    id: post.id,
    owner_id: -group.id,
    from_id: post.fromId,
    date: seconds(post.at),
    text: post.text,
    post_type: 'post',
    attachments: [],
  }
}
