-- Order on the desk: waking, mentions, reminders, macros, saved views, and what can be undone.

alter table conversation
  -- When a snooze ended by itself: the list marks it until something else happens.
  add column woken_at timestamptz;
create index conversation_spam on conversation (workspace_id, last_activity_at desc, id desc) where spam_at is not null;

alter table message
  -- Members named in a note.
  add column mentions uuid[] not null default '{}';

alter table conversation_case
  -- The new owner has read the summary: it is no longer pinned.
  add column summary_seen_at timestamptz;

create table mention (
  workspace_id uuid not null,
  member_id uuid not null,
  message_id uuid not null,
  conversation_id uuid not null,
  by_id uuid not null,
  at timestamptz not null,
  read_at timestamptz,
  primary key (workspace_id, member_id, message_id),
  foreign key (workspace_id, message_id) references message (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id)
);
create index mention_conversation on mention (workspace_id, member_id, conversation_id);
create index mention_unread on mention (workspace_id, member_id, conversation_id) where read_at is null;
select protect('mention', false);

-- For one member only. Read by a worker, which knows no workspace until it has found the row.
create table reminder (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  member_id uuid not null,
  at timestamptz not null,
  -- Sealed.
  text bytea not null,
  fired_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id),
  foreign key (workspace_id, member_id) references member (workspace_id, id)
);
create index reminder_due on reminder (at) where fired_at is null;
create index reminder_conversation on reminder (workspace_id, conversation_id, member_id);
select protect('reminder', true);

create table macro (
  workspace_id uuid not null references workspace,
  id uuid not null,
  name text not null,
  -- null: everybody's.
  owner_id uuid,
  -- api/src/schemas/order.ts, a list of actions.
  actions jsonb not null,
  version int not null default 1,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
select protect('macro', false);

create table saved_view (
  workspace_id uuid not null references workspace,
  id uuid not null,
  name text not null,
  -- null: everybody's.
  owner_id uuid,
  -- api/src/filters.ts.
  filter jsonb not null,
  sort text not null check (sort in ('newest', 'oldest', 'due')),
  place double precision not null,
  version int not null default 1,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
select protect('saved_view', false);

-- What a change was before, kept ten minutes. Read by the worker that throws it away.
create table undo (
  workspace_id uuid not null references workspace,
  id uuid not null,
  member_id uuid not null,
  -- Sealed: what each conversation was before and after.
  entries bytea not null,
  done_at timestamptz,
  expires_at timestamptz not null,
  primary key (workspace_id, id)
);
create index undo_age on undo (expires_at);
select protect('undo', true);
