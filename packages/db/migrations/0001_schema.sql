-- The whole schema of the first release. Takes a moment on an empty database.
-- Times are instants (timestamptz), ranges are half-open, values keep every published digit (numeric).

-- One row per series identity; the columns are those of the domain's SeriesKey, null where an item has none.
create table series (
  id integer generated always as identity primary key,
  source text not null,
  dataset text not null,
  area text not null,
  counter_area text,
  business_type text,
  psr_type text,
  unit_eic text,
  asset_eic text,
  direction text,
  process_type text,
  contract_type text,
  sequence text,
  auction_category text,
  market_product text,
  price_category text,
  percentile text,
  resolution text not null,
  unit text,
  currency text,
  quantity text not null,
  -- Maintained by the writers of points, so that listing series counts nothing.
  first_starts_at timestamptz,
  last_starts_at timestamptz,
  point_count bigint not null default 0,
  created_at timestamptz not null default now(),
  constraint series_identity unique nulls not distinct (
    dataset, area, counter_area, source, business_type, psr_type, unit_eic, asset_eic, direction, process_type,
    contract_type, sequence, auction_category, market_product, price_category, percentile, resolution, unit,
    currency, quantity
  )
);

-- What a source answered, as bytes, stored before anyone reads it.
create table raw_payload (
  id bigint generated always as identity primary key,
  source text not null,
  dataset text not null,
  area text not null,
  counter_area text,
  window_start timestamptz not null,
  window_end timestamptz not null,
  status integer not null,
  media_type text,
  -- The one clock that orders answers is the server's; equal instants would leave an order open. An answer that
  -- was overtaken, by one that was asked for later and came before it, counts from when it was asked for.
  received_at timestamptz not null default clock_timestamp(),
  asked_at timestamptz not null default clock_timestamp(),
  content_hash bytea not null,
  -- zstd; null when the answer says the same as an earlier one for the same request, see same_as.
  body bytea,
  body_size integer not null,
  same_as bigint references raw_payload,
  -- The rest is the processor's.
  processed_at timestamptz,
  outcome text check (outcome in ('data', 'no-data')),
  points_new integer,
  points_revised integer,
  points_unchanged integer,
  problems text[] not null default '{}',
  error text,
  constraint raw_payload_has_content check ((body is null) <> (same_as is null)),
  constraint raw_payload_order unique nulls not distinct (dataset, area, counter_area, source, received_at)
);
create index raw_payload_request on raw_payload (dataset, area, window_start, window_end, received_at desc);
create index raw_payload_received on raw_payload (source, dataset, received_at);
create index raw_payload_same_as on raw_payload (same_as) where same_as is not null;
create index raw_payload_unprocessed on raw_payload (received_at) where processed_at is null and error is null;

-- Which stretch of which series an answer spoke of. Says where a value came from, and puts an answer that is
-- processed late into its right place in the history. Equal answers (same_as) share the first one's rows.
create table observation (
  id bigint generated always as identity primary key,
  raw_payload_id bigint not null references raw_payload on delete cascade,
  series_id integer not null references series,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- Length of a step; null for steps of a calendar, whose starts are in step_starts.
  step interval,
  step_starts timestamptz[],
  document_mrid text,
  time_series_mrid text,
  curve_type text,
  object_aggregation text,
  constraint observation_has_steps check ((step is null) <> (step_starts is null))
);
create index observation_payload on observation (raw_payload_id, series_id, starts_at);

-- The current value of every instant. value null: the source says that there is no value.
create table point (
  series_id integer not null,
  starts_at timestamptz not null,
  value numeric,
  known_at timestamptz not null,
  raw_payload_id bigint not null,
  primary key (series_id, starts_at)
);

-- Values that were replaced, with the time from which and until which each was known.
create table point_revision (
  series_id integer not null,
  starts_at timestamptz not null,
  value numeric,
  known_at timestamptz not null,
  known_until timestamptz not null,
  raw_payload_id bigint not null,
  primary key (series_id, starts_at, known_at),
  constraint point_revision_was_known check (known_at < known_until)
);

-- An explicit request: POST /v1/collect-data, a backfill.
create table collection (
  id uuid primary key default gen_random_uuid(),
  origin text not null,
  requested_at timestamptz not null default now()
);

