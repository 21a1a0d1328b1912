-- Secrets of the workspace's own connections, by name, sealed: what settings must not hold.
create table connection_secret (
  workspace_id uuid not null references workspace,
  name text not null,
  value bytea not null,
  made_at timestamptz not null default now(),
  primary key (workspace_id, name)
);
select protect('connection_secret', false);
