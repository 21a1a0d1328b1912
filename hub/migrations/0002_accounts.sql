-- Endpoints and accounts [mechanics 1], what is known of the platform [18], polling [19], pace [15].

create table endpoint (
  workspace_id uuid not null references workspace,
  id uuid not null,
  channel text not null,
  -- Sealed JSON: name -> list of secrets, newest first.
  secrets bytea not null,
  rejected_count bigint not null default 0,
  last_rejected_at timestamptz,
  last_rejected_reason text,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index endpoint_id on endpoint (id);
select protect('endpoint', true);

create table account (
  workspace_id uuid not null,
  id uuid not null,
  endpoint_id uuid not null,
  channel text not null,
  external_id text not null,
  name text not null,
  config jsonb not null default '{}',
  -- Sealed JSON: name -> secret.
  secrets bytea not null,
  way text not null check (way in ('webhook', 'poll', 'visitor')),
  -- Where the platform is, when it is a simulator: name -> origin.
  origins jsonb,
  status text not null default 'active' check (status in ('active', 'paused', 'disconnected')),
  -- { code, detail, failure } of what paused it.
  problem jsonb,
  problem_since timestamptz,
  last_inbound_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, endpoint_id) references endpoint (workspace_id, id)
);
create unique index account_external on account (workspace_id, channel, external_id) where status <> 'disconnected';
create index account_endpoint on account (workspace_id, endpoint_id);
select protect('account', true);

-- Tokens that we were given for a while, keys of platforms, template lists: sealed, with an expiry.
create table platform_fact (
  workspace_id uuid not null,
  account_id uuid not null,
  key text not null,
  value bytea not null,
  fetched_at timestamptz not null default now(),
  expires_at timestamptz,
  primary key (workspace_id, account_id, key)
);
select protect('platform_fact', true);

-- One node polls an account at a time; bodies and the new cursor are committed together.
create table poll_lease (
  workspace_id uuid not null,
  account_id uuid not null,
  node_id uuid,
  cursor text not null default '',
  not_before timestamptz not null default now(),
  primary key (workspace_id, account_id),
  foreign key (workspace_id, account_id) references account (workspace_id, id)
);
select protect('poll_lease', true);

-- Generic cell rate algorithm on the database's clock: `tat` is the theoretical arrival time of the next sending.
create table pace (
  workspace_id uuid not null,
  account_id uuid not null,
  scope text not null,
  key text not null,
  tat timestamptz not null,
  primary key (workspace_id, account_id, scope, key)
);
select protect('pace', true);

create table media_handle (
  workspace_id uuid not null,
  account_id uuid not null,
  file_id uuid not null,
  handle text not null,
  expires_at timestamptz,
  primary key (workspace_id, account_id, file_id)
);
select protect('media_handle', false);
