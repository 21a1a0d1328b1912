-- The way in: journal, lanes, what was set aside, repeats, facts before their message [mechanics 2-6]. Search [10, 24]. Jobs [23].

-- Webhooks as they came, sealed: no parsing and no constraint that content can violate.
create table journal (
  workspace_id uuid not null,
  id bigint generated always as identity,
  endpoint_id uuid not null,
  channel text not null,
  body bytea not null,
  received_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, id)
);
create index journal_age on journal (received_at);
select protect('journal', true);

-- One per account: who holds this row drains the account's items, in order.
create table lane (
  workspace_id uuid not null,
  account_id uuid not null,
  primary key (workspace_id, account_id)
);
select protect('lane', true);

-- One per account that a body speaks of. `account_id` is null while that account is not connected: kept, and applied when it is.
create table lane_item (
  workspace_id uuid not null,
  journal_id bigint not null,
  account_key text not null,
  account_id uuid,
  attempts int not null default 0,
  applied_at timestamptz,
  primary key (workspace_id, journal_id, account_key)
);
create index lane_item_unapplied on lane_item (workspace_id, account_id, journal_id) where applied_at is null;
create index lane_item_applied on lane_item (applied_at) where applied_at is not null;
select protect('lane_item', true);

create table set_aside (
  workspace_id uuid not null references workspace,
  id uuid not null,
  journal_id bigint,
  account_id uuid,
  channel text not null,
  -- Null: the whole body.
  event_index int,
  kind text,
  -- Sealed: the event as JSON, or the body as it came.
  content bytea not null,
  reason text not null,
  attempts int not null default 1,
  at timestamptz not null default now(),
  resolved_at timestamptz,
  primary key (workspace_id, id)
);
create index set_aside_open on set_aside (workspace_id, at) where resolved_at is null;
select protect('set_aside', true);

create table seen_event (
  workspace_id uuid not null,
  account_id uuid not null,
  kind text not null,
  external_id text not null,
  seen_at timestamptz not null default now(),
  primary key (workspace_id, account_id, kind, external_id)
);
create index seen_event_age on seen_event (seen_at);
select protect('seen_event', true);

-- A receipt, edit, reaction or delete that came before its message, or before our own send's answer.
create table pending_fact (
  workspace_id uuid not null,
  id uuid not null,
  account_id uuid not null,
  external_id text not null,
  -- Sealed InboundEvent.
  event bytea not null,
  -- The journal's position of the body it came with.
  position bigint not null,
  at timestamptz not null default now(),
  primary key (workspace_id, id)
);
create index pending_fact_target on pending_fact (workspace_id, account_id, external_id);
create index pending_fact_age on pending_fact (at);
select protect('pending_fact', true);

-- Declared plaintext: the words of messages, so that they can be found. Switched off per workspace by workspace.search_index.
create table message_search (
  workspace_id uuid not null,
  message_id uuid not null,
  conversation_id uuid not null,
  at timestamptz not null,
  words tsvector not null,
  primary key (workspace_id, message_id)
);
create index message_search_words on message_search using gin (words);
create index message_search_conversation on message_search (workspace_id, conversation_id);
select protect('message_search', false);

-- Text search operators are not leakproof: under row-level security their index would not be used. So the search runs as the owner and adds the
-- workspace itself. The 'russian' configuration stems Cyrillic words as Russian and Latin ones as English.
create function search_messages(query text, most int) returns table (message_id uuid, conversation_id uuid, at timestamptz)
  language sql stable security definer set search_path = public as $$
  select s.message_id, s.conversation_id, s.at
  from message_search s
  where s.workspace_id = current_workspace() and s.words @@ websearch_to_tsquery('russian', query)
  order by s.at desc
  limit most
$$;

create function search_contacts(query text, digits text, most int) returns table (contact_id uuid, matched text, score real)
  language sql stable security definer set search_path = public as $$
  select distinct on (found.id) found.id, found.matched, found.score from (
    select c.id, 'name' as matched, word_similarity(query, c.name) as score from contact c
      where c.workspace_id = current_workspace() and (c.name ilike '%' || replace(replace(query, '%', '\%'), '_', '\_') || '%' or query <% c.name)
    union all
    select c.id, 'phone', 2::real from contact c
      where length(digits) >= 3 and c.workspace_id = current_workspace() and c.phone_digits like '%' || digits || '%'
    union all
    select i.contact_id, 'username', 1.5::real from identity i
      where i.workspace_id = current_workspace() and i.username ilike '%' || replace(replace(ltrim(query, '@'), '%', '\%'), '_', '\_') || '%'
  ) found
  order by found.id, found.score desc
  limit most
$$;
revoke all on function search_messages(text, int), search_contacts(text, text, int) from public;
grant execute on function search_messages(text, int), search_contacts(text, text, int), current_workspace() to dragoman_app;

-- The lane and endpoint look-ups that have no workspace yet are the system role's; it finds the workspace, the rest is done inside it.
grant usage on schema public to dragoman_app, dragoman_system;
grant usage, select on all sequences in schema public to dragoman_app, dragoman_system;
alter default privileges in schema public grant usage, select on sequences to dragoman_app, dragoman_system;

-- A drain says which items it has in hand before it touches them: if it dies, the next one takes them singly and counts [mechanics 3].
alter table lane add column in_hand_to bigint;

-- Answers given inside a webhook's response, under the webhook's own key: a repeat gets the same bytes [mechanics 17].
create table webhook_answer (
  workspace_id uuid not null,
  endpoint_id uuid not null,
  body_hash bytea not null,
  -- Sealed { body, contentType }.
  answer bytea not null,
  at timestamptz not null default now(),
  primary key (workspace_id, endpoint_id, body_hash)
);
create index webhook_answer_age on webhook_answer (at);
select protect('webhook_answer', true);
