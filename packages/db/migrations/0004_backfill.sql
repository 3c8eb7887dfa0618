-- Two columns and a small table take a moment. The two indexes take some seconds for each million windows, during which
-- none can be written. Learnt limits of windows stay.

-- An operator may hold a collection: its pending windows are then not asked for, and no job is made for them.
--   running    its windows are asked for
--   paused     not until it is resumed
--   cancelled  never again
alter table collection
  add column state text not null default 'running' check (state in ('running', 'paused', 'cancelled'));

-- What a backfill wants, whether or not there was anything left to ask for: its completeness is checked against this.
create table collection_item (
  collection_id uuid not null references collection on delete cascade,
  source text not null,
  dataset text not null,
  area text not null,
  counter_area text,
  wanted_from timestamptz not null,
  wanted_to timestamptz not null,
  constraint collection_item_of unique nulls not distinct (collection_id, dataset, area, counter_area, source),
  constraint collection_item_is_not_empty check (wanted_from < wanted_to)
);

-- area null: a refusal named a length, which holds for every area of the dataset. Otherwise: an answer would have
-- held too much, which says something about this area only.
alter table window_limit add column area text;
alter table window_limit drop constraint window_limit_pkey;
alter table window_limit add constraint window_limit_of unique nulls not distinct (source, dataset, area);

-- What the scheduler looks for in each round: the next windows of each collection's items, and those that are in the queue.
create index collection_window_waiting on collection_window (collection_id, dataset, area, id) where status = 'pending';
create index collection_window_enqueued on collection_window (source) where status = 'pending' and enqueued_at is not null;
