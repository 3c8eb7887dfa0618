import { createTestDatabase } from '@energy-data-service/test-support';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { connect, type Sql } from './connect.ts';
import {
  createRequestSlotRepository,
  type RequestSlot,
  type RequestSlotRepository,
} from './request-slots.ts';
import { PROPERTY_RUNS, PROPERTY_TIMEOUT_MS } from './testing/property-runs.ts';

const SESSIONS = 6;
const MINUTE_MS = 60_000;
/** No request is under way for longer. */
const LONGEST_REQUEST_MS = 5 * MINUTE_MS;
/** After so long the slot of a request that nobody reports on is free. */
const EXPIRY_MS = 7 * MINUTE_MS;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;
let sessions: { sql: Sql; slots: RequestSlotRepository }[];
let passedMs = 0;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseServerUrl'));
  sql = connect(database.url, { max: 1 });
  sessions = Array.from({ length: SESSIONS }, () => {
    const own = connect(database.url, { max: 1 });
    return { sql: own, slots: createRequestSlotRepository(own) };
  });
});
afterAll(async () => {
  await Promise.all([sql, ...sessions.map((session) => session.sql)].map((pool) => pool.end()));
  await database[Symbol.asyncDispose]();
});
beforeEach(() => sql`delete from request_slot`);

function session(number: number): RequestSlotRepository {
  const found = sessions[number % SESSIONS];
  if (found === undefined) throw new Error('no such session');
  return found.slots;
}

/** The server's clock cannot be set, so that what it has seen moves into the past instead. */
async function pass(ms: number): Promise<void> {
  await sql`update request_slot set free_at = free_at - ${ms} * interval '1 millisecond'`;
  passedMs += ms;
}

/** By the server's clock, and what has passed besides. */
async function now(): Promise<number> {
  const [clock] = await sql<{ ms: number }[]>`
    select (extract(epoch from clock_timestamp()) * 1000)::double precision as ms`;
  if (clock === undefined) throw new Error('the server has no clock');
  return clock.ms + passedMs;
}

describe('take', () => {
  it('gives to any number of sessions at a time as many slots as there are', async () => {
    const taken = await Promise.all(Array.from({ length: 60 }, (_, i) => session(i).take('test', 20)));
    const slots = taken.filter((slot) => slot !== null);
    // Where several add the slots of a new source, some of them come too late for that, and are told to wait.
    while (slots.length < 20) {
      const slot = await session(0).take('test', 20);
      expect(slot).not.toBeNull();
      if (slot !== null) slots.push(slot);
    }
    expect(new Set(slots.map(({ number }) => number)).size).toBe(20);
    expect(await session(1).take('test', 20)).toBeNull();
    expect(await session(1).take('other', 20)).not.toBeNull();
  });

  it('gives more when the budget is raised, and fewer when it is lowered', async () => {
    expect(await session(0).take('test', 1)).not.toBeNull();
    expect(await session(0).take('test', 1)).toBeNull();
    expect(await session(1).take('test', 2)).not.toBeNull();
    await pass(EXPIRY_MS);
    expect(await session(0).take('test', 1)).not.toBeNull();
    expect(await session(0).take('test', 1)).toBeNull();
  });

  it('gives nothing when the answer comes so late that the request could end too late', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const taking = session(0).take('test', 1);
      vi.advanceTimersByTime(30_000);
      expect(await taking).toBeNull();
    } finally {
      vi.useRealTimers();
    }
    await pass(MINUTE_MS);
    expect(await session(0).take('test', 1)).not.toBeNull();
  });
});

describe('end', () => {
  it('frees a slot after a minute, and that of a killed process is free in the end', async () => {
    const ended = await session(0).take('test', 2);
    await session(0).take('test', 2);
    if (ended !== null) await session(1).end(ended);
    expect(await session(0).take('test', 2)).toBeNull();
    await pass(MINUTE_MS);
    expect(await session(0).take('test', 2)).toMatchObject({ number: ended?.number });
    expect(await session(0).take('test', 2)).toBeNull();
    await pass(EXPIRY_MS - MINUTE_MS);
    expect(await session(0).take('test', 2)).not.toBeNull();
  });

  it('of a request that nobody expected any more does not free the slot of the next', async () => {
    const first = await session(0).take('test', 1);
    await pass(EXPIRY_MS);
    expect(await session(1).take('test', 1)).not.toBeNull();
    if (first !== null) await session(0).end(first);
    await pass(MINUTE_MS);
    expect(await session(0).take('test', 1)).toBeNull();
  });
});

type Step =
  | { readonly kind: 'take'; readonly times: number }
  | { readonly kind: 'end' | 'kill'; readonly which: readonly number[] }
  | { readonly kind: 'pass'; readonly ms: number };

const which = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('take'), times: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end'), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill'), which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass'),
      // Often just too short for a slot to be free.
      ms: fc.oneof(
        fc.constantFrom(MINUTE_MS - 5_000, MINUTE_MS, EXPIRY_MS - 5_000),
        fc.nat(EXPIRY_MS + 1_000),
      ),
    }),
  },
);

/** A source may count a request at any time from the one to the other. */
interface Request {
  readonly slot: RequestSlot;
  readonly sentAt: number;
  endedAt: number;
}

/** The most that any minute can see, if the source counts at the worst times. */
function mostInAMinute(requests: readonly Request[]): number {
  return Math.max(
    0,
    ...requests.map(
      ({ endedAt: from }) =>
        requests.filter(({ sentAt, endedAt }) => endedAt >= from && sentAt < from + MINUTE_MS).length,
    ),
  );
}

it(
  'lets no minute see more requests than there are slots, in any order of taking, ending, dying and waiting',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(step, { minLength: 5, maxLength: 40 }),
        async (slots, steps) => {
          await sql`delete from request_slot`;
          const requests: Request[] = [];
          const open = new Set<Request>();
          const choose = (numbers: readonly number[]) => {
            const all = [...open];
            const chosen = numbers.flatMap((number) => all[number % all.length] ?? []);
            for (const request of chosen) open.delete(request);
            return [...new Set(chosen)];
          };
          for (const [i, action] of steps.entries()) {
            switch (action.kind) {
              case 'take': {
                const taken = await Promise.all(
                  Array.from({ length: action.times }, (_, j) => session(i + j).take('test', slots)),
                );
                const sentAt = await now();
                for (const slot of taken) {
                  if (slot === null) continue;
                  const request = { slot, sentAt, endedAt: Number.POSITIVE_INFINITY };
                  requests.push(request);
                  open.add(request);
                }
                break;
              }
              case 'end': {
                const ended = choose(action.which);
                const endedAt = await now();
                for (const request of ended) {
                  request.endedAt = Math.min(endedAt, request.sentAt + LONGEST_REQUEST_MS);
                }
                await Promise.all(ended.map(({ slot }, j) => session(i + j).end(slot)));
                break;
              }
              case 'kill':
                for (const request of choose(action.which)) {
                  request.endedAt = request.sentAt + LONGEST_REQUEST_MS;
                }
                break;
              case 'pass':
                await pass(action.ms);
            }
          }
          for (const request of open) request.endedAt = request.sentAt + LONGEST_REQUEST_MS;
          expect(mostInAMinute(requests)).toBeLessThanOrEqual(slots);
        },
      ),
      { numRuns: PROPERTY_RUNS },
    );
  },
  PROPERTY_TIMEOUT_MS,
);
