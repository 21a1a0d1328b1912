-- The way in at the speed of the database: journal and event log in parts by day, lanes that need no writing while all goes well, no index that
-- nobody reads, nothing compressed that is sealed.

-- Days are dropped whole when their time is over: deleting row by row costs as much as writing did, and leaves holes. What is there already becomes
-- the first part. A row for which no day has been made goes to the rest, so that nothing is ever refused for want of a part.
create sequence journal_position;
select setval('journal_position', greatest(1, (select coalesce(max(id), 0) from journal) + 1), false);

alter table journal rename to journal_before;
alter table journal_before alter column id drop identity;
alter table journal_before drop constraint journal_pkey;
drop index journal_age;
create table journal (
  workspace_id uuid not null,
  id bigint not null default nextval('journal_position'),
  endpoint_id uuid not null,
  channel text not null,
  body bytea not null,
  received_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, id, received_at)
) partition by range (received_at);
alter sequence journal_position owned by journal.id;
-- What is sealed cannot be made smaller: trying costs time.
alter table journal alter column body set storage external;
select protect('journal', true);
create table journal_rest partition of journal default;

alter table event_log rename to event_log_before;
alter table event_log_before drop constraint event_log_pkey;
drop index event_log_visitor;
drop index event_log_age;
create table event_log (
  workspace_id uuid not null,
  position bigint not null,
  kind text not null,
  account_id uuid,
  conversation_id uuid,
  member_id uuid,
  min_role text,
  visitor_thread text,
  payload bytea not null,
  at timestamptz not null default now(),
  -- Positions are without gaps and twins because log_head's row is locked for each; a key over all days cannot exist [mechanics 4].
  primary key (workspace_id, position, at)
) partition by range (at);
create index event_log_visitor on event_log (workspace_id, account_id, visitor_thread, position) where visitor_thread is not null;
alter table event_log alter column payload set storage external;
select protect('event_log', true);
create table event_log_rest partition of event_log default;

-- Makes the day's part of a table where it is missing. Parts are reached through their table only: no rights of their own.
create function add_day(parent text, day date) returns void language plpgsql security definer set search_path = public as $$
declare part text := parent || '_' || to_char(day, 'YYYYMMDD');
begin
  if parent not in ('journal', 'event_log') or to_regclass(part) is not null then return; end if;
  -- Hubs that start together make it once.
  perform pg_advisory_xact_lock(hashtext('dragoman days'));
  if to_regclass(part) is not null then return; end if;
  execute format('create table %I partition of %I for values from (%L) to (%L)', part, parent, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
  execute format('alter table %I enable row level security', part);
  execute format('alter table %I force row level security', part);
exception when check_violation or invalid_object_definition then
  -- Rows of that day went to the rest already, or the day is in the first part: they stay there, and so does the day.
  null;
end $$;

-- Drops the days that are older than so many days; bodies that still wait for their account are kept. Returns how many days went.
create function drop_days(parent text, keep_days int) returns int language plpgsql security definer set search_path = public as $$
declare part record; dropped int := 0;
begin
  if parent not in ('journal', 'event_log') then return 0; end if;
  for part in
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = parent::regclass and c.relname ~ ('^' || parent || '_(\d{8}|before)$')
      -- The upper bound is the last quoted time of FOR VALUES FROM (…) TO ('…').
      and (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz < now() - keep_days * interval '1 day'
  loop
    execute format('alter table %I detach partition %I', parent, part.name);
    if parent = 'journal' then
      execute format('insert into journal select j.* from %I j where exists (select 1 from lane_item i where i.workspace_id = j.workspace_id and i.journal_id = j.id)', part.name);
    end if;
    execute format('drop table %I', part.name);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;
revoke all on function add_day(text, date), drop_days(text, int) from public;
grant execute on function add_day(text, date), drop_days(text, int) to dragoman_system;
grant select, delete on journal_rest, event_log_rest to dragoman_system;
create policy system_all on journal_rest to dragoman_system using (true);
create policy system_all on event_log_rest to dragoman_system using (true);

do $$
declare upper date := (now() at time zone 'UTC')::date + 1; parent text; key text;
begin
  foreach parent in array array['journal', 'event_log'] loop
    key := case parent when 'journal' then 'received_at' else 'at' end;
    -- Rows of the future (a clock that was wrong) would not fit into the first part.
    execute format('update %I_before set %I = now() where %I >= %L', parent, key, key, upper::timestamp at time zone 'UTC');
    execute format('alter table %I attach partition %I for values from (minvalue) to (%L)', parent, parent || '_before', upper::timestamp at time zone 'UTC');
    for ahead in 0 .. 3 loop perform add_day(parent, upper + ahead); end loop;
    execute format('alter table %I enable row level security', parent || '_rest');
    execute format('alter table %I force row level security', parent || '_rest');
  end loop;
end $$;

-- A lane's item is gone when it is applied: what is left is what waits. (Code before this marked it in applied_at; both are understood.)
delete from lane_item where applied_at is not null;
drop index lane_item_applied;
-- The day in which its body lies.
alter table lane_item add column received_at timestamptz;

-- Who drains a lane says so once, not for each batch. Found set by another node that is gone: what was in hand then is taken in small batches, at
-- last singly [mechanics 3].
alter table lane add column drained_by uuid, add column crashes int not null default 0;

-- Written for every event, read never but to prune: a summary of blocks is enough.
drop index seen_event_age;
create index seen_event_age on seen_event using brin (seen_at);

alter table message alter column body set storage external;
alter table conversation alter column last_preview set storage external;

-- Whoever writes a row names all its columns; the queue is looked at only where one of them has changed.
drop trigger keep_queue on conversation;
create trigger keep_queue_new before insert on conversation for each row execute function keep_queue();
create trigger keep_queue_changed before update of state, unanswered_since, assignee_id, team_id, spam_at, promised_at on conversation for each row
  when (old.state is distinct from new.state or old.unanswered_since is distinct from new.unanswered_since or old.assignee_id is distinct from new.assignee_id
    or old.team_id is distinct from new.team_id or old.spam_at is distinct from new.spam_at or old.promised_at is distinct from new.promised_at)
  execute function keep_queue();
