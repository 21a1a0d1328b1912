-- Outgoing webhooks: what happened here, told to the firm's other systems by Standard Webhooks. Filled from the event log; each has its own place in it.

create table webhook (
  workspace_id uuid not null references workspace,
  id uuid not null,
  name text not null,
  url text not null,
  -- Sealed JSON: [{ secret, until? }], newest first; an old one signs beside the new one for a day.
  secrets bytea not null,
  -- Public event types; empty: all.
  types text[] not null default '{}',
  account_ids uuid[],
  status text not null default 'active' check (status in ('active', 'paused')),
  paused_reason text,
  paused_at timestamptz,
  -- Since when nothing but failures came back.
  failing_since timestamptz,
  last_success_at timestamptz,
  -- Up to where the log has been turned into deliveries.
  log_epoch uuid not null,
  log_position bigint not null,
  version int not null default 1,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (workspace_id, id)
);
select protect('webhook', true);

-- One event for one webhook. The due row is the queue.
create table webhook_delivery (
  workspace_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  type text not null,
  -- Position in the log; null: a test.
  position bigint,
  -- Sealed JSON text, as it is signed and sent.
  payload bytea not null,
  state text not null default 'pending' check (state in ('pending', 'sending', 'delivered', 'failed')),
  attempts int not null default 0,
  -- How far its schedule is; a replay begins anew.
  tries int not null default 0,
  next_at timestamptz not null default now(),
  -- While it is being sent: whoever has not come back by then is gone, and it is sent again.
  leased_until timestamptz,
  event_at timestamptz not null,
  created_at timestamptz not null default now(),
  delivered_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, webhook_id, position, type),
  foreign key (workspace_id, webhook_id) references webhook (workspace_id, id)
);
create index webhook_delivery_due on webhook_delivery (next_at) where state = 'pending';
create index webhook_delivery_leased on webhook_delivery (leased_until) where state = 'sending';
create index webhook_delivery_list on webhook_delivery (workspace_id, webhook_id, event_at desc, id desc);
create index webhook_delivery_age on webhook_delivery (created_at);
select protect('webhook_delivery', true);

create table webhook_attempt (
  workspace_id uuid not null,
  delivery_id uuid not null,
  number int not null,
  at timestamptz not null default now(),
  duration_ms int not null,
  -- Null: no answer.
  status int,
  -- Sealed JSON: { request: { url, headers }, response?: { headers, body }, error? }; bodies cut at 4 KiB.
  details bytea not null,
  primary key (workspace_id, delivery_id, number),
  foreign key (workspace_id, delivery_id) references webhook_delivery (workspace_id, id) on delete cascade
);
select protect('webhook_attempt', true);
