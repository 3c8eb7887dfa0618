-- A small table: a moment.
--
-- One row for each request that a source may see in any minute. A request takes a row that is free just before it is
-- sent, and the row is free again a minute after the answer; so no row is used twice within a minute, whatever stood
-- still. Where nobody reports on a request, free_at is when it can be under way no more, and a minute.
create table request_slot (
  source text not null,
  number integer not null,
  -- Counts the requests that took the row: a report that comes late is no report on the next of them.
  uses bigint not null default 0,
  free_at timestamptz not null default now(),
  primary key (source, number)
) with (
  -- Two updates a request: with room for them on the page, and no index on what changes, they need no vacuum.
  fillfactor = 25
);
