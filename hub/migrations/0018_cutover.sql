-- Coming over from another system: accounts that only look on, bodies that the old system passes on, the switch and the way back.

alter table account
  -- `observe`: traffic is taken in, and nothing leaves.
  add column mode text not null default 'live' check (mode in ('live', 'observe'));

alter table endpoint
  -- Sealed. What the old system shows when it passes a body on.
  add column forward_secret bytea,
  add column forwarded_count bigint not null default 0,
  add column last_forwarded_at timestamptz;

-- The switch and the way back, one row for each time. A running one is the lock: the platform is asked outside of any transaction.
create table cutover (
  workspace_id uuid not null references workspace,
  id uuid not null,
  account_id uuid not null,
  direction text not null check (direction in ('switch', 'back')),
  state text not null check (state in ('running', 'done', 'failed')),
  -- What was set at the platform before: core Subscription, and the way in.
  before jsonb,
  -- What became of it: what was set then, what was called off, what could not be given back.
  result jsonb not null default '{}',
  by_id uuid not null,
  by_name text not null,
  at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, account_id) references account (workspace_id, id)
);
create unique index cutover_running on cutover (workspace_id, account_id) where state = 'running';
create index cutover_list on cutover (workspace_id, account_id, at desc);
select protect('cutover', false);
