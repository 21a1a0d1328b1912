-- How long what is kept: rules stand in `setting` (retention), what they need stands here.

-- Messages of before then were removed by rule; the thread says so where it begins.
alter table conversation add column removed_before timestamptz;

-- Bytes whose row is gone already: written in the same transaction, so that a process that dies in between leaves nothing behind in storage.
create table file_removal (
  workspace_id uuid not null references workspace,
  id bigint generated always as identity,
  storage_key text not null,
  at timestamptz not null default now(),
  primary key (workspace_id, id)
);
select protect('file_removal', true);

-- Old messages are found by where they lie in the table, in which they stand about in order of time: next to nothing to keep up with each insert.
create index message_age on message using brin (at) with (pages_per_range = 32, autosummarize = on);
