/**
 * The public side of a phone: what the business posts, and what people write below it. Always holds: one changes and deletes what is one's own only;
 * what the business has hidden is still there for its writer, and a mark that no messenger shows tells the tester so.
 */
import type { PhonePost, PhoneView } from '@dragoman/channel-kit/simulator/types'
import { useEffect, useRef, useState } from 'preact/hooks'
import { clock, dayName, t } from '../i18n.ts'
import { Icon } from '../pieces/icons.tsx'
import type { PageAction } from '../wire.ts'
import { orderOf } from './comments.ts'
import { ContentView, previewOf } from './content.tsx'
import { initialsOf, tintOf } from './look.ts'

type PostComment = PhonePost['comments'][number]
/** What is being written, and where it goes. */
type Writing = { kind: 'comment'; post: PhonePost; to?: PostComment } | { kind: 'edit'; comment: PostComment } | { kind: 'mention' }

export interface PostsProps {
  view: PhoneView
  perform(action: PageAction): Promise<boolean>
  /** One sentence on the phone. */
  tell(words: string): void
}

export function PostsView({ view, perform, tell }: PostsProps) {
  const [writing, setWriting] = useState<Writing>()
  const box = useRef<HTMLElement>(null)
  const followed = useRef<{ postId: string; own: number }>(undefined)
  const posts = view.posts ?? []

  // What one has just written comes into sight when the phone shows it.
  useEffect(() => {
    const post = posts.find(one => one.id === followed.current?.postId)
    const own = ownOf(post)
    if (!followed.current || own.length <= followed.current.own) return
    followed.current = undefined
    box.current?.querySelector(`[data-comment="${CSS.escape(own.at(-1)?.id ?? '')}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [view.posts])

  const send = async (text: string): Promise<boolean> => {
    if (!writing) return false
    if (writing.kind === 'comment') followed.current = { postId: writing.post.id, own: ownOf(writing.post).length }
    if (!(await perform(actionOf(writing, text)))) {
      followed.current = undefined
      return false
    }
    setWriting(undefined)
    if (writing.kind === 'mention') tell(t('posts.mentioned', { account: view.accountName }))
    box.current?.focus({ preventScroll: true })
    return true
  }

  return (
    <>
      <section
        class="posts"
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={t('posts.of', { account: view.accountName })}
      >
        {view.abilities.mention && (
          <button type="button" class="post-field" onClick={() => setWriting({ kind: 'mention' })}>
            <Icon name="edit" size={17} />
            {t('posts.mention', { account: view.accountName })}
          </button>
        )}
        {posts.length === 0 && <p class="posts-empty">{t('posts.empty', { account: view.accountName })}</p>}
        {posts.map(post => (
          <Post
            key={post.id}
            view={view}
            post={post}
            write={setWriting}
            remove={commentId => void perform({ act: 'delete_comment', commentId })}
          />
        ))}
      </section>
      {writing && <PostComposer key={keyOf(writing)} view={view} writing={writing} drop={() => setWriting(undefined)} send={send} />}
    </>
  )
}

function Post({
  view,
  post,
  write,
  remove,
}: {
  view: PhoneView
  post: PhonePost
  write(writing: Writing): void
  remove(commentId: string): void
}) {
  const author = post.mine ? view.customerName : view.accountName
  const comments = orderOf(post.comments)
  const count = comments.filter(({ comment }) => !comment.deleted).length
  return (
    <article class="post" data-post={post.id} aria-label={`${author}: ${post.text.slice(0, 60)}`}>
      <header>
        <span class="round" style={{ background: tintOf(author) }} aria-hidden="true">
          {initialsOf(author)}
        </span>
        <span class="post-author">
          <b>{author}</b>
          <small>
            <time dateTime={new Date(post.at).toISOString()}>
              {dayName(post.at)}, {clock(post.at)}
            </time>
          </small>
        </span>
      </header>
      <p class="post-text">{post.text}</p>
      {count > 0 && <p class="post-count">{t('posts.comments', { count })}</p>}
      {comments.length > 0 && (
        <ol class="comments">
          {comments.map(({ comment, deep }) => (
            <Comment
              key={comment.id}
              view={view}
              comment={comment}
              deep={deep}
              answer={view.abilities.comment ? () => write({ kind: 'comment', post, to: comment }) : undefined}
              edit={() => write({ kind: 'edit', comment })}
              remove={() => remove(comment.id)}
            />
          ))}
        </ol>
      )}
      {view.abilities.comment && (
        <button type="button" class="post-field" onClick={() => write({ kind: 'comment', post })}>
          {t('posts.comment')}
        </button>
      )}
    </article>
  )
}

function Comment({
  view,
  comment,
  deep,
  answer,
  edit,
  remove,
}: {
  view: PhoneView
  comment: PostComment
  deep: boolean
  answer: (() => void) | undefined
  edit(): void
  remove(): void
}) {
  const author = authorOf(view, comment)
  const isText = comment.body.content.kind === 'text'
  return (
    <li class={`comment ${deep ? 'deep' : ''} ${comment.from}`} data-comment={comment.id}>
      <span class="round" style={{ background: tintOf(author) }} aria-hidden="true">
        {initialsOf(author)}
      </span>
      <div class="comment-body">
        <div class="comment-words">
          <b>
            {author}
            {comment.from === 'business' && !comment.deleted && <small>{t('posts.author')}</small>}
          </b>
          {comment.deleted ? (
            <span class="aside">{t('posts.deleted')}</span>
          ) : (
            <ContentView content={comment.body.content} seed={comment.id} />
          )}
        </div>
        {comment.hidden && !comment.deleted && (
          <p class="tester-mark" title={t('posts.hidden.note')}>
            <Icon name="eye" size={14} />
            {t('posts.hidden', { customer: view.customerName })}
            <span class="hidden-words">. {t('posts.hidden.note')}</span>
          </p>
        )}
        {!comment.deleted && (
          <div class="comment-acts">
            <time dateTime={new Date(comment.at).toISOString()}>{clock(comment.at)}</time>
            {answer && (
              <button type="button" onClick={answer} aria-label={`${t('reply')}: ${author}`}>
                {t('reply')}
              </button>
            )}
            {comment.mine && isText && (
              <button type="button" onClick={edit}>
                {t('edit')}
              </button>
            )}
            {comment.mine && (
              <button type="button" onClick={remove}>
                {t('delete')}
              </button>
            )}
          </div>
        )}
      </div>
    </li>
  )
}

function PostComposer({
  view,
  writing,
  drop,
  send,
}: {
  view: PhoneView
  writing: Writing
  drop(): void
  send(text: string): Promise<boolean>
}) {
  const [text, setText] = useState(writing.kind === 'edit' ? previewOf(writing.comment.body.content) : '')
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus({ preventScroll: true }), [])
  useEffect(() => {
    if (!field.current) return
    field.current.style.height = 'auto'
    field.current.style.height = `${Math.min(field.current.scrollHeight, 116)}px`
  }, [text])
  const submit = async () => {
    if (busy || text.trim() === '') return
    setBusy(true)
    if (!(await send(text))) setBusy(false)
  }
  const [title, words] = aboutOf(view, writing)
  const label = writing.kind === 'mention' ? t('posts.mention', { account: view.accountName }) : t('posts.comment')
  return (
    <div class="composer pill">
      <div class="reference">
        <Icon name={writing.kind === 'comment' ? 'reply' : 'edit'} size={18} />
        <span>
          <b>{title}</b>
          <small>{words}</small>
        </span>
        <button type="button" class="round-button" onClick={drop} aria-label={t('cancel')}>
          <Icon name="close" size={18} />
        </button>
      </div>
      <div class="composer-line">
        <div class="field plain">
          <textarea
            ref={field}
            rows={1}
            value={text}
            placeholder={label}
            aria-label={label}
            onInput={event => setText(event.currentTarget.value)}
            onKeyDown={event => {
              if (event.key === 'Escape') return drop()
              if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
              event.preventDefault()
              void submit()
            }}
          />
        </div>
        <button
          type="button"
          class="send"
          disabled={text.trim() === ''}
          onClick={() => void submit()}
          aria-label={writing.kind === 'edit' ? t('save') : t('send')}
        >
          <Icon name={writing.kind === 'edit' ? 'check' : 'send'} size={21} filled={writing.kind !== 'edit'} />
        </button>
      </div>
    </div>
  )
}

function ownOf(post: PhonePost | undefined): PostComment[] {
  return post?.comments.filter(comment => comment.mine && !comment.deleted) ?? []
}

function authorOf(view: PhoneView, comment: PostComment): string {
  return comment.author || (comment.from === 'business' ? view.accountName : '…')
}

function aboutOf(view: PhoneView, writing: Writing): [string, string] {
  if (writing.kind === 'mention') return [t('posts.own'), t('posts.own.note')]
  if (writing.kind === 'edit') return [t('edit'), previewOf(writing.comment.body.content)]
  if (writing.to) return [authorOf(view, writing.to), previewOf(writing.to.body.content)]
  return [writing.post.mine ? view.customerName : view.accountName, writing.post.text]
}

function actionOf(writing: Writing, text: string): PageAction {
  if (writing.kind === 'mention') return { act: 'mention', text }
  if (writing.kind === 'edit') return { act: 'edit_comment', commentId: writing.comment.id, text }
  return { act: 'comment', postId: writing.post.id, text, ...(writing.to ? { replyTo: writing.to.id } : {}) }
}

function keyOf(writing: Writing): string {
  return writing.kind === 'mention' ? '' : writing.kind === 'edit' ? writing.comment.id : `${writing.post.id} ${writing.to?.id ?? ''}`
}
