-- The index takes some seconds for each million windows, during which none can be written.

-- The newest failures, which are few: the windows that ended at all within a day can be half a million.
create index collection_window_failed on collection_window (finished_at) where status = 'failed';
