-- Reading that does not grow with the history: labels and urgent ones found in a long list of closed conversations, people found by name and number among
-- a million, words found among ten million messages.

-- Which conversations have a label. (Array operators are not leakproof, so under row-level security no index on `label_ids` is used: this one is.)
create table conversation_label (
  workspace_id uuid not null,
  conversation_id uuid not null,
  label_id uuid not null,
  primary key (workspace_id, conversation_id, label_id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade
);
create index conversation_label_label on conversation_label (workspace_id, label_id, conversation_id);
select protect('conversation_label', false);
insert into conversation_label (workspace_id, conversation_id, label_id)
  select distinct c.workspace_id, c.id, l.id from conversation c, unnest(c.label_ids) as l(id) where c.label_ids <> '{}';
drop index conversation_labels;
create function keep_labels() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from conversation_label where workspace_id = new.workspace_id and conversation_id = new.id and not label_id = any(new.label_ids);
  end if;
  insert into conversation_label (workspace_id, conversation_id, label_id) select new.workspace_id, new.id, l.id from unnest(new.label_ids) as l(id) on conflict do nothing;
  return null;
end $$;
create trigger keep_labels_new after insert on conversation for each row when (new.label_ids <> '{}') execute function keep_labels();
create trigger keep_labels_changed after update of label_ids on conversation for each row when (old.label_ids is distinct from new.label_ids) execute function keep_labels();

-- Few are urgent, and few of those are written for.
create index conversation_priority on conversation (workspace_id, priority, state, last_activity_at desc, id desc) where priority <> 'normal';
create index contact_language on contact (workspace_id, language) where language is not null;

-- People. Likeness is measured on keys made once, not for every row; where a name is found as it was typed, no likeness is looked for; a whole number is
-- looked up, and only a part of one is searched for. The likeliest first, whoever they are.
create or replace function search_contacts(spellings text[], digits text, most int) returns table (contact_id uuid, matched text, score real)
  language plpgsql stable security definer set search_path = public set pg_trgm.word_similarity_threshold = 0.5 as $$
declare
  here constant uuid := current_workspace();
  typed constant text := coalesce(spellings[1], '');
  typed_key constant text := search_key(typed);
  other_key constant text := search_key(spellings[2]);
  few constant int := 5;
  names uuid[];
  names_key constant text[] := array_remove(array[typed_key, other_key], null);
  one text;
  found_here uuid[];
begin
  names := '{}';
  foreach one in array names_key loop
    continue when length(one) < 2;
    -- Two letters are no trigram but at the beginning of a word.
    if length(one) = 2 then
      select array_agg(f.id) into found_here from (select c.id from contact c where c.workspace_id = here
        and (c.name_key like substr(containing(one), 2) or c.name_key like overlay(containing(one) placing '% ' from 1 for 1)) limit most) f;
    else
      select array_agg(f.id) into found_here from (select c.id from contact c where c.workspace_id = here and c.name_key like containing(one) limit most) f;
    end if;
    names := names || coalesce(found_here, '{}');
  end loop;
  if cardinality(names) < few then
    foreach one in array names_key loop
      continue when length(one) < 3;
      select array_agg(f.id) into found_here from (select c.id from contact c where c.workspace_id = here and one <% c.name_key limit most * 3) f;
      names := names || coalesce(found_here, '{}');
    end loop;
  end if;
  return query
    with numbers as (
        (select c.id from contact c where length(digits) >= 3 and c.workspace_id = here and c.phone_digits = digits limit most)
        union all
        (select i.contact_id from identity i where length(digits) >= 7 and i.workspace_id = here and i.phone is not null and substr(i.phone, 2) = digits limit most)),
      found as (
        select c.id, 'name' as matched, (select max(word_similarity(k, c.name_key)) from unnest(names_key) k) as score from contact c where c.workspace_id = here and c.id = any(names)
        union all
        select n.id, 'phone', 2::real from numbers n
        union all
        (select c.id, 'phone', 2::real from contact c
          where length(digits) >= 3 and not exists (select 1 from numbers) and c.workspace_id = here and c.phone_digits like '%' || digits || '%' limit most)
        union all
        (select c.id, case when c.email ilike containing(typed) then 'email' else 'attribute' end, 1.8::real from contact c
          where length(typed) >= 3 and c.workspace_id = here and c.found_by like containing(typed_key) limit most)
        union all
        (select i.contact_id, 'username', 1.5::real from identity i
          where length(ltrim(typed, '@')) >= 3 and i.workspace_id = here and i.username ilike containing(ltrim(typed, '@')) limit most))
    select best.id, best.matched, best.score from (select distinct on (f.id) f.id, f.matched, f.score from found f order by f.id, f.score desc) best
    order by best.score desc, best.id limit most;
end $$;

-- Ids of people whose name, facts or number have this in them: for the list of contacts, whose operators are no leakproof ones either.
create function contacts_containing(typed text, digits text, most int) returns setof uuid language plpgsql stable security definer set search_path = public as $$
declare
  here constant uuid := current_workspace();
  pattern constant text := containing(search_key(typed));
begin
  return query select c.id from contact c where c.workspace_id = here and (c.name_key like pattern or c.found_by like pattern) limit most;
  if digits <> '' then
    return query select c.id from contact c where c.workspace_id = here and c.phone_digits like '%' || digits || '%' limit most;
  end if;
end $$;

-- Words of messages, the newest first. The hits of a rare word are all looked at and sorted; of a common one the messages are walked from the newest
-- until enough are found. Which is quicker is known from how many messages have the word (counted by a job): with m hits among n messages, `most` are
-- found after walking n * most / m of them. Where that guess fails (words that never stand together, numbers, which nobody counts) the index says.
create or replace function search_messages(query tsquery, most int, from_at timestamptz, before_at timestamptz)
  returns table (message_id uuid, conversation_id uuid, at timestamptz)
  language plpgsql stable security definer set search_path = public as $$
declare
  here constant uuid := current_workspace();
  many constant int := 30000;
  hits float8;
  messages float8;
  furthest int;
  given int;
begin
  if numnode(query) = 0 then return; end if;
  select min(coalesce(w.messages, 0)) into hits
    from regexp_matches(query::text, $stem$'((?:[^']|'')+)'$stem$, 'g') s left join search_word w on w.workspace_id = here and w.word = s[1];
  select greatest(reltuples, 1) into messages from pg_class where oid = 'message_search'::regclass;
  if hits * hits > most * messages then
    furthest := least(50000, 4 * most * messages / hits);
    return query
      with walked as materialized (
        select w.message_id, w.conversation_id, w.at from (
          select s.message_id, s.conversation_id, s.at, s.words from message_search s where s.workspace_id = here and s.at >= from_at and s.at < before_at
          order by s.at desc limit furthest) w where w.words @@ query order by w.at desc limit most)
      select * from walked where (select count(*) from walked) = most;
    get diagnostics given = row_count;
    if given = most then return; end if;
  end if;
  return query
    with found as materialized (
      select s.message_id, s.conversation_id, s.at from message_search s where s.workspace_id = here and s.words @@ query limit many),
    is_rare as materialized (select count(*) < many as rare from found),
    rare as (
      select f.* from found f where (select r.rare from is_rare r) and f.at >= from_at and f.at < before_at order by f.at desc limit most),
    common as (
      select w.* from (select s.message_id, s.conversation_id, s.at from message_search s
        where s.workspace_id = here and s.at >= from_at and s.at < before_at and (s.words @@ query) is true order by s.at desc limit most) w
      where not (select r.rare from is_rare r))
    select * from rare union all select * from common;
