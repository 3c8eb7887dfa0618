import { expect, it } from 'vitest';
import { LOAD_ITEMS, type LoadItemId } from './load-items.ts';
import { publishedUntil } from './publication.ts';

// Prague keeps CEST (+02:00) in summer and CET (+01:00) in winter; 2026-05-07 is a Thursday.
it.each<[LoadItemId, string, string]>([
  ['actual-total-load', '2026-05-07T13:17:27+02:00', '2026-05-07T12:17:27+02:00'],
  ['day-ahead-total-load-forecast', '2026-05-07T09:59:59+02:00', '2026-05-08T00:00+02:00'],
  ['day-ahead-total-load-forecast', '2026-05-07T10:00:00+02:00', '2026-05-09T00:00+02:00'],
  ['day-ahead-total-load-forecast', '2026-03-28T10:00:00+01:00', '2026-03-30T00:00+02:00'],
  ['day-ahead-total-load-forecast', '2026-03-29T09:59:59+02:00', '2026-03-30T00:00+02:00'],
  ['week-ahead-total-load-forecast', '2026-05-07T12:00:00+02:00', '2026-05-11T00:00+02:00'],
  ['week-ahead-total-load-forecast', '2026-05-08T09:59:59+02:00', '2026-05-11T00:00+02:00'],
  ['week-ahead-total-load-forecast', '2026-05-08T10:00:00+02:00', '2026-05-18T00:00+02:00'],
  ['week-ahead-total-load-forecast', '2026-05-10T23:00:00+02:00', '2026-05-18T00:00+02:00'],
  ['week-ahead-total-load-forecast', '2026-05-11T10:00:00+02:00', '2026-05-18T00:00+02:00'],
  ['month-ahead-total-load-forecast', '2026-05-25T09:59:59+02:00', '2026-06-01T00:00+02:00'],
  ['month-ahead-total-load-forecast', '2026-05-25T10:00:00+02:00', '2026-07-06T00:00+02:00'],
  ['year-ahead-total-load-forecast', '2026-12-15T09:59:59+01:00', '2027-01-04T00:00+01:00'],
  ['year-ahead-total-load-forecast', '2026-12-15T10:00:00+01:00', '2028-01-03T00:00+01:00'],
  ['year-ahead-forecast-margin', '2026-12-15T09:59:59+01:00', '2027-01-01T00:00+01:00'],
  ['year-ahead-forecast-margin', '2026-12-15T10:00:00+01:00', '2028-01-01T00:00+01:00'],
  ['year-ahead-forecast-margin', '2027-01-01T00:00:00+01:00', '2028-01-01T00:00+01:00'],
])('%s is published at %s until %s', (id, now, until) => {
  const [item] = LOAD_ITEMS.filter((candidate) => candidate.id === id);
  expect(item && publishedUntil(item, 'Europe/Prague', Temporal.Instant.from(now)).toString()).toBe(
    Temporal.Instant.from(until).toString(),
  );
});
