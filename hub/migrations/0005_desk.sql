-- A desk for many: teams, labels, the queue, who waits for whom, counters. Settings with a version, so that two managers cannot overwrite each other.

-- One document per setting, by name; its form is in api/src/settings.ts.
create table setting (
  workspace_id uuid not null references workspace,
  name text not null,
  value jsonb not null,
  version int not null,
  updated_by uuid,
  updated_at timestamptz not null default now(),
  primary key (workspace_id, name)
);
select protect('setting', true);

create table team (
  workspace_id uuid not null references workspace,
  id uuid not null,
  name text not null,
  -- api/src/schemas/desk.ts, teamSettings.
  settings jsonb not null default '{}',
  version int not null default 1,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
select protect('team', true);

create table team_member (
  workspace_id uuid not null,
  team_id uuid not null,
  member_id uuid not null,
  primary key (workspace_id, team_id, member_id),
  foreign key (workspace_id, team_id) references team (workspace_id, id),
  foreign key (workspace_id, member_id) references member (workspace_id, id)
);
create index team_member_member on team_member (workspace_id, member_id);
select protect('team_member', true);

-- What routing asks of a member. `availability` is what he chose (or what being idle chose for him); whether he is connected is never stored.
alter table member
  add column languages text[] not null default '{}',
  add column skills text[] not null default '{}',
  -- How many conversations may wait for him at once; null: the team's figure.
  add column capacity int,
  add column availability text not null default 'available' check (availability in ('available', 'busy', 'away')),
  -- Chosen by the member himself, or by his being idle.
  add column availability_by text not null default 'self' check (availability_by in ('self', 'idle', 'left')),
  add column availability_since timestamptz not null default now(),
  -- After closing a case: no new one before that.
  add column wrap_up_until timestamptz,
  add column last_routed_at timestamptz,
  -- { "mon": [["09:00","18:00"]], … } in `zone`; null: always.
  add column shifts jsonb,
  add column zone text;

create table label (
  workspace_id uuid not null references workspace,
  id uuid not null,
  name text not null,
  color text not null,
  version int not null default 1,
  archived_at timestamptz,
  primary key (workspace_id, id)
);
create unique index label_name on label (workspace_id, lower(name)) where archived_at is null;
select protect('label', false);

alter table contact
  add column blocked_at timestamptz,
  add column blocked_by uuid,
  -- What the firm knows: name -> text. Found by search.
  add column attributes jsonb not null default '{}';

-- When an unanswered conversation ought to be answered: what ends first, the promise, the reply window, or a day. One function, so that the list's
-- order is the same whoever writes the row.
create function answer_due(unanswered_since timestamptz, promised_at timestamptz, windows jsonb) returns timestamptz language sql immutable parallel safe
  as $$ select case when unanswered_since is null then null else least(promised_at, unanswered_since + interval '24 hours',
      (select min(to_timestamp((w->>'until')::float8 / 1000)) from jsonb_array_elements(windows) w)) end $$;

alter table conversation
  add column team_id uuid,
  add column priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  add column label_ids uuid[] not null default '{}',
  add column snoozed_until timestamptz,
  add column snoozed_by uuid,
  -- Spam is outside all figures and all views but its own.
  add column spam_at timestamptz,
  add column spam_by uuid,
  -- Its place in the queue: since when somebody waits whom nobody owns. Kept by the trigger below.
  add column queued_at timestamptz,
  add column assigned_at timestamptz,
  -- When it came to its team, and from whom routing took it back: he is not the next one.
  add column team_at timestamptz,
  add column released_from uuid,
  -- The customer was told his place in the queue: once per case.
  add column place_told_case_id uuid,
  -- Until when an answer was promised.
  add column promised_at timestamptz,
  -- Our latest message, and who wrote it: what a colleague must have seen before he sends his own.
  add column last_out_id uuid,
  add column last_out_by uuid,
  -- Where the person came from first: a core Referral.
  add column source jsonb;
alter table conversation add column due_at timestamptz generated always as (answer_due(unanswered_since, promised_at, windows)) stored;
create index conversation_due on conversation (workspace_id, due_at, id) where state = 'open' and due_at is not null;
create index conversation_queue on conversation (workspace_id, queued_at) where queued_at is not null;
create index conversation_load on conversation (workspace_id, assignee_id) where state = 'open' and unanswered_since is not null and assignee_id is not null;
create index conversation_team on conversation (workspace_id, team_id, state, last_activity_at desc, id desc);
create index conversation_snooze on conversation (snoozed_until) where snoozed_until is not null;
create index conversation_labels on conversation using gin (label_ids) where label_ids <> '{}';

alter table conversation_case
  add column account_id uuid,
  add column team_id uuid,
  add column assignee_id uuid,
  add column first_answer_at timestamptz,
  add column first_answer_by uuid,
  add column spam boolean not null default false,
  -- Answers to the required fields of closing: field id -> value.
  add column fields jsonb not null default '{}',
  -- What a colleague needs to know who takes it over; one line, sealed.
  add column summary bytea;
update conversation_case k set account_id = c.account_id, assignee_id = c.assignee_id
  from conversation c where c.workspace_id = k.workspace_id and c.id = k.conversation_id;
alter table conversation_case alter column account_id set not null;
create index conversation_case_opened on conversation_case (workspace_id, opened_at) where not spam;
create index conversation_case_closed on conversation_case (workspace_id, closed_at) where closed_at is not null and not spam;
create index conversation_case_answered on conversation_case (workspace_id, first_answer_at) where first_answer_at is not null and not spam;

-- "An owner or a place in the queue", whoever writes the row: a rule that no use case can forget.
create function keep_queue() returns trigger language plpgsql as $$
begin
  if new.state = 'open' and new.unanswered_since is not null and new.assignee_id is null and new.spam_at is null
  then new.queued_at := coalesce(new.queued_at, clock_timestamp());
  else new.queued_at := null;
  end if;
  if tg_op = 'UPDATE' and new.assignee_id is distinct from old.assignee_id then new.assigned_at := case when new.assignee_id is null then null else clock_timestamp() end; end if;
  if tg_op = 'UPDATE' and new.team_id is distinct from old.team_id then new.team_at := clock_timestamp(); end if;
  if new.unanswered_since is null then new.promised_at := null; new.released_from := null; end if;
  return new;
end $$;
create trigger keep_queue before insert or update of state, unanswered_since, assignee_id, team_id, spam_at, promised_at on conversation for each row execute function keep_queue();

-- Live counters. Writers only add lines (no line is ever waited for), a job sums them up; a reader adds both. They equal a recount of the rows.
create table desk_change (
  workspace_id uuid not null,
  id bigint generated always as identity,
  account_id uuid not null,
  team_id uuid,
  assignee_id uuid,
  open int not null,
  waiting int not null,
  queued int not null,
  primary key (workspace_id, id)
);
select protect('desk_change', true);

create table desk_count (
  workspace_id uuid not null,
  account_id uuid not null,
  team_id uuid,
  assignee_id uuid,
  open int not null,
  waiting int not null,
  queued int not null
);
create unique index desk_count_key on desk_count (workspace_id, account_id, team_id, assignee_id) nulls not distinct;
select protect('desk_count', true);

create function count_conversation() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.state = 'open' and old.spam_at is null then
    insert into desk_change (workspace_id, account_id, team_id, assignee_id, open, waiting, queued)
      values (old.workspace_id, old.account_id, old.team_id, old.assignee_id, -1, -(old.unanswered_since is not null)::int, -(old.queued_at is not null)::int);
  end if;
  if tg_op <> 'DELETE' and new.state = 'open' and new.spam_at is null then
    insert into desk_change (workspace_id, account_id, team_id, assignee_id, open, waiting, queued)
      values (new.workspace_id, new.account_id, new.team_id, new.assignee_id, 1, (new.unanswered_since is not null)::int, (new.queued_at is not null)::int);
  end if;
  return null;
end $$;
create trigger count_conversation_new after insert or delete on conversation for each row execute function count_conversation();
create trigger count_conversation_changed after update on conversation for each row
  when (old.state is distinct from new.state or old.assignee_id is distinct from new.assignee_id or old.team_id is distinct from new.team_id
    or (old.unanswered_since is null) is distinct from (new.unanswered_since is null) or (old.queued_at is null) is distinct from (new.queued_at is null)
    or (old.spam_at is null) is distinct from (new.spam_at is null))
  execute function count_conversation();
update conversation set queued_at = unanswered_since where state = 'open' and unanswered_since is not null and assignee_id is null;
insert into desk_count (workspace_id, account_id, team_id, assignee_id, open, waiting, queued)
  select workspace_id, account_id, team_id, assignee_id, count(*), count(unanswered_since), count(queued_at) from conversation where state = 'open' group by 1, 2, 3, 4;
delete from desk_change;

-- A case knows its account, and whose it is now: what reports group by.
create function follow_owner() returns trigger language plpgsql as $$
begin
  update conversation_case set assignee_id = new.assignee_id, team_id = new.team_id where workspace_id = new.workspace_id and id = new.case_id and closed_at is null;
  return null;
end $$;
create trigger follow_owner after update on conversation for each row
  when (new.case_id is not null and (old.assignee_id is distinct from new.assignee_id or old.team_id is distinct from new.team_id)) execute function follow_owner();

-- Opened, closed and first answered, in quarters of an hour (every zone's hours fall on them).
create table case_change (
  workspace_id uuid not null,
  id bigint generated always as identity,
  quarter timestamptz not null,
  account_id uuid not null,
  team_id uuid,
  assignee_id uuid,
  opened int not null default 0,
  closed int not null default 0,
  answered int not null default 0,
  primary key (workspace_id, id)
);
select protect('case_change', true);
create table case_count (
  workspace_id uuid not null,
  quarter timestamptz not null,
  account_id uuid not null,
  team_id uuid,
  assignee_id uuid,
  opened int not null,
  closed int not null,
  answered int not null
);
create unique index case_count_key on case_count (workspace_id, quarter, account_id, team_id, assignee_id) nulls not distinct;
select protect('case_count', true);

create function count_case_row(one conversation_case, sign int) returns void language plpgsql as $$
declare origin constant timestamptz := '2000-01-01T00:00:00Z';
begin
  if one.spam then return; end if;
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
create function count_case() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform count_case_row(old, -1); end if;
  if tg_op <> 'DELETE' then perform count_case_row(new, 1); end if;
  return null;
end $$;
create trigger count_case_new after insert or delete on conversation_case for each row execute function count_case();
create trigger count_case_changed after update on conversation_case for each row
  when (old.closed_at is distinct from new.closed_at or old.first_answer_at is distinct from new.first_answer_at or old.spam is distinct from new.spam
    or old.assignee_id is distinct from new.assignee_id or old.team_id is distinct from new.team_id)
  execute function count_case();
select count_case_row(k, 1) from conversation_case k;
