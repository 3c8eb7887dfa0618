import {
  connect,
  createCollectionRepository,
  createCollectionWindowRepository,
  createCoverageRepository,
  createRawPayloadRepository,
  createSourceStateRepository,
  type Sql,
} from '@energy-data-service/db';
import {
  type CollectRequest,
  type Dataset,
  findArea,
  formatWindow,
  PRIORITIES,
  type Priority,
} from '@energy-data-service/domain';
import type { CollectQueue, RawPayloadQueue } from '@energy-data-service/queue';
import { createLogger } from '@energy-data-service/runtime';
import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';
import { createTick } from './tick.ts';

const CZ = findArea('CZ');
if (CZ === undefined) throw new Error('the list of areas has no CZ');

const dataset: Dataset = {
  id: 'actual-total-load',
  source: 'entsoe',
  title: 'Actual total load',
  article: '6.1.A',
  regulation: 'Reg. (EU) 543/2013',
  group: 'load',
  dataType: 'actual',
  unit: { name: 'MAW', kind: 'power' },
  resolutions: ['PT60M'],
  licence: 'CC BY 4.0',
  areaKinds: ['BZN'],
  border: false,
  maxWindowDays: 30,
  polls: [
    { priority: 'live', everyMinutes: 10, unit: 'day', first: 0, last: 1 },
    { priority: 'heal', everyMinutes: 1_440, unit: 'day', first: -2, last: 0 },
  ],
};

const NOW = Temporal.Instant.from('2024-06-10T12:00:00Z');
const TODAY = '2024-06-09T22:00:00Z/2024-06-10T22:00:00Z';
const TWO_DAYS_BEFORE = '2024-06-07T22:00:00Z/2024-06-09T22:00:00Z';

const FRANCE: Omit<CollectRequest, 'window'> = {
  source: 'entsoe',
  dataset: dataset.id,
  area: '10YFR-RTE------C',
  counterArea: null,
};

/** Asks for so many hours up to an instant, each in a window of its own, oldest first. */
async function collectHours(
  sql: Sql,
  hours: number,
  { area = FRANCE.area, to = NOW }: { area?: string; to?: Temporal.Instant } = {},
): Promise<void> {
  const windows = Array.from({ length: hours }, (_, i) => ({
    from: to.subtract({ hours: hours - i }),
    to: to.subtract({ hours: hours - i - 1 }),
  }));
  await createCollectionWindowRepository(sql).createCollection(
    'test',
    { ...FRANCE, area },
    windows,
    'backfill',
  );
}

function countOf(jobs: ReadonlyMap<string, Priority>, priority: Priority): number {
  return [...jobs.values()].filter((own) => own === priority).length;
}

/** A queue that remembers what it holds; a test can take its jobs away. */
function fakeQueues() {
  const jobs = new Map<string, Priority>();
  const rawPayloadJobs = new Map<number, Priority>();
  const collectQueue: CollectQueue = {
    async add(requests) {
      for (const { request, priority } of requests) jobs.set(formatWindow(request.window), priority);
    },
    async remove(requests) {
      for (const { window } of requests) jobs.delete(formatWindow(window));
    },
    countOpen: async () => jobs.size,
    countReady: async () => jobs.size,
    close: async () => undefined,
  };
  const rawPayloadQueue: RawPayloadQueue = {
    async add(answers) {
      for (const { rawPayloadId, priority } of answers) rawPayloadJobs.set(rawPayloadId, priority);
    },
    countOpen: async () => rawPayloadJobs.size,
    close: async () => undefined,
  };
  return { jobs, rawPayloadJobs, collectQueue, rawPayloadQueue };
}

