import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLocalClock } from './local-clock.ts';

/** Instants of both clock changes of 2024, in whole hours from them. */
const instantArbitrary = fc
  .tuple(fc.constantFrom('2024-03-31T01:00Z', '2024-10-27T01:00Z'), fc.integer({ min: -5_000, max: 5_000 }))
  .map(([change, hours]) => Date.parse(change) + hours * 3_600_000);

it.each(['Europe/Berlin', 'Europe/Lisbon', 'Asia/Tbilisi', 'UTC'])(
  'tells the time of %s as the calendar does, whatever was asked before',
  (timezone) => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(instantArbitrary, fc.constant(Date.parse('2024-03-31T01:00Z')))),
        (instants) => {
          const clock = createLocalClock(timezone);
          for (const instantMs of instants) {
            const local = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timezone);
            expect(clock(instantMs)).toBe(Date.parse(`${local.toPlainDateTime()}Z`));
          }
        },
      ),
    );
  },
);
