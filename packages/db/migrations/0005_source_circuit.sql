-- A small table: a moment.
--
-- Sources that fail request after request. Once opened_at is set, one request is tried at probe_at (and is under way
-- until probing_until at most), and nothing else is asked; a row is deleted by the first answer.
create table source_circuit (
  source text primary key,
  failures integer not null,
  last_request text not null,
  opened_at timestamptz,
  probe_at timestamptz,
  probing_until timestamptz,
  constraint source_circuit_has_probe check ((opened_at is null) = (probe_at is null))
);
