-- An automatic answer that could not be decided is tried again a few times, and then left.
alter table automatic_answer add column tries int not null default 0;
