-- Takes some 50 milliseconds for each thousand stored answers, and more for those of many short stretches. Meanwhile no answer
-- is processed, and the status waits. Processors of an earlier release must not run: see docs/operations.md, "Upgrade".

-- What was answered at all. Of that, collected and not_published are what is settled: what was not, is to be asked for again.
alter table coverage add column answered tstzmultirange not null default '{}';

-- Of every answer that was processed: the time that was asked for, and how much of it is settled. That is the time older than 30
-- days (of UTC, so that what is left to ask for stays the same all day), and of what is younger, the time for which it has steps:
-- of each kind of series, whatever their resolutions. Otherwise nothing was published yet, in the future as well as where a value
-- is late. The polls ask for more than these days again anyway.
create view answer_time as
select id, source, dataset, area, counter_area, received_at, outcome, answered,
  answered * (
    tstzmultirange(tstzrange(null, date_trunc('day', received_at - interval '720 hours', 'UTC'))) + coalesce(told, '{}')
  ) as settled
from (
  select *, tstzmultirange(tstzrange(window_start, window_end)) as answered
  from raw_payload
  where processed_at is not null
) as payload
left join lateral (
  select range_intersect_agg(time) as told
  from (
    select range_agg(tstzrange(observation.starts_at, observation.ends_at)) as time
    from observation
    join series on series.id = observation.series_id
    where observation.raw_payload_id = coalesce(payload.same_as, payload.id)
    group by business_type, psr_type, unit_eic, asset_eic, direction, process_type, contract_type, sequence,
      auction_category, market_product, price_category, percentile, unit, currency, quantity
  ) as kind
) as observed on true;

update coverage
set answered = coverage.collected + coverage.not_published, collected = told.collected,
  not_published = told.not_published - told.collected
from (
  select source, dataset, area, counter_area,
    coalesce(range_agg(settled) filter (where outcome = 'data'), '{}') as collected,
    coalesce(range_agg(settled) filter (where outcome = 'no-data'), '{}') as not_published
  from answer_time
  group by source, dataset, area, counter_area
) as told
where coverage.source = told.source and coverage.dataset = told.dataset and coverage.area = told.area
  and coverage.counter_area is not distinct from told.counter_area;
