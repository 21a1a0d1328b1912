-- Being told: each member's rules, the devices that take web push, and what is on its way to them.

create table notification_rules (
  workspace_id uuid not null,
  member_id uuid not null,
  -- api/src/schemas/notifications.ts.
  value jsonb not null,
  version int not null,
  primary key (workspace_id, member_id),
  foreign key (workspace_id, member_id) references member (workspace_id, id)
);
select protect('notification_rules', false);

-- The key pair that push services know this workspace by (VAPID). Made once: with another one every device would have to be asked again.
create table push_key (
  workspace_id uuid primary key references workspace,
  public_key text not null,
  -- Sealed.
  private_key bytea not null,
  created_at timestamptz not null default now()
);
select protect('push_key', false);

-- A browser that takes web push. Whoever signs in there last has it.
create table push_device (
  workspace_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  -- SHA-256 of the endpoint: one browser is one row.
  endpoint_hash bytea not null,
  -- Sealed JSON { endpoint, keys }: who knows it can write to the device.
  subscription bytea not null,
  -- Browser and system, in words.
  name text not null,
  created_at timestamptz not null default now(),
  told_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, endpoint_hash),
  foreign key (workspace_id, member_id) references member (workspace_id, id)
);
create index push_device_member on push_device (workspace_id, member_id);
select protect('push_device', true);

-- Up to where the log has been turned into pushes; only where somebody has a device.
create table push_place (
  workspace_id uuid primary key references workspace,
  log_epoch uuid not null,
  log_position bigint not null
);
select protect('push_place', true);

-- One push to one device. The due row is the queue. `show` rows that went say what lies on a device's screen, until a `close` takes it away.
create table push_message (
  workspace_id uuid not null,
  id uuid not null,
  device_id uuid not null,
  kind text not null check (kind in ('show', 'close', 'test')),
  conversation_id uuid,
  -- Sealed JSON, as the service worker reads it.
  payload bytea not null,
  state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'failed')),
  attempts int not null default 0,
  next_at timestamptz not null default now(),
  leased_until timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, device_id) references push_device (workspace_id, id) on delete cascade
);
create index push_message_due on push_message (next_at) where state in ('pending', 'sending');
create index push_message_shown on push_message (workspace_id, device_id, conversation_id) where kind = 'show';
create index push_message_age on push_message (created_at);
select protect('push_message', true);
