-- One function, nothing to wait for.
--
-- TimescaleDB creates a chunk under a lock on its hypertable, and keeps the lock until the transaction ends. Two
-- writers of which one began chunks of point and then of point_revision, and the other the reverse, would wait for
-- each other. A writer that will begin a chunk of point therefore takes that lock before it writes anything: nobody
-- waits for it any more who may hold the one on point_revision.
do $$
begin
  if exists (select from pg_extension where extname = 'timescaledb') then
    create function lock_new_chunks(starts tstzmultirange) returns void
    language plpgsql set plan_cache_mode = force_generic_plan as $body$
    begin
      perform from timescaledb_information.chunks
      where hypertable_schema = current_schema() and hypertable_name = 'point'
      having range_agg(tstzrange(range_start, range_end)) @> starts;
      if not found then
        lock table only point in share update exclusive mode;
      end if;
    end
    $body$;
  else
    create function lock_new_chunks(starts tstzmultirange) returns void language sql as '';
  end if;
end
$$;
