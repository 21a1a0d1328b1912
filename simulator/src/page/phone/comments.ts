/** The order in which people read what stands below a post. Always holds: an answer stands after what it answers; every comment is there once. */
import type { PhonePost } from '@dragoman/channel-kit/simulator/types'

type PostComment = PhonePost['comments'][number]

/** First comments in time, each followed by all that was written below it; one step deep, as messengers draw it. */
export function orderOf(comments: readonly PostComment[]): { comment: PostComment; deep: boolean }[] {
  const shown = comments.filter(comment => !comment.hidden || comment.mine)
  const byId = new Map(shown.map(comment => [comment.id, comment]))
  const rootOf = (comment: PostComment): PostComment => {
    let root = comment
    const seen = new Set<string>()
    while (root.replyTo !== undefined && !seen.has(root.id)) {
      seen.add(root.id)
      const above = byId.get(root.replyTo)
      if (!above) break
      root = above
    }
    return root
  }
  const answers = Map.groupBy(
    shown.filter(comment => rootOf(comment) !== comment),
    comment => rootOf(comment).id,
  )
  return (
    shown
      .filter(comment => rootOf(comment) === comment)
      // What is deleted leaves a trace only where something stands below it.
      .filter(comment => !comment.deleted || answers.get(comment.id)?.some(answer => !answer.deleted))
      .flatMap(comment => [
        { comment, deep: false },
        ...(answers.get(comment.id) ?? []).filter(answer => !answer.deleted).map(answer => ({ comment: answer, deep: true })),
      ])
  )
}
