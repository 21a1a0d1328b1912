-- Figures for reports, counted beforehand: a month of any size is read from a few thousand rows. Writers only add lines, one per account and author of a
-- statement (as with the live counters of 0005); a job sums them into days and hours of the firm's own zone. They equal a recount of the rows.
-- What counts: messages of customers and answers, of conversations that are not spam, not those that came with an import. What is deleted later by
-- retention stays counted.

-- Whose days and hours the figures are in: follows the setting `hours`. No row: not counted yet; the job that sums does it first. (A table of its own:
-- the row of the workspace is written with every case, and a recount must not be in its way.)
create table figure_zone (
  workspace_id uuid primary key references workspace,
  zone text not null
);
select protect('figure_zone', true);

create table message_change (
  workspace_id uuid not null,
  id bigint generated always as identity,
  quarter timestamptz not null,
  account_id uuid not null,
  -- Who wrote it, where a member did.
  member_id uuid,
  incoming int not null,
  by_people int not null,
  by_hub int not null,
  -- In the messenger's own app.
  elsewhere int not null,
  primary key (workspace_id, id)
);
select protect('message_change', true);

create table figure_day (
  workspace_id uuid not null,
  day date not null,
  account_id uuid not null,
  -- Of cases; messages have none.
  team_id uuid,
  member_id uuid,
  incoming int not null,
  by_people int not null,
  by_hub int not null,
  elsewhere int not null,
  opened int not null,
  closed int not null,
  answered int not null
);
create unique index figure_day_key on figure_day (workspace_id, day, account_id, team_id, member_id) nulls not distinct;
select protect('figure_day', true);

create table figure_hour (
  workspace_id uuid not null,
  day date not null,
  hour smallint not null,
  account_id uuid not null,
  incoming int not null,
  by_people int not null,
  by_hub int not null,
  elsewhere int not null,
  opened int not null,
  closed int not null,
  answered int not null,
  primary key (workspace_id, day, hour, account_id)
);
select protect('figure_hour', true);

-- How long first answers took, in steps of a tenth (1.1 to the power of `took` seconds): percentiles of any stretch of days, to within a tenth.
create table figure_answer (
  workspace_id uuid not null,
  day date not null,
  -- Whose: of an account, a team, a member. Each answer stands once under each.
  whose text not null check (whose in ('account', 'team', 'member')),
  id uuid,
  took smallint not null,
  cases int not null
);
create unique index figure_answer_key on figure_answer (workspace_id, day, whose, id, took) nulls not distinct;
select protect('figure_answer', true);

create function answer_step(opened_at timestamptz, answered_at timestamptz) returns smallint language sql immutable parallel safe
  as $$ select least(170, floor(ln(greatest(1, extract(epoch from answered_at - opened_at)::float8)) / ln(1.1::float8)))::smallint $$;

create function count_messages() returns trigger language plpgsql as $$
begin
  insert into message_change (workspace_id, quarter, account_id, member_id, incoming, by_people, by_hub, elsewhere)
    select m.workspace_id, date_bin('15 minutes', m.order_at, '2000-01-01T00:00:00Z'), m.account_id, case when m.author_kind = 'member' then m.author_id end,
      count(*) filter (where m.direction = 'in'), count(*) filter (where m.direction = 'out' and m.author_kind = 'member'),
      count(*) filter (where m.direction = 'out' and m.author_kind = 'system'), count(*) filter (where m.direction = 'out' and m.author_kind = 'elsewhere')
    from new_rows m
    join conversation_case k on k.workspace_id = m.workspace_id and k.id = m.case_id and not k.imported
    join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id and c.spam_at is null
    where m.direction in ('in', 'out') group by 1, 2, 3, 4;
  return null;
end $$;
create trigger count_messages_new after insert on message referencing new table as new_rows for each statement execute function count_messages();

-- A conversation becomes spam, or is none after all: its messages go out of the figures, or come in again.
create function count_spam_messages() returns trigger language plpgsql as $$
declare sign int := case when new.spam_at is null then 1 else -1 end;
begin
  insert into message_change (workspace_id, quarter, account_id, member_id, incoming, by_people, by_hub, elsewhere)
    select m.workspace_id, date_bin('15 minutes', m.order_at, '2000-01-01T00:00:00Z'), m.account_id, case when m.author_kind = 'member' then m.author_id end,
      sign * count(*) filter (where m.direction = 'in'), sign * count(*) filter (where m.direction = 'out' and m.author_kind = 'member'),
      sign * count(*) filter (where m.direction = 'out' and m.author_kind = 'system'), sign * count(*) filter (where m.direction = 'out' and m.author_kind = 'elsewhere')
    from message m join conversation_case k on k.workspace_id = m.workspace_id and k.id = m.case_id and not k.imported
    where m.workspace_id = new.workspace_id and m.conversation_id = new.id and m.direction in ('in', 'out') group by 1, 2, 3, 4;
  return null;
