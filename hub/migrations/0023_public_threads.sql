-- Public threads: comments and mentions are conversations of a kind of their own. What a platform refused against its own word. A proxy per account.

-- { kind, postId, title, url }; null: a direct conversation.
alter table conversation add column place jsonb;
create index conversation_public on conversation (workspace_id, state, last_activity_at desc, id desc) where place is not null;
-- A customer's comment that only its writer sees now.
alter table message add column hidden_at timestamptz;

-- The address that requests of this account go through, sealed (it may hold a password); null: directly.
alter table account add column proxy bytea;
-- What the platform shows before the first word: { greeting, starters, menu }.
alter table account add column entrance jsonb;
-- Features that the platform refused although our registry has them: as if it had not, until somebody dismisses it.
alter table account add column degraded text[] not null default '{}';

create table contradiction (
  workspace_id uuid not null,
  id uuid not null,
  account_id uuid not null,
  -- A name of the capabilities: text, media.image, structured.poll, features.edit …
  feature text not null,
  code text not null,
  detail text not null,
  occurrences int not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  state text not null default 'open' check (state in ('open', 'confirmed', 'dismissed')),
  decided_by uuid,
  decided_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, account_id, feature),
  foreign key (workspace_id, account_id) references account (workspace_id, id)
);
select protect('contradiction', true);

-- How far an application for access has come: step id -> { done: time }.
create table access_progress (
  workspace_id uuid not null references workspace,
  channel text not null,
  steps jsonb not null default '{}',
  note text not null default '',
  version int not null default 1,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, channel)
);
select protect('access_progress', false);
