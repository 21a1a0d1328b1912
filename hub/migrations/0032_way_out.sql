-- What waits to leave, by account and lane from its front: a claim costs what it takes, however much waits or ever was [mechanics 12].
create index part_ready on part (workspace_id, account_id, lane, not_before, seq) where state = 'pending';
-- It was walked over all accounts at once, in an order that nobody asks for any more.
drop index part_queue;
