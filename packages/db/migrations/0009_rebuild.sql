-- The indexes take some seconds for each million windows or observations, during which none can be written.

-- The windows of an answer, whatever became of them: each answer that is processed looks for them.
create index collection_window_answered on collection_window (raw_payload_id) where raw_payload_id is not null;
drop index collection_window_fetched;

-- A series that no answer speaks of any more is deleted, after a look for what still refers to it.
create index observation_series on observation (series_id);
