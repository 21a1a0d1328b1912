-- Machines that work on the hub: keys with scopes, each a member of its own kind, so that whatever it writes has an author. Notices they send.

alter table member add column is_machine boolean not null default false;

create table api_key (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  -- The key itself is shown once and never stored: only its SHA-256, and its first letters for people.
  token_hash bytea not null,
  starts_with text not null,
  member_id uuid not null,
  -- `area:read`, `area:write` (api/src/scopes.ts).
  scopes text[] not null,
  -- Rights of who made it, as far as the scopes need them.
  rights text[] not null,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, member_id) references member (workspace_id, id)
);
create index api_key_token on api_key (token_hash);
select protect('api_key', true);

-- The firm's own number for a customer: how its shop speaks of him.
alter table contact add column customer_id text;
create unique index contact_customer on contact (workspace_id, customer_id) where customer_id is not null;
create index contact_phone_exact on contact (workspace_id, phone_digits) where phone_digits is not null;

-- A notice and where it went. `key` is the sender's own: the same key and content give the first answer again.
create table notice (
  workspace_id uuid not null references workspace,
  id uuid not null,
  author_id uuid not null,
  key text not null,
  content_hash bytea not null,
  contact_id uuid not null,
  conversation_id uuid not null,
  account_id uuid not null,
  message_id uuid not null,
  way text not null check (way in ('freeform', 'template')),
  price_class text not null,
  -- Every account that was looked at: why it was chosen or not.
  considered jsonb not null,
  at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, author_id, key)
);
create index notice_age on notice (workspace_id, at);
select protect('notice', false);
