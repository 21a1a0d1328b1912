-- Recovered mode: after a restore or a promotion nothing leaves until a manager lets it go, so that nothing is sent twice.

-- Which database this is. Another identifier, timeline, number or folder at a start: a copy, a restore or a promoted standby. Global, one row.
create table database_mark (
  single boolean primary key default true check (single),
  system_identifier text,
  timeline text,
  database_oid text,
  -- Of the embedded server: the inode of a file that is never rewritten.
  folder text,
  at timestamptz not null default now()
);
grant select on database_mark to dragoman_app, dragoman_system;

-- One for each time; open while `released_at` is null.
create table recovery (
  workspace_id uuid not null references workspace,
  id uuid not null,
  reason text not null check (reason in ('restore', 'copy', 'promotion', 'marked')),
  -- Until when the data reaches, as far as is known.
  data_until timestamptz,
  begun_at timestamptz not null default now(),
  released_at timestamptz,
  -- Null: on the command line.
  released_by uuid,
  parts_sent int,
  parts_dropped int,
  primary key (workspace_id, id)
);
create unique index recovery_open on recovery (workspace_id) where released_at is null;
select protect('recovery', true);

-- Parts that were pending or being sent: whether they have left since, nobody here can know.
create table held_part (
  workspace_id uuid not null,
  recovery_id uuid not null,
  part_id uuid not null,
  was text not null check (was in ('pending', 'sending')),
  primary key (workspace_id, recovery_id, part_id),
  foreign key (workspace_id, recovery_id) references recovery (workspace_id, id),
  foreign key (workspace_id, part_id) references part (workspace_id, id)
);
create index held_part_part on held_part (workspace_id, part_id);
select protect('held_part', true);

-- Nothing that anybody outside could notice leaves for this account meanwhile.
alter table account add column held_since timestamptz;
