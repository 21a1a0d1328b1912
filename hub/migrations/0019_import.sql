-- Imports: contacts, conversations and messages from a file. Each has its place in the file, moved in the transaction of each batch, so that whoever
-- takes it up after a crash goes on exactly there.

create table import (
  workspace_id uuid not null references workspace,
  id uuid not null,
  kind text not null check (kind in ('csv', 'json', 'chatwoot')),
  name text not null,
  storage_key text not null,
  size_bytes bigint not null,
  state text not null check (state in ('uploaded', 'checking', 'checked', 'running', 'paused', 'done', 'cancelled', 'undoing', 'undone')),
  -- How the bytes are cut into records (hub/src/imports/records.ts).
  format jsonb not null,
  -- What a person chose: columns, accounts.
  mapping jsonb not null default '{}',
  -- { offset, line, number }: everything before it is done.
  place jsonb not null,
  counts jsonb not null default '{}',
  -- What the dry run found; null: not run since the mapping was changed.
  findings jsonb,
  version int not null default 1,
  created_by uuid not null,
  created_by_name text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (workspace_id, id)
);
create index import_at_work on import (created_at) where state in ('checking', 'running', 'undoing');
select protect('import', true);

-- What came from where. `made`: by this import; else it was there and was found.
create table import_thing (
  workspace_id uuid not null,
  import_id uuid not null,
  -- Ids are those of the source system: the same file again finds what is there.
  system text not null,
  kind text not null check (kind in ('contact', 'address', 'identity', 'conversation', 'case', 'message')),
  source_id text not null,
  target_id uuid not null,
  -- Of an address: how the platform calls the person.
  external_id text,
  made boolean not null,
  primary key (workspace_id, import_id, kind, source_id),
  foreign key (workspace_id, import_id) references import (workspace_id, id)
);
create index import_thing_source on import_thing (workspace_id, system, kind, source_id);
create index import_thing_target on import_thing (workspace_id, target_id);
select protect('import_thing', false);

-- Rows that were left out, with the reason in words. Sealed, since customers' data stand in them.
create table import_error (
  workspace_id uuid not null,
  import_id uuid not null,
  number int not null,
  line int not null,
  reason text not null,
  row bytea not null,
  primary key (workspace_id, import_id, number),
  foreign key (workspace_id, import_id) references import (workspace_id, id)
);
select protect('import_error', false);

-- Cases of another system are history: the figures of the days here do not move when they come, nor when they go.
alter table conversation_case add column imported boolean not null default false;

create or replace function count_case_row(one conversation_case, sign int) returns void language plpgsql as $$
declare origin constant timestamptz := '2000-01-01T00:00:00Z';
begin
  if one.spam or one.imported then return; end if;
  insert into case_change (workspace_id, quarter, account_id, team_id, assignee_id, opened)
    values (one.workspace_id, date_bin('15 minutes', one.opened_at, origin), one.account_id, one.team_id, one.assignee_id, sign);
  if one.closed_at is not null then
    insert into case_change (workspace_id, quarter, account_id, team_id, assignee_id, closed)
      values (one.workspace_id, date_bin('15 minutes', one.closed_at, origin), one.account_id, one.team_id, one.assignee_id, sign);
  end if;
  if one.first_answer_at is not null then
    insert into case_change (workspace_id, quarter, account_id, team_id, assignee_id, answered)
      values (one.workspace_id, date_bin('15 minutes', one.first_answer_at, origin), one.account_id, one.team_id, one.assignee_id, sign);
  end if;
end $$;
