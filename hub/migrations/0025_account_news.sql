-- What the platform last said of an account, by what it is about: { quality: { detail, facts, at }, limits: … }.
alter table account add column news jsonb not null default '{}';
