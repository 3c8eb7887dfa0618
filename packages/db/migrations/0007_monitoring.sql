-- The indexes take some seconds for each million windows or answers, during which none can be written.

-- When a scheduler last completed a round, whichever of the replicas it was. One row, made by the first round.
create table scheduler_round (
  is_only_row boolean primary key default true check (is_only_row),
  completed_at timestamptz not null
);

-- What monitoring counts every few seconds.
create index collection_window_finished on collection_window (finished_at) where finished_at is not null;
create index raw_payload_failed on raw_payload (id) where processed_at is null and error is not null;