-- One window to ask a source for, and how that ended. Rows without a collection are the scheduler's.
--   pending    to be asked for: a job is in the queue, or will be put there again
--   fetched    the answer is stored and waits for the processor
--   succeeded  processed; outcome says whether there was anything
--   failed     for good; error says why
--   split      replaced by smaller windows (its children)
create table collection_window (
  id bigint generated always as identity primary key,
  collection_id uuid references collection on delete cascade,
  parent_id bigint references collection_window on delete cascade,
  source text not null,
  dataset text not null,
  area text not null,
  counter_area text,
  window_start timestamptz not null,
  window_end timestamptz not null,
  priority text not null check (priority in ('live', 'heal', 'backfill')),
  status text not null default 'pending'
    check (status in ('pending', 'fetched', 'succeeded', 'failed', 'split')),
  outcome text check (outcome in ('stored', 'no-data', 'failed')),
  points integer,
  error text,
  raw_payload_id bigint references raw_payload on delete set null,
  requested_at timestamptz not null default now(),
  enqueued_at timestamptz,
  finished_at timestamptz,
  constraint collection_window_is_not_empty check (window_start < window_end)
);
create unique index collection_window_scheduled
  on collection_window (dataset, area, counter_area, window_start, window_end, source) nulls not distinct
  where collection_id is null;
create index collection_window_of_collection on collection_window (collection_id, window_start)
  where collection_id is not null;
create index collection_window_open on collection_window (dataset, area, window_start, window_end)
  where status = 'pending';
create index collection_window_fetched on collection_window (raw_payload_id) where status = 'fetched';

-- The ledger: which time of a dataset × area is wanted, was answered with data, and was answered with "nothing
-- published". What is missing is wanted - collected - not_published.
create table coverage (
  source text not null,
  dataset text not null,
  area text not null,
  counter_area text,
  wanted tstzmultirange not null default '{}',
  collected tstzmultirange not null default '{}',
  not_published tstzmultirange not null default '{}',
  last_asked_at timestamptz,
  last_outcome text,
  constraint coverage_of unique nulls not distinct (dataset, area, counter_area, source)
);

-- The longest window that a source was found to accept, where that is less than expected.
create table window_limit (
  source text not null,
  dataset text not null,
  max_days integer not null check (max_days > 0),
  learnt_at timestamptz not null default now(),
  primary key (source, dataset)
);

-- Until when nothing may be asked of a source: a ban, refused credentials.
create table source_block (
  source text primary key,
  blocked_until timestamptz not null,
  reason text not null
);

-- Load data flat, one row per point, with the columns of the original table.
create view energy_data_point as
select
  point.starts_at as "timestamp",
  series.area as area_code,
  case series.dataset
    when 'actual-total-load' then 'actual'
    when 'day-ahead-total-load-forecast' then 'day_ahead'
    when 'week-ahead-total-load-forecast' then 'week_ahead'
    when 'month-ahead-total-load-forecast' then 'month_ahead'
    when 'year-ahead-total-load-forecast' then 'year_ahead'
    when 'year-ahead-forecast-margin' then 'forecast_margin'
  end as data_type,
  series.business_type,
  point.value as quantity,
  observation.document_mrid,
  observation.time_series_mrid,
  observation.object_aggregation,
  series.unit as unit_name,
  observation.curve_type,
  (case
    when series.resolution ~ '^PT' then extract(epoch from series.resolution::interval) / 60
  end)::integer as resolution_minutes,
  series.source as data_source,
  coalesce(first_revision.known_at, point.known_at) as created_at,
  point.known_at as updated_at,
  point.series_id,
  point.raw_payload_id
from series
join point on point.series_id = series.id
left join lateral (
  -- A series may come several times in one answer; the last word of the answer is the one that was stored.
  select document_mrid, time_series_mrid, object_aggregation, curve_type
  from raw_payload
  join observation on observation.raw_payload_id = coalesce(raw_payload.same_as, raw_payload.id)
  where raw_payload.id = point.raw_payload_id
    and observation.series_id = point.series_id
    and observation.starts_at <= point.starts_at
    and observation.ends_at > point.starts_at
  order by observation.id desc
  limit 1
) as observation on true
left join lateral (
  select known_at
  from point_revision
  where point_revision.series_id = point.series_id and point_revision.starts_at = point.starts_at
  order by known_at
  limit 1
) as first_revision on true
where series.dataset in (
  'actual-total-load',
  'day-ahead-total-load-forecast',
  'week-ahead-total-load-forecast',
  'month-ahead-total-load-forecast',
  'year-ahead-total-load-forecast',
  'year-ahead-forecast-margin'
);
