-- People and workspaces, and how workspaces are kept apart [mechanics 10].
-- Roles: the migrating role owns everything; `dragoman_app` sees one workspace at a time; `dragoman_system` sees a listed few tables whole.
-- Global tables (no workspace_id, no row-level security, a listed exception): app_user, session, node, rate_limit.

create extension if not exists pg_trgm;

create function current_workspace() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('dragoman.workspace', true), '')::uuid $$;

-- Gives a table forced row-level security, the app's policy, and, where asked, the system role's.
create function protect(tablename text, for_system boolean) returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', tablename);
  execute format('alter table %I force row level security', tablename);
  execute format('create policy owner_all on %I to current_user using (true) with check (true)', tablename);
  execute format('create policy app_workspace on %I to dragoman_app using (workspace_id = current_workspace()) with check (workspace_id = current_workspace())', tablename);
  execute format('grant select, insert, update, delete on %I to dragoman_app', tablename);
  if for_system then
    execute format('create policy system_all on %I to dragoman_system using (true) with check (true)', tablename);
    execute format('grant select, insert, update, delete on %I to dragoman_system', tablename);
  end if;
end $$;
revoke all on function protect(text, boolean) from public;

create table app_user (
  id uuid primary key,
  email text not null,
  name text not null,
  password_hash text not null,
  language text not null default 'en',
  theme text not null default 'auto',
  density text not null default 'comfortable',
  send_key text not null default 'enter',
  undo_seconds int not null default 5,
  created_at timestamptz not null default now()
);
create unique index app_user_email on app_user (lower(email));

-- The token itself is never stored: only its SHA-256.
create table session (
  token_hash bytea primary key,
  user_id uuid not null references app_user on delete cascade,
  workspace_id uuid not null,
  member_id uuid not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  user_agent text not null default ''
);
create index session_by_user on session (user_id);
create index session_expiry on session (expires_at);

-- Every process of the hub. A node that has not renewed for 8 s is dead and all its leases are swept [mechanics 13].
create table node (
  id uuid primary key,
  role text not null,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  worker_ids text[] not null default '{}'
);
-- Counters of rate-limiter-flexible: limits survive a restart and hold across machines.
create table rate_limit (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);

grant select, insert, update, delete on app_user, session, node, rate_limit to dragoman_app, dragoman_system;

create table workspace (
  workspace_id uuid primary key,
  name text not null,
  languages text[] not null default '{en}',
  countries text[] not null default '{}',
  business_kind text not null default 'other',
  checklist jsonb not null default '{}',
  search_index boolean not null default true,
  next_case_number int not null default 1,
  created_at timestamptz not null default now()
);
select protect('workspace', true);

create table member (
  workspace_id uuid not null references workspace,
  id uuid not null,
  user_id uuid not null references app_user,
  role text not null check (role in ('owner', 'manager', 'agent')),
  active boolean not null default true,
  -- null: every account; otherwise only conversations of these [mechanics 9].
  account_ids uuid[],
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, user_id)
);
create index member_user on member (user_id);
select protect('member', true);

create table invitation (
  workspace_id uuid not null references workspace,
  id uuid not null,
  token_hash bytea not null,
  email text,
  role text not null,
  created_by uuid not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  primary key (workspace_id, id)
);
create index invitation_token on invitation (token_hash);
select protect('invitation', true);

-- One row per workspace, bumped as the last statement of every transaction that appends events: positions are gapless and in commit order [mechanics 8].
create table log_head (
  workspace_id uuid primary key references workspace,
  epoch uuid not null,
  position bigint not null default 0
);
select protect('log_head', true);

create table event_log (
  workspace_id uuid not null,
  position bigint not null,
  kind text not null,
  -- Scope: who may see it [mechanics 9].
  account_id uuid,
  conversation_id uuid,
  member_id uuid,
  min_role text,
  -- Set where a visitor of our own widget may see it too.
  visitor_thread text,
  payload bytea not null,
  at timestamptz not null default now(),
  primary key (workspace_id, position)
);
create index event_log_visitor on event_log (workspace_id, account_id, visitor_thread, position) where visitor_thread is not null;
create index event_log_age on event_log (workspace_id, at);
select protect('event_log', true);

-- Operations that someone may ask about later: connecting, taking over, changing the way in, pausing.
create table operation (
  workspace_id uuid not null references workspace,
  id uuid not null,
  what text not null,
  account_id uuid,
  member_id uuid,
  details jsonb not null default '{}',
  at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index operation_at on operation (workspace_id, at);
select protect('operation', true);