end $$;
create trigger count_spam_messages after update of spam_at on conversation for each row
  when ((old.spam_at is null) is distinct from (new.spam_at is null)) execute function count_spam_messages();

-- Cases: their lines say how long the first answer took.
alter table case_change add column took smallint;
drop function case_moments(timestamptz, timestamptz, timestamptz, int) cascade;
create function case_moments(opened_at timestamptz, closed_at timestamptz, first_answer_at timestamptz, sign int)
  returns table (quarter timestamptz, opened int, closed int, answered int, took smallint) language sql immutable parallel safe as $$
  select date_bin('15 minutes', m.at, '2000-01-01T00:00:00Z'), m.opened, m.closed, m.answered, m.took
  from (values (opened_at, sign, 0, 0, null::smallint), (closed_at, 0, sign, 0, null), (first_answer_at, 0, 0, sign, answer_step(opened_at, first_answer_at)))
    as m(at, opened, closed, answered, took) where m.at is not null
$$;
create or replace function count_cases() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into case_change (workspace_id, quarter, account_id, team_id, assignee_id, took, opened, closed, answered)
      select workspace_id, quarter, account_id, team_id, assignee_id, took, sum(opened), sum(closed), sum(answered)
      from (select k.*, 1 as sign from new_rows k where not spam and not imported) k, lateral case_moments(k.opened_at, k.closed_at, k.first_answer_at, k.sign)
      group by 1, 2, 3, 4, 5, 6;
  elsif tg_op = 'DELETE' then
    insert into case_change (workspace_id, quarter, account_id, team_id, assignee_id, took, opened, closed, answered)
      select workspace_id, quarter, account_id, team_id, assignee_id, took, sum(opened), sum(closed), sum(answered)
      from (select k.*, -1 as sign from old_rows k where not spam and not imported) k, lateral case_moments(k.opened_at, k.closed_at, k.first_answer_at, k.sign)
      group by 1, 2, 3, 4, 5, 6;
  else
    insert into case_change (workspace_id, quarter, account_id, team_id, assignee_id, took, opened, closed, answered)
      select workspace_id, quarter, account_id, team_id, assignee_id, took, sum(opened), sum(closed), sum(answered)
      from (select k.*, -1 as sign from old_rows k where not spam and not imported union all select k.*, 1 from new_rows k where not spam and not imported) k,
        lateral case_moments(k.opened_at, k.closed_at, k.first_answer_at, k.sign)
      group by 1, 2, 3, 4, 5, 6 having sum(opened) <> 0 or sum(closed) <> 0 or sum(answered) <> 0;
  end if;
  return null;
end $$;

-- Customers of a stretch of days: whose cases began in it, each once.
drop index conversation_case_opened;
create index conversation_case_opened on conversation_case (workspace_id, opened_at) include (conversation_id, account_id) where not spam and not imported;

-- The same figures from the rows themselves, of the present workspace.
create function recounted_moments(zone text) returns table (at timestamp, account_id uuid, team_id uuid, member_id uuid, incoming int, by_people int, by_hub int, elsewhere int,
    opened int, closed int, answered int, took smallint) language sql stable as $$
  select m.order_at at time zone zone, m.account_id, null::uuid, case when m.author_kind = 'member' then m.author_id end, (m.direction = 'in')::int,
    (m.direction = 'out' and m.author_kind = 'member')::int, (m.direction = 'out' and m.author_kind = 'system')::int, (m.direction = 'out' and m.author_kind = 'elsewhere')::int, 0, 0, 0, null::smallint
  from message m
  join conversation_case k on k.workspace_id = m.workspace_id and k.id = m.case_id and not k.imported
  join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id and c.spam_at is null
  where m.workspace_id = current_workspace() and m.direction in ('in', 'out')
  union all
  select f.quarter at time zone zone, k.account_id, k.team_id, k.assignee_id, 0, 0, 0, 0, f.opened, f.closed, f.answered, f.took
  from conversation_case k, lateral case_moments(k.opened_at, k.closed_at, k.first_answer_at, 1) f
  where k.workspace_id = current_workspace() and not k.spam and not k.imported
$$;
