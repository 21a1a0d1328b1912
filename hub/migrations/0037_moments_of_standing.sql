-- Events come in any order: what they say of a standing or a name is kept with its moment, so that an older word never replaces a newer one.

-- The latest moment of each thing that moves a standing, in ms by its name; null: none was told, the standing is as it was set.
alter table conversation add column standing_facts jsonb;
-- The latest moment at which the person wrote here.
alter table conversation add column heard_at timestamptz;
-- The latest moment at which a messenger told the name, beside the messages of the conversations.
alter table identity add column named_at timestamptz;
