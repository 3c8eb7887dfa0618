-- A small table: a moment.
--
-- Sources that fail request after request. Once opened_at is set, one request at a time is tried (it is under way until
-- probing_until at most): one of an item that has not failed yet at any time, another at probe_at. A row is deleted by
-- the first answer.
create table source_circuit (
  source text primary key,
  failures integer not null,
  requests text[] not null,
  items text[] not null,
  opened_at timestamptz,
  probe_at timestamptz,
  probing_until timestamptz,
  constraint source_circuit_has_probe check ((opened_at is null) = (probe_at is null))
);
