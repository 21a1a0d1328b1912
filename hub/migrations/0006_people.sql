-- People and access: the firm's own roles, invitations by mail, a second factor, passkeys, the steps of signing in, who did what and from where.

-- A name for a set of rights, made by the firm. `rank` is what it counts as where only the built-in roles are known.
create table role (
  workspace_id uuid not null references workspace,
  id uuid not null,
  -- language -> text
  name jsonb not null,
  rank text not null check (rank in ('agent', 'manager')),
  rights text[] not null default '{}',
  version int not null default 1,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
select protect('role', true);

alter table member
  add column role_id uuid,
  -- Raised by every change that a person makes; what routing writes does not count.
  add column version int not null default 1,
  add foreign key (workspace_id, role_id) references role (workspace_id, id),
  -- An owner has every right, whatever roles there are: nobody can be locked out of his own desk.
  add check (role <> 'owner' or role_id is null);
create index member_role on member (workspace_id, role_id) where role_id is not null;

alter table invitation
  add column role_id uuid,
  add column team_ids uuid[] not null default '{}',
  add column name text,
  add column languages text[] not null default '{}',
  add column skills text[] not null default '{}',
  add column capacity int,
  add column mail_state text not null default 'none' check (mail_state in ('none', 'queued', 'sent', 'failed')),
  add column mail_reason text,
  add column mail_at timestamptz,
  -- Sealed; only while a mail with it waits to be sent.
  add column token bytea,
  add column created_at timestamptz not null default now(),
  add foreign key (workspace_id, role_id) references role (workspace_id, id);
create index invitation_email on invitation (workspace_id, lower(email)) where accepted_at is null;

alter table session add column id uuid not null default gen_random_uuid();
create unique index session_id on session (id);

-- One row per member who has (or sets up) a second factor, or has guessed at one.
create table second_factor (
  workspace_id uuid not null,
  member_id uuid not null,
  -- Sealed; counts from `totp_since` on, before that it is being set up.
  totp_secret bytea,
  totp_since timestamptz,
  -- The step of the last code that was taken: a code is good once.
  totp_last_step bigint not null default 0,
  failures int not null default 0,
  failed_at timestamptz,
  primary key (workspace_id, member_id),
  foreign key (workspace_id, member_id) references member (workspace_id, id)
);
select protect('second_factor', true);

create table recovery_code (
  workspace_id uuid not null,
  member_id uuid not null,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (workspace_id, member_id, code_hash),
  foreign key (workspace_id, member_id) references member (workspace_id, id)
);
select protect('recovery_code', true);

create table passkey (
  workspace_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  -- base64url, as browsers name it.
  credential_id text not null,
  public_key bytea not null,
  counter bigint not null default 0,
  transports text[] not null default '{}',
  name text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, credential_id),
  foreign key (workspace_id, member_id) references member (workspace_id, id)
);
create index passkey_member on passkey (workspace_id, member_id);
-- Signing in by a passkey alone: the workspace is not known yet.
create index passkey_credential on passkey (credential_id);
select protect('passkey', true);

-- What lies between two requests of signing in or of adding a passkey: a ticket (the password was right) or a challenge. Short-lived, used once.
-- Global, like sessions: for a passkey alone nobody knows yet who it is.
create table sign_in_step (
  token_hash bytea primary key,
  kind text not null check (kind in ('ticket', 'assertion', 'registration')),
  workspace_id uuid,
  member_id uuid,
  user_id uuid references app_user on delete cascade,
  tries int not null default 0,
  expires_at timestamptz not null
);
create index sign_in_step_expiry on sign_in_step (expires_at);
grant select, insert, update, delete on sign_in_step to dragoman_app, dragoman_system;

-- From where, for signing in and what follows from it; forgotten after 90 days.
alter table operation add column ip text;
create index operation_page on operation (workspace_id, at desc, id desc);
create index operation_what on operation (workspace_id, what, at desc);
create index operation_member on operation (workspace_id, member_id, at desc);