async function withScheduler(
  test: (scheduler: {
    sql: Sql;
    queues: ReturnType<typeof fakeQueues>;
    tick: (now?: Temporal.Instant) => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url);
  const queues = fakeQueues();
  const tick = createTick({
    datasets: [dataset],
    areas: CZ === undefined ? [] : [CZ],
    windows: createCollectionWindowRepository(sql),
    coverage: createCoverageRepository(sql),
    rawPayloads: createRawPayloadRepository(sql),
    sourceState: createSourceStateRepository(sql),
    collectQueues: new Map([['entsoe', queues.collectQueue]]),
    rawPayloadQueue: queues.rawPayloadQueue,
    log: createLogger('test', 'error'),
  });
  try {
    await test({ sql, queues, tick: (now = NOW) => tick(now) });
  } finally {
    await sql.end();
  }
}

/** Stores an answer to every window that waits for one, as a collector does. */
async function answerAll(sql: Sql): Promise<number[]> {
  const pending = await createCollectionWindowRepository(sql).findPending('entsoe', PRIORITIES, 0, 10_000);
  const payloads = createRawPayloadRepository(sql);
  const answer = {
    kind: 'answer' as const,
    status: 200,
    mediaType: null,
    body: Buffer.from('answer'),
    contentHash: Buffer.from('hash'),
  };
  const ids: number[] = [];
  for (const { request } of pending) ids.push(await payloads.store(request, answer));
  return ids;
}

/** Marks the answers processed, and their windows collected, as a processor does. */
async function processAll(sql: Sql): Promise<void> {
  await sql`update raw_payload set processed_at = now()`;
  await sql`
    update coverage set collected = collected + (
      select range_agg(tstzrange(window_start, window_end)) from collection_window where status = 'fetched')`;
  await sql`update collection_window set status = 'succeeded' where status = 'fetched'`;
}

describe('a round of scheduling', () => {
  it('opens every poll of every dataset and area, with its priority', () =>
    withScheduler(async ({ queues, tick }) => {
      await tick();
      expect(Object.fromEntries(queues.jobs)).toEqual({ [TODAY]: 'live', [TWO_DAYS_BEFORE]: 'heal' });
    }));

  it('changes nothing when it is repeated', () =>
    withScheduler(async ({ sql, tick }) => {
      await tick();
      const before = await sql`select xmin::text, * from collection_window order by id`;
      await tick();
      expect([...(await sql`select xmin::text, * from collection_window order by id`)]).toEqual([...before]);
    }));

  it('asks again only after the rhythm of the poll', () =>
    withScheduler(async ({ sql, queues, tick }) => {
      await tick();
      await answerAll(sql);
      await processAll(sql);
      queues.jobs.clear();
      await tick();
      expect(queues.jobs.size).toBe(0);
      await sql`update collection_window set requested_at = requested_at - interval '11 minutes'`;
      await tick();
      expect([...queues.jobs.keys()]).toEqual([TODAY]);
      await sql`update collection_window set requested_at = requested_at - interval '1 day'`;
      await tick();
      expect(new Set(queues.jobs.keys())).toEqual(new Set([TODAY, TWO_DAYS_BEFORE]));
    }));

  it('adds again what the queue lost', () =>
    withScheduler(async ({ queues, tick }) => {
      await tick();
      queues.jobs.clear();
      await tick();
      expect(new Set(queues.jobs.keys())).toEqual(new Set([TODAY, TWO_DAYS_BEFORE]));
    }));

  it('adds answers again whose job was lost, as urgent as their windows', () =>
    withScheduler(async ({ sql, queues, tick }) => {
      await tick();
      const ids = await answerAll(sql);
      await tick();
      expect([...queues.rawPayloadJobs.keys()].sort()).toEqual(ids.sort());
      expect([...queues.rawPayloadJobs.values()].sort()).toEqual(['heal', 'live']);
    }));

  it('asks for the time in which nothing ran', () =>
    withScheduler(async ({ sql, queues, tick }) => {
      await tick();
      await answerAll(sql);
      await processAll(sql);
      queues.jobs.clear();
      await tick(NOW.add({ hours: 24 * 60 }));
      // From the end of the last answer to what the polls reach, in windows of at most 30 days.
      expect([...queues.jobs.keys()].sort().slice(0, 2)).toEqual([
        '2024-06-10T22:00:00Z/2024-07-10T22:00:00Z',
        '2024-07-10T22:00:00Z/2024-08-06T22:00:00Z',
      ]);
      expect(queues.jobs.get('2024-06-10T22:00:00Z/2024-07-10T22:00:00Z')).toBe('heal');
    }));

  it('asks together for what was late when it was last asked for', () =>
    withScheduler(async ({ sql, queues, tick }) => {
      await tick();
      await answerAll(sql);
      await processAll(sql);
      await sql`
        update coverage
        set answered = collected, collected = collected - '{
          [2024-06-08T00:00Z, 2024-06-08T01:00Z), [2024-06-08T02:00Z, 2024-06-08T03:00Z), [2024-06-09T00:00Z, 2024-06-09T01:00Z)
        }'::tstzmultirange`;
      queues.jobs.clear();
      await tick();
      expect([...queues.jobs.keys()]).toEqual([]);
      await tick(NOW.add({ hours: 24 * 60 }));
      expect([...queues.jobs.keys()].sort().slice(0, 3)).toEqual([
        '2024-06-08T00:00:00Z/2024-06-09T01:00:00Z',
        '2024-06-10T22:00:00Z/2024-07-10T22:00:00Z',
        '2024-07-10T22:00:00Z/2024-08-06T22:00:00Z',
      ]);
    }));

  it('enqueues the windows of a collection', () =>
    withScheduler(async ({ sql, queues, tick }) => {
      const window = { from: NOW.subtract({ hours: 1 }), to: NOW };
      await createCollectionWindowRepository(sql).createCollection('test', FRANCE, [window], 'backfill');
      await tick();
      expect(queues.jobs.get(formatWindow(window))).toBe('backfill');
    }));

  it('keeps some minutes of history in the queue, and the rest in the database', () =>
    withScheduler(async ({ sql, queues, tick }) => {
      for (let i = 0; i < 5; i++) {
        await collectHours(sql, 400, { area: `10Y000000000000${i}`, to: NOW.subtract({ hours: 1_000 * i }) });
      }
      await tick();
      expect(queues.jobs.size).toBe(1_000);
      await tick();
      expect(queues.jobs.size).toBe(1_000);
      await sql`
        update collection_window set status = 'succeeded'
        where id in (
          select id from collection_window where priority = 'backfill' and enqueued_at is not null limit 300)`;
      for (const window of [...queues.jobs.keys()].slice(0, 300)) queues.jobs.delete(window);
      await tick();
      expect(queues.jobs.size).toBe(1_000);
    }));

  it('takes the jobs of a paused collection out of the queue, and puts them back when it is resumed', () =>
    withScheduler(async ({ sql, queues, tick }) => {
      await collectHours(sql, 10);
      await tick();
      expect(countOf(queues.jobs, 'backfill')).toBe(10);
      const [collection] = await sql<{ id: string }[]>`select id from collection`;
      const collections = createCollectionRepository(sql);
      await collections.pause(collection?.id ?? '');
      await tick();
      expect(Object.fromEntries(queues.jobs)).toEqual({ [TODAY]: 'live', [TWO_DAYS_BEFORE]: 'heal' });
      await collections.resume(collection?.id ?? '');
      await tick();
      expect(countOf(queues.jobs, 'backfill')).toBe(10);
    }));

  it('keeps room for others where one area fills the queue and is never answered', () =>
    withScheduler(async ({ sql, queues, tick }) => {
      await collectHours(sql, 2_000, { to: NOW.subtract({ hours: 1_000 }) });
      await tick();
      expect(countOf(queues.jobs, 'backfill')).toBe(250);
      await collectHours(sql, 10, { area: '10YBE----------2' });
      await tick();
      expect(countOf(queues.jobs, 'backfill')).toBe(260);
    }));

  it('adds no history while the processors are far behind, and live windows all the same', () =>
    withScheduler(async ({ sql, queues, tick }) => {
      await collectHours(sql, 1_000, { to: NOW.subtract({ hours: 1 }) });
      await tick();
      await answerAll(sql);
      queues.jobs.clear();
      await collectHours(sql, 1);
      await sql`update collection_window set status = 'succeeded' where priority = 'live'`;
      await sql`update collection_window set requested_at = requested_at - interval '1 day' where priority = 'live'`;
      await tick();
      expect(Object.fromEntries(queues.jobs)).toEqual({ [TODAY]: 'live' });
      await processAll(sql);
      await tick();
      expect(countOf(queues.jobs, 'backfill')).toBe(1);
    }));

  it('lets collections and areas take turns, so that one window does not wait for years of another', () =>
    withScheduler(async ({ sql }) => {
      await collectHours(sql, 3);
      const late = { from: NOW.add({ hours: 1 }), to: NOW.add({ hours: 2 }) };
      await createCollectionWindowRepository(sql).createCollection('test', FRANCE, [late], 'backfill');
      const waiting = await createCollectionWindowRepository(sql).findPending('entsoe', ['backfill'], 0, 2);
      expect(waiting.map(({ request }) => formatWindow(request.window))).toEqual([
        '2024-06-10T09:00:00Z/2024-06-10T10:00:00Z',
        formatWindow(late),
      ]);
    }));

  it('plans with the longest window that the source was found to accept', () =>
    withScheduler(async ({ sql, queues, tick }) => {
      await createSourceStateRepository(sql).limitWindow('entsoe', dataset.id, 1);
      await tick();
      expect([...queues.jobs.keys()].sort()).toEqual([
        '2024-06-07T22:00:00Z/2024-06-08T22:00:00Z',
        '2024-06-08T22:00:00Z/2024-06-09T22:00:00Z',
        TODAY,
      ]);
    }));
});
