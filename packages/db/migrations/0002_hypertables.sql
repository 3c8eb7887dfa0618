-- Where the server has TimescaleDB, points and revisions become hypertables with chunks of 30 days; elsewhere
-- they stay ordinary tables with the same answers. Needs the right to create the extension, once.
do $$
begin
  if exists (select from pg_available_extensions where name = 'timescaledb') then
    create extension if not exists timescaledb;
    perform create_hypertable(
      'point', by_range('starts_at', interval '30 days'), create_default_indexes => false);
    perform create_hypertable(
      'point_revision', by_range('starts_at', interval '30 days'), create_default_indexes => false);
  end if;
end
$$;
