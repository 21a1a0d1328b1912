-- What colleagues note about a person, apart from any conversation with him.

create table contact_note (
  workspace_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  author_id uuid not null,
  -- Sealed.
  text bytea not null,
  pinned boolean not null default false,
  version int not null default 1,
  created_at timestamptz not null default now(),
  edited_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, contact_id) references contact (workspace_id, id),
  foreign key (workspace_id, author_id) references member (workspace_id, id)
);
create index contact_note_contact on contact_note (workspace_id, contact_id, created_at desc);
select protect('contact_note', false);

-- Counts changes of what is edited in a profile, so that two who edit it at once do not overwrite each other.
alter table contact add column version int not null default 1;

-- A page of contacts by name, and of the newest.
create index contact_by_name on contact (workspace_id, lower(name), id);
