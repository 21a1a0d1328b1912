-- Who and where [mechanics 7]: contacts, identities and their aliases, conversations, cases, messages, parts, platform messages.

create table contact (
  workspace_id uuid not null references workspace,
  id uuid not null,
  name text not null,
  phone text,
  phone_digits text generated always as (regexp_replace(phone, '\D', '', 'g')) stored,
  email text,
  language text,
  avatar_file_id uuid,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index contact_name_search on contact using gin (name gin_trgm_ops);
create index contact_phone_search on contact using gin (phone_digits gin_trgm_ops);
select protect('contact', false);

create table identity (
  workspace_id uuid not null,
  id uuid not null,
  account_id uuid not null,
  contact_id uuid not null,
  name text not null,
  username text,
  phone text,
  language text,
  avatar_source bytea,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, contact_id) references contact (workspace_id, id),
  foreign key (workspace_id, account_id) references account (workspace_id, id)
);
create index identity_contact on identity (workspace_id, contact_id);
create index identity_username on identity using gin (username gin_trgm_ops);
select protect('identity', false);

create table identity_alias (
  workspace_id uuid not null,
  account_id uuid not null,
  external_id text not null,
  identity_id uuid not null,
  -- Newest last: the order in which ids became known.
  known_at timestamptz not null default now(),
  -- No longer valid at the platform, kept so that old facts still find the person.
  replaced boolean not null default false,
  primary key (workspace_id, account_id, external_id),
  foreign key (workspace_id, identity_id) references identity (workspace_id, id)
);
create index identity_alias_identity on identity_alias (workspace_id, identity_id);
select protect('identity_alias', false);

create table conversation (
  workspace_id uuid not null,
  id uuid not null,
  account_id uuid not null,
  thread_id text not null,
  identity_id uuid not null,
  contact_id uuid not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  assignee_id uuid,
  case_id uuid,
  standing text not null default 'open',
  windows jsonb not null default '[]',
  inbound_count int not null default 0,
  unanswered_since timestamptz,
  -- { id, kind, direction, authorName, at, state }; the words are in last_preview, sealed.
  last_message jsonb,
  last_preview bytea,
  last_message_at timestamptz,
  last_message_tie bigint,
  last_inbound_external_id text,
  -- Watermarks: everything of ours that was sent until then is delivered, read.
  delivered_until timestamptz,
  read_until timestamptz,
  last_activity_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, account_id, thread_id),
  foreign key (workspace_id, account_id) references account (workspace_id, id),
  foreign key (workspace_id, identity_id) references identity (workspace_id, id),
  foreign key (workspace_id, contact_id) references contact (workspace_id, id)
);
create index conversation_list on conversation (workspace_id, state, last_activity_at desc, id desc);
create index conversation_mine on conversation (workspace_id, assignee_id, state, last_activity_at desc, id desc);
create index conversation_unanswered on conversation (workspace_id, unanswered_since, id) where unanswered_since is not null and state = 'open';
create index conversation_contact on conversation (workspace_id, contact_id);
create index conversation_identity on conversation (workspace_id, identity_id);
select protect('conversation', true);

-- A case is opened and closed inside an endless conversation; reports count these.
create table conversation_case (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  number int not null,
  opened_at timestamptz not null,
  opened_by uuid,
  closed_at timestamptz,
  closed_by uuid,
  primary key (workspace_id, id),
  unique (workspace_id, number),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id)
);
create index conversation_case_conversation on conversation_case (workspace_id, conversation_id, opened_at);
select protect('conversation_case', false);

create table message (
  workspace_id uuid not null,
  id uuid not null,
  conversation_id uuid not null,
  account_id uuid not null,
  case_id uuid,
  direction text not null check (direction in ('in', 'out', 'note', 'system')),
  author_kind text not null check (author_kind in ('customer', 'member', 'system', 'elsewhere')),
  author_id uuid,
  author_name text not null,
  client_id text,
  kind text not null,
  -- Sealed MessageBody.
  body bytea not null,
  reply_to_id uuid,
  -- External id of a message that was not here yet when it was quoted.
  reply_to_external text,
  order_at timestamptz not null,
  order_tie bigint not null,
  order_external text not null,
  at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz,
  forwarded boolean not null default false,
  group_id text,
  referral jsonb,
  system jsonb,
  state text not null default 'sent',
  file_ids uuid[] not null default '{}',
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id)
);
create index message_thread on message (workspace_id, conversation_id, order_at desc, order_tie desc, order_external desc);
create index message_files on message using gin (file_ids) where file_ids <> '{}';
create index message_reply_waiting on message (workspace_id, account_id, reply_to_external) where reply_to_external is not null;
select protect('message', false);

create table message_revision (
  workspace_id uuid not null,
  message_id uuid not null,
  number int not null,
  body bytea not null,
  at timestamptz not null,
  primary key (workspace_id, message_id, number),
  foreign key (workspace_id, message_id) references message (workspace_id, id)
);
select protect('message_revision', false);

