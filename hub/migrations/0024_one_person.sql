-- One person on many messengers: two contacts made one (and taken back), links that bring a person to another messenger.

-- What a merge moved and changed, so that it can be taken back. Merges are never deleted: they are who did what to whom.
create table contact_merge (
  workspace_id uuid not null,
  id uuid not null,
  -- This contact went into that one.
  from_id uuid not null,
  into_id uuid not null,
  reason text not null check (reason in ('member', 'moved', 'signed_link')),
  by uuid,
  at timestamptz not null default now(),
  identity_ids uuid[] not null,
  note_ids uuid[] not null,
  -- Contacts that had gone into `from_id` before and now lead to `into_id`.
  chained_ids uuid[] not null,
  -- Sealed: { from, before, after }, the facts of both that the merge changed.
  facts bytea not null,
  undone_at timestamptz,
  undone_by uuid,
  primary key (workspace_id, id),
  foreign key (workspace_id, from_id) references contact (workspace_id, id),
  foreign key (workspace_id, into_id) references contact (workspace_id, id)
);
create index contact_merge_into on contact_merge (workspace_id, into_id, at desc);
create index contact_merge_from on contact_merge (workspace_id, from_id, at desc);
select protect('contact_merge', false);

-- Whom this contact has become; his own facts are empty then.
alter table contact add column merged_into uuid;
create index contact_merged_into on contact (workspace_id, merged_into) where merged_into is not null;
create index contact_email on contact (workspace_id, lower(email)) where email is not null;
create index identity_phone on identity (workspace_id, substr(phone, 2)) where phone is not null;

-- The firm's number of a person, as the firm's own signature on one of our widgets has said it.
create table signed_user (
  workspace_id uuid not null,
  account_id uuid not null,
  external_id text not null,
  customer_id text not null,
  at timestamptz not null default now(),
  primary key (workspace_id, account_id, external_id),
  foreign key (workspace_id, account_id) references account (workspace_id, id)
);
create index signed_user_customer on signed_user (workspace_id, customer_id);
select protect('signed_user', false);

-- Two people who were said to be two. The smaller id first.
create table not_same_person (
  workspace_id uuid not null,
  one_id uuid not null,
  other_id uuid not null,
  by uuid not null,
  at timestamptz not null default now(),
  primary key (workspace_id, one_id, other_id),
  foreign key (workspace_id, one_id) references contact (workspace_id, id),
  foreign key (workspace_id, other_id) references contact (workspace_id, id)
);
select protect('not_same_person', false);

-- A link into another messenger that says who comes. Good once.
create table moving_link (
  workspace_id uuid not null,
  id uuid not null,
  token_hash bytea not null,
  -- Where it leads to.
  account_id uuid not null,
  contact_id uuid not null,
  -- Where it was sent; null: shown by the firm's own site.
  conversation_id uuid,
  made_by uuid,
  made_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  -- Who came.
  identity_id uuid,
  primary key (workspace_id, id),
  unique (workspace_id, token_hash),
  foreign key (workspace_id, account_id) references account (workspace_id, id),
  foreign key (workspace_id, contact_id) references contact (workspace_id, id)
);
create index moving_link_contact on moving_link (workspace_id, contact_id);
create index moving_link_expiry on moving_link (workspace_id, expires_at) where used_at is null;
select protect('moving_link', true);

-- A conversation that is made while its contact is being merged comes to whom he has become.
create function follow_merged_contact() returns trigger language plpgsql as $$
declare survivor uuid;
begin
  select merged_into into survivor from contact where workspace_id = new.workspace_id and id = new.contact_id for key share;
  if survivor is not null then new.contact_id := survivor; end if;
  return new;
end $$;
create trigger conversation_follows before insert on conversation for each row execute function follow_merged_contact();
create trigger identity_follows before insert on identity for each row execute function follow_merged_contact();
