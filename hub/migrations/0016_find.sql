-- Finding: e-mail, order numbers, typos, file names; and common words that stay quick over millions of messages.

-- What likeness is measured on: lower case, Cyrillic letters as Latin ones. pg_trgm sees no Cyrillic at all where the database's character type is C
-- (as the embedded server's is), and «Ольга» and "Olga" are one name to whoever looks for it.
create function search_key(value text) returns text language sql immutable strict parallel safe
  as $$ select translate(lower(value), 'абвгдеёжзийклмнопрстуфхцчшщыэюяäöüçéèêáàâíóúñßøåëïъь', 'abvgdeejziyklmnoprstufhcqwwyeuaaouceeeaaaiounsoaei') $$;

alter table message_search add column indexed_at timestamptz not null default now();
create index message_search_indexed on message_search using brin (indexed_at);
create index message_search_at on message_search (workspace_id, at desc);

-- Stems in use and in how many messages, so that a mistyped word can be led to one that is there. Grown by a job.
create table search_word (
  workspace_id uuid not null references workspace,
  word text not null,
  messages int not null,
  primary key (workspace_id, word)
);
alter table search_word add column key text generated always as (search_key(word)) stored;
create index search_word_like on search_word using gin (key gin_trgm_ops);
select protect('search_word', true);
alter table workspace add column words_counted_to timestamptz not null default '-infinity';

create function attribute_words(attributes jsonb) returns text language sql immutable parallel safe
  as $$ select coalesce(string_agg(value, ' '), '') from jsonb_each_text(attributes) $$;
drop index contact_name_search;
alter table contact
  add column name_key text generated always as (search_key(name)) stored,
  add column found_by text generated always as (
    search_key(coalesce(email, '') || ' ' || coalesce(customer_id, '') || ' ' || attribute_words(attributes))) stored;
create index contact_name_key on contact using gin (name_key gin_trgm_ops);
create index contact_found_by on contact using gin (found_by gin_trgm_ops);
alter table file add column name_key text generated always as (search_key(name)) stored;
create index file_name_key on file using gin (name_key gin_trgm_ops) where name_key is not null;

-- A pattern for LIKE from what somebody typed.
create function containing(typed text) returns text language sql immutable strict parallel safe
  as $$ select '%' || replace(replace(replace(typed, '\', '\\'), '%', '\%'), '_', '\_') || '%' $$;

-- As before, all of these run as the owner and add the workspace themselves: operators of text search are not leakproof.
drop function search_messages(text, int);
-- Newest first within [from_at, before_at). A rare word is looked up by its index and sorted; of a common one (thousands of hits) the messages are
-- walked from the newest until enough are found, which is soon.
create function search_messages(query tsquery, most int, from_at timestamptz, before_at timestamptz)
  returns table (message_id uuid, conversation_id uuid, at timestamptz)
  language plpgsql stable security definer set search_path = public as $$
declare
  here uuid := current_workspace();
  few constant int := 4000;
begin
  return query
    with found as materialized (
      select s.message_id, s.conversation_id, s.at from message_search s where s.workspace_id = here and s.words @@ query limit few),
    is_rare as materialized (select count(*) < few as rare from found),
    rare as (
      select f.* from found f where (select r.rare from is_rare r) and f.at >= from_at and f.at < before_at order by f.at desc limit most),
    common as (
      select w.* from (select s.message_id, s.conversation_id, s.at from message_search s
        where s.workspace_id = here and s.at >= from_at and s.at < before_at and (s.words @@ query) is true order by s.at desc limit most) w
      where not (select r.rare from is_rare r))
    select * from rare union all select * from common;
end $$;

drop function search_contacts(text, text, int);
-- `spellings`: the query as typed first, then in the other keyboard layout. Digits: empty, or at least three.
create function search_contacts(spellings text[], digits text, most int) returns table (contact_id uuid, matched text, score real)
  language sql stable security definer set search_path = public set pg_trgm.word_similarity_threshold = 0.5 as $$
  select distinct on (found.id) found.id, found.matched, found.score from (
    (select c.id, 'name' as matched, word_similarity(search_key(q), c.name_key) as score from unnest(spellings) q, contact c
      where length(q) >= 2 and c.workspace_id = current_workspace() and (c.name_key like containing(search_key(q)) or search_key(q) <% c.name_key)
      limit most * 3)
    union all
    (select c.id, 'phone', 2::real from contact c
      where length(digits) >= 3 and c.workspace_id = current_workspace() and c.phone_digits like '%' || digits || '%' limit most)
    union all
    (select i.contact_id, 'phone', 2::real from identity i
      where length(digits) >= 7 and i.workspace_id = current_workspace() and i.phone = '+' || digits limit most)
    union all
    (select c.id, case when c.email ilike containing(spellings[1]) then 'email' else 'attribute' end, 1.8::real from contact c
      where length(spellings[1]) >= 3 and c.workspace_id = current_workspace() and c.found_by like containing(search_key(spellings[1])) limit most)
    union all
    (select i.contact_id, 'username', 1.5::real from identity i
      where length(spellings[1]) >= 2 and i.workspace_id = current_workspace() and i.username ilike containing(ltrim(spellings[1], '@')) limit most)
  ) found
  order by found.id, found.score desc
  limit most
$$;

create function search_files(query text, most int) returns table (file_id uuid, message_id uuid, conversation_id uuid, account_id uuid, at timestamptz, name text)
  language sql stable security definer set search_path = public as $$
  select f.id, m.id, m.conversation_id, m.account_id, m.order_at, f.name
  from (select id, name from file where workspace_id = current_workspace() and name_key like containing(search_key(query)) limit 500) f
  join message m on m.workspace_id = current_workspace() and m.file_ids @> array[f.id] and m.file_ids <> '{}' and m.deleted_at is null
  order by m.order_at desc limit most
$$;

-- Stems near a word that nobody has used, the likeliest first.
create function search_corrections(word text, most int) returns table (corrected text)
  language sql stable security definer set search_path = public set pg_trgm.similarity_threshold = 0.35 as $$
  select w.word from search_word w where w.workspace_id = current_workspace() and w.key % search_key(search_corrections.word) and w.word <> search_corrections.word
  order by similarity(w.key, search_key(search_corrections.word)) desc, w.messages desc limit most
$$;
create function search_word_known(word text) returns boolean language sql stable security definer set search_path = public
  as $$ select exists (select 1 from search_word w where w.workspace_id = current_workspace() and w.word = search_word_known.word) $$;

revoke all on function search_messages(tsquery, int, timestamptz, timestamptz), search_contacts(text[], text, int), search_files(text, int),
  search_corrections(text, int), search_word_known(text) from public;
grant execute on function search_messages(tsquery, int, timestamptz, timestamptz), search_contacts(text[], text, int), search_files(text, int),
  search_corrections(text, int), search_word_known(text), attribute_words(jsonb), search_key(text), containing(text) to dragoman_app;

-- Counts the words of messages that were indexed since the last time. Run by the system for one workspace.
create function count_search_words(workspace uuid, until_at timestamptz) returns void
  language plpgsql security definer set search_path = public as $$
declare since_at timestamptz;
begin
  select words_counted_to into since_at from workspace w where w.workspace_id = workspace for update;
  insert into search_word (workspace_id, word, messages)
    select workspace, s.word, s.ndoc from ts_stat(format('select words from message_search where workspace_id = %L and indexed_at > %L and indexed_at <= %L', workspace, since_at, until_at)) s
    where length(s.word) between 3 and 40 and s.word !~ '[0-9]'
    on conflict (workspace_id, word) do update set messages = search_word.messages + excluded.messages;
  update workspace set words_counted_to = until_at where workspace.workspace_id = count_search_words.workspace;
end $$;
revoke all on function count_search_words(uuid, timestamptz) from public;
grant execute on function count_search_words(uuid, timestamptz) to dragoman_system;
