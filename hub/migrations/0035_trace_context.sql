-- Where the spans of later work hang, while traces are switched on: a body of the journal or a message, and the span it came with. Kept for a day.
create table trace_context (
  workspace_id uuid not null,
  what text not null check (what in ('body', 'message')),
  -- Position in the journal, or id of the message.
  id text not null,
  -- W3C: ids only.
  traceparent text not null,
  at timestamptz not null default now(),
  primary key (workspace_id, what, id)
);
create index trace_context_age on trace_context (at);
select protect('trace_context', true);