-- A repeat of a client's request finds its first answer here; kept 30 days [mechanics 22].
create table client_request (
  workspace_id uuid not null,
  author_id uuid not null,
  client_id text not null,
  content_hash bytea not null,
  message_id uuid not null,
  at timestamptz not null default now(),
  primary key (workspace_id, author_id, client_id)
);
create index client_request_age on client_request (workspace_id, at);
select protect('client_request', true);

-- One sending that a message becomes: the unit of retry. The pending row is the queue [mechanics 12].
create table part (
  workspace_id uuid not null,
  id uuid not null,
  message_id uuid not null,
  conversation_id uuid not null,
  account_id uuid not null,
  index int not null,
  lane text not null check (lane in ('talk', 'bulk')),
  seq bigint generated always as identity,
  state text not null check (state in ('pending', 'sending', 'uncertain', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled')),
  -- Sealed MessageBody of this part.
  body bytea not null,
  reply_to_external text,
  -- From then on it stands in line and holds back what was written after it (undo, schedule) …
  due_at timestamptz not null default now(),
  -- … and not before this moment is it tried (pace, retry). One pair of columns for undo, schedule, quiet hours and retry [mechanics 12].
  not_before timestamptz not null default now(),
  attempt int not null default 0,
  attempt_id uuid,
  node_id uuid,
  sending_since timestamptz,
  -- An uncertain part holds its conversation's lane until then [mechanics 13].
  holds_until timestamptz,
  failure jsonb,
  sent_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, message_id) references message (workspace_id, id)
);
create index part_queue on part (not_before, seq) where state = 'pending';
create index part_conversation_queue on part (workspace_id, conversation_id, lane, seq) where state in ('pending', 'sending', 'uncertain');
create index part_node on part (node_id) where state = 'sending';
create index part_uncertain on part (holds_until) where state = 'uncertain';
create index part_message on part (workspace_id, message_id, index);
create index part_watermark on part (workspace_id, conversation_id, sent_at) where state in ('sent', 'delivered');
create index part_unsettled on part (workspace_id, message_id, index) where state in ('pending', 'sending', 'uncertain', 'failed');
select protect('part', true);

-- What the platform calls a message: exactly one row for each, inbound or ours [mechanics 4, 11].
create table platform_message (
  workspace_id uuid not null,
  account_id uuid not null,
  external_id text not null,
  message_id uuid not null,
  part_id uuid,
  index int not null default 0,
  primary key (workspace_id, account_id, external_id),
  foreign key (workspace_id, message_id) references message (workspace_id, id)
);
create index platform_message_message on platform_message (workspace_id, message_id, index);
select protect('platform_message', false);

create table reaction (
  workspace_id uuid not null,
  message_id uuid not null,
  by_kind text not null check (by_kind in ('customer', 'member')),
  by_id uuid not null,
  emoji text not null,
  at timestamptz not null,
  primary key (workspace_id, message_id, by_kind, by_id, emoji),
  foreign key (workspace_id, message_id) references message (workspace_id, id)
);
select protect('reaction', false);

-- How many of the customer's messages a member has read.
create table conversation_read (
  workspace_id uuid not null,
  conversation_id uuid not null,
  member_id uuid not null,
  read_count int not null,
  primary key (workspace_id, conversation_id, member_id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id)
);
create index conversation_read_member on conversation_read (workspace_id, member_id);
select protect('conversation_read', false);

create table draft (
  workspace_id uuid not null,
  conversation_id uuid not null,
  member_id uuid not null,
  mode text not null check (mode in ('reply', 'note')),
  version int not null,
  -- Sealed MessageBody; null when emptied (the version lives on).
  body bytea,
  reply_to_id uuid,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, conversation_id, member_id, mode),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id)
);
create index draft_member on draft (workspace_id, member_id) where body is not null;
select protect('draft', false);

-- Files are ours before anything else happens to them: platforms' links die within an hour [mechanics 20].
create table file (
  workspace_id uuid not null references workspace,
  id uuid not null,
  state text not null check (state in ('expected', 'stored', 'failed')),
  reason text,
  account_id uuid,
  -- Sealed { id?, url? } of the platform, while it is expected.
  source bytea,
  attempts int not null default 0,
  not_before timestamptz not null default now(),
  node_id uuid,
  storage_key text,
  thumbnail_key text,
  mime_type text,
  name text,
  size_bytes bigint,
  sha256 bytea,
  width int,
  height int,
  duration_ms int,
  -- A file that a visitor may fetch: the thread it belongs to.
  visitor_thread text,
  uploaded_by uuid,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index file_expected on file (not_before) where state = 'expected';
select protect('file', true);

-- A platform's link to one file: unguessable, with an end, revocable [mechanics 20]. Only the hash of the token is kept.
create table file_link (
  workspace_id uuid not null,
  token_hash bytea not null,
  file_id uuid not null,
  expires_at timestamptz not null,
  primary key (workspace_id, token_hash),
  foreign key (workspace_id, file_id) references file (workspace_id, id)
);
create index file_link_token on file_link (token_hash);
select protect('file_link', true);