end $$;

revoke all on function contacts_containing(text, text, int) from public;
grant execute on function contacts_containing(text, text, int) to dragoman_app;

-- Files by a part of their name, the newest first: their ids begin with their moment. Of a name that few have all are looked at; what many are called is
-- found by walking back.
create or replace function search_files(query text, most int) returns table (file_id uuid, message_id uuid, conversation_id uuid, account_id uuid, at timestamptz, name text)
  language plpgsql stable security definer set search_path = public as $$
declare
  here constant uuid := current_workspace();
  pattern constant text := containing(search_key(query));
  many constant int := 1000;
  ids uuid[];
begin
  ids := array(select x.id from file x where x.workspace_id = here and x.name_key like pattern limit many);
  if cardinality(ids) = many then
    ids := array(select x.id from file x where x.workspace_id = here and x.name_key is not null and (x.name_key like pattern) is true order by x.id desc limit most);
  else
    ids := array(select one from unnest(ids) one order by one desc limit most);
  end if;
  return query
    select f.id, m.id, m.conversation_id, m.account_id, m.order_at, f.name
    from unnest(ids) n(id) join file f on f.workspace_id = here and f.id = n.id
    join message m on m.workspace_id = here and m.file_ids @> array[n.id] and m.file_ids <> '{}' and m.deleted_at is null
    order by m.order_at desc limit most;
end $$;
