-- Answers ready: saved replies, automatic answers, and how long an answer takes, from real figures. Hours, texts and folders are settings (0005).

create table saved_reply (
  workspace_id uuid not null references workspace,
  id uuid not null,
  -- Of the setting `saved_reply_folders`; one that is gone counts as none.
  folder_id uuid,
  -- Null: everybody's.
  owner_id uuid,
  name text not null,
  -- Lower case: letters, digits, hyphens.
  shortcut text not null,
  -- Language -> MessageBody.
  bodies jsonb not null,
  -- Account -> language -> MessageBody: what stands there instead.
  exceptions jsonb not null default '{}',
  file_ids uuid[] not null default '{}',
  used_count int not null default 0,
  last_used_at timestamptz,
  version int not null default 1,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create unique index saved_reply_shortcut on saved_reply (workspace_id, shortcut, owner_id) nulls not distinct where archived_at is null;
create index saved_reply_files on saved_reply using gin (file_ids) where file_ids <> '{}';
select protect('saved_reply', false);

-- One line for each message that came from a saved reply, so that one that is taken back is counted back.
create table saved_reply_use (
  workspace_id uuid not null,
  message_id uuid not null,
  saved_reply_id uuid not null,
  primary key (workspace_id, message_id),
  foreign key (workspace_id, saved_reply_id) references saved_reply (workspace_id, id)
);
create index saved_reply_use_reply on saved_reply_use (workspace_id, saved_reply_id);
select protect('saved_reply_use', false);

-- How far the event log was read for automatic answers: what a process that died had not looked at yet is looked at by the next one.
create table automatic_answer_place (
  workspace_id uuid not null references workspace,
  epoch uuid not null,
  position bigint not null,
  primary key (workspace_id)
);
select protect('automatic_answer_place', true);

-- At most one of a kind per case, whatever happens: the key says so. `due` waits for its moment; the rest is what came of it, and why.
create table automatic_answer (
  workspace_id uuid not null,
  case_id uuid not null,
  kind text not null check (kind in ('greeting', 'instant', 'away')),
  conversation_id uuid not null,
  due_at timestamptz not null,
  state text not null default 'due' check (state in ('due', 'sent', 'held', 'not_allowed', 'not_sendable')),
  -- Why it was held: `answered`, `too_soon`, `looks_automatic` …
  reason text,
  message_at timestamptz,
  primary key (workspace_id, case_id, kind),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id)
);
create index automatic_answer_due on automatic_answer (due_at) where state = 'due';
create index automatic_answer_conversation on automatic_answer (workspace_id, conversation_id, message_at) where message_at is not null;
select protect('automatic_answer', true);

-- First answers of the last weeks, in open hours: per account and kind of hour (`all`, `workday`, `weekend`, `workday:09` …, in the account's zone).
create table reply_time (
  workspace_id uuid not null,
  account_id uuid not null,
  hours text not null,
  cases int not null,
  median_ms bigint not null,
  p90_ms bigint not null,
  computed_at timestamptz not null,
  primary key (workspace_id, account_id, hours),
  foreign key (workspace_id, account_id) references account (workspace_id, id)
);
select protect('reply_time', true);
