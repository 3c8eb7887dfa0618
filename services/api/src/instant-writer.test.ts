import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createInstantWriter, LONGEST_INSTANT } from './instant-writer.ts';
import { writeInstant } from './instants.ts';

const YEAR_1800_US = Date.UTC(1800, 0, 1) * 1_000;
const YEAR_2200_US = Date.UTC(2200, 0, 1) * 1_000;

const timezone = fc.constantFrom(
  'UTC',
  'Europe/Brussels',
  'Europe/London',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
);
const epochUs = fc.oneof(
  fc.integer({ min: YEAR_1800_US, max: YEAR_2200_US }),
  // Whole quarter hours of a few years: close to changes of the clock.
  fc.integer({ min: 0, max: 100_000 }).map((quarter) => Date.UTC(2022, 0, 1) * 1_000 + quarter * 900_000_000),
);

it('writes any instants of any zone, in any order, as writeInstant does', () => {
  fc.assert(
    fc.property(timezone, fc.array(epochUs, { minLength: 1, maxLength: 8 }), (timezone, instants) => {
      const write = createInstantWriter(timezone);
      for (const us of instants) {
        const target = Buffer.alloc(LONGEST_INSTANT);
        const end = write(target, 0, us);
        const instant = new Temporal.Instant(BigInt(us) * 1_000n);
        expect(target.toString('latin1', 0, end)).toBe(writeInstant(instant, timezone));
      }
    }),
  );
});

it('writes after what is there, and says where it ended', () => {
  const target = Buffer.from('<'.repeat(30));
  const end = createInstantWriter('UTC')(target, 5, 0);
  expect(target.toString('latin1')).toBe('<<<<<1970-01-01T00:00:00Z<<<<<');
  expect(end).toBe(25);
});
