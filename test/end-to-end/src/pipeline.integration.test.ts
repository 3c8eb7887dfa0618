import { zstdDecompressSync } from 'node:zlib';
import { type CollectRequest, splitWindow, type Value } from '@energy-data-service/domain';
import { entsoeSource } from '@energy-data-service/entsoe';
import { collectQueueName, RAW_PAYLOAD_QUEUE } from '@energy-data-service/queue';
import { type Simulator, type SimulatorOptions, startSimulator } from '@energy-data-service/simulator';
import { hasQueueServer, QUEUE_SERVER_KINDS, type QueueServerKind } from '@energy-data-service/test-support';
import { describe, expect, it, vi } from 'vitest';
import { readPublished } from './published.ts';
import { type Stack, startStack } from './stack.ts';

const CZ = '10YCZ-CEPS-----N';
const MARCH = {
  from: Temporal.Instant.from('2024-02-29T23:00:00Z'),
  to: Temporal.Instant.from('2024-03-31T22:00:00Z'),
};

function load(window: CollectRequest['window'], dataset = 'actual-total-load'): CollectRequest {
  return { source: 'entsoe', dataset, area: CZ, counterArea: null, window };
}

/** March 2024 in windows of a day. */
const DAYS = splitWindow(MARCH, 1).map((window) => load(window));

const TOKEN = 'token-of-this-test';

interface Setting extends AsyncDisposable {
  readonly stack: Stack;
  readonly simulator: Simulator;
}

async function start(
  queue: QueueServerKind,
  options: SimulatorOptions = {},
  requestsPerMinute = 6_000,
): Promise<Setting> {
  const simulator = await startSimulator({ requestsPerMinute: 100_000, ...options });
  const settings = { securityToken: TOKEN, baseUrl: simulator.url, requestsPerMinute };
  const stack = await startStack({ queue, sources: [{ source: entsoeSource, settings }] });
  return {
    stack,
    simulator,
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await simulator.close();
    },
  };
}

async function published(simulator: Simulator, { window }: CollectRequest): Promise<[string, Value][]> {
  return readPublished(simulator, CZ, window);
}

async function stored({ sql }: Stack): Promise<[string, Value][]> {
  const rows = await sql<{ starts_at: Temporal.Instant; value: Value }[]>`
    select starts_at, value::text from point order by starts_at`;
  return rows.map(({ starts_at, value }) => [starts_at.toString(), value]);
}

async function everyRow({ sql }: Stack): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public'`;
  const rows = await Promise.all(
    tables.map(({ name }) => sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} as t`)),
  );
  return rows.flat().map(({ row }) => row);
}

async function everyBody({ sql }: Stack): Promise<string[]> {
  const bodies = await sql<{ body: Uint8Array }[]>`select body from raw_payload where body is not null`;
  return bodies.map(({ body }) => zstdDecompressSync(body).toString());
}

async function everyJob({ queueBackend }: Stack): Promise<string[]> {
  const texts: string[] = [];
  for (const name of [collectQueueName('entsoe'), RAW_PAYLOAD_QUEUE]) {
    const queue = queueBackend.createQueue(name);
    const states = ['active', 'completed', 'delayed', 'failed', 'prioritized', 'waiting'] as const;
    for (const job of await queue.getJobs([...states])) texts.push(JSON.stringify(job));
    await queue.close();
  }
  return texts;
}

describe.each(QUEUE_SERVER_KINDS)('with queues on %s', (kind) => {
  describe.skipIf(!hasQueueServer(kind))('the pipeline', () => {
    it('stores exactly what is published', async () => {
      await using setting = await start(kind);
      const { stack, simulator } = setting;
      await stack.collect(load(MARCH));
      await stack.settle();
      const values = await stored(stack);
      expect(values).toEqual(await published(simulator, load(MARCH)));
      expect(values.length).toBeGreaterThan(700);
    });

    it('asks for smaller windows when the platform refuses one, and remembers', async () => {
      await using setting = await start(kind);
      const { stack, simulator } = setting;
      simulator.faults.limitPeriod('actual-total-load', 'P7D');
      await stack.collect(load(MARCH));
      await stack.settle();
      simulator.faults.clear();
      expect(await stored(stack)).toEqual(await published(simulator, load(MARCH)));
      const limits = await stack.sql`select dataset, max_days from window_limit`;
      expect([...limits]).toEqual([{ dataset: 'actual-total-load', max_days: 7 }]);
    });

    it('is refused no more once it has learnt what is too long, however many such windows wait', async () => {
      await using setting = await start(kind);
      const { stack, simulator } = setting;
      simulator.faults.limitPeriod('actual-total-load', 'P7D');
      const years = { from: MARCH.from, to: MARCH.from.add({ hours: 24 * 28 * 20 }) };
      await stack.collect(...splitWindow(years, 28).map((window) => load(window)));
      await stack.settle();
      const statuses = simulator.requests.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(80);
      // As many as ask at the same time.
      expect(statuses.filter((status) => status === 400).length).toBeLessThanOrEqual(4);
    });

    it('asks again for a window that is opened while its request is under way', async () => {
      await using setting = await start(kind);
      const { stack, simulator } = setting;
      const [day] = DAYS;
      if (day === undefined) throw new Error('March has no days');
      simulator.faults.inject({ fault: 'slow', times: 1, delayMs: 1_000 });
      await stack.collect(day);
      await vi.waitFor(() => expect(simulator.requests).toHaveLength(1), { timeout: 20_000, interval: 5 });
      // What is under way says what was published before.
      simulator.faults.correct({ from: '2024-03-01T05:00:00Z', to: '2024-03-01T07:00:00Z', changeByMw: 100 });
      await stack.collect(day);
      await stack.settle();
      expect(await stored(stack)).toEqual(await published(simulator, day));
    });

    it('loses nothing when the queue is emptied, again and again', async () => {
      await using setting = await start(kind, {}, 1_200);
      const { stack, simulator } = setting;
      await stack.collect(...DAYS);
      for (const share of [3, 10, 20]) {
        await vi.waitFor(
          async () => {
            const [ended] = await stack.sql`
              select count(*) as count from collection_window where status = 'succeeded'`;
            expect(ended?.count).toBeGreaterThanOrEqual(share);
          },
          { timeout: 40_000, interval: 20 },
        );
        await stack.emptyQueues();
      }
      await stack.settle();
      expect(await stored(stack)).toEqual(await published(simulator, load(MARCH)));
    });

    it('gets through faults that pass', async () => {
      await using setting = await start(kind);
      const { stack, simulator } = setting;
      for (const fault of ['not-found', 'server-error', 'reset', 'truncated', 'cut', 'html'] as const) {
        simulator.faults.inject({ fault, times: 1 });
      }
      await stack.collect(...DAYS.slice(0, 8));
      await stack.settle();
      const window = { from: MARCH.from, to: MARCH.from.add({ hours: 8 * 24 }) };
      expect(await stored(stack)).toEqual(await published(simulator, load(window)));
    });

    it('falls silent during a ban and goes on after it', async () => {
      await using setting = await start(kind, { banMs: 2_500 });
      const { stack, simulator } = setting;
      simulator.faults.inject({ fault: 'ban', times: 1 });
      await stack.collect(...DAYS.slice(0, 8));
      await stack.settle();
      const refused = simulator.requests.filter(({ status }) => status === 429);
      // Those that were under way when the ban began, and none that came after.
      expect(refused.length).toBeLessThanOrEqual(4);
      const [block] = await stack.sql`select reason from source_block`;
      expect(block?.reason).toContain('ban');
      const window = { from: MARCH.from, to: MARCH.from.add({ hours: 8 * 24 }) };
      expect(await stored(stack)).toEqual(await published(simulator, load(window)));
    });

    it('keeps what was replaced, with the time until which it was known', async () => {
      await using setting = await start(kind);
      const { stack, simulator } = setting;
      const [day] = DAYS;
      if (day === undefined) throw new Error('March has no days');
      await stack.collect(day);
      await stack.settle();
      const before = await stored(stack);
      simulator.faults.correct({
        item: 'actual-total-load',
        area: CZ,
        from: '2024-03-01T05:00:00Z',
        to: '2024-03-01T07:00:00Z',
        changeByMw: 100,
      });
      await stack.collect(day);
      await stack.settle();
      expect(await stored(stack)).toEqual(await published(simulator, day));
      const revised = await stack.sql<{ starts_at: Temporal.Instant; value: Value }[]>`
        select starts_at, value::text from point_revision order by starts_at`;
      const replaced = revised.map(({ starts_at, value }): [string, Value] => [starts_at.toString(), value]);
      expect(replaced).toEqual(
        before.filter(([at]) => at === '2024-03-01T05:00:00Z' || at === '2024-03-01T06:00:00Z'),
      );
    });

    it('fails a document that cannot be read alone, with its reason', async () => {
      await using setting = await start(kind);
      const { stack, simulator } = setting;
      simulator.faults.inject({ fault: 'malformed', times: 1 });
      await stack.collect(...DAYS.slice(0, 4));
      await stack.settle();
      const windows = await stack.sql<{ status: string; error: string | null }[]>`
        select status, error from collection_window order by status`;
      expect(windows.map(({ status }) => status)).toEqual(['failed', 'succeeded', 'succeeded', 'succeeded']);
      expect(windows[0]?.error).toContain('GL_MarketDocument');
    });

    it('asks once more for what failed for good when its job is retried by hand', async () => {
      await using setting = await start(kind);
      const { stack, simulator } = setting;
      const [day = load(MARCH)] = DAYS;
      simulator.faults.inject({ fault: 'bad-request', times: 1 });
      await stack.collect(day);
      await stack.settle();
      const outcome = async () => (await stack.sql`select outcome from collection_window`)[0]?.outcome;
      expect(await outcome()).toBe('failed');
      const queue = stack.queueBackend.createQueue(collectQueueName('entsoe'));
      await vi.waitFor(async () => expect(await queue.getFailedCount()).toBe(1), { timeout: 20_000 });
      const [job] = await queue.getJobs(['failed']);
      await job?.retry('failed');
      await vi.waitFor(async () => expect(await outcome()).toBe('stored'), { timeout: 20_000 });
      await queue.close();
      expect(await stored(stack)).toEqual(await published(simulator, day));
    });

    it('tells "nothing published" from a failure', async () => {
      await using setting = await start(kind);
      const { stack } = setting;
      const before2015 = Temporal.Instant.from('2010-01-01T00:00:00Z');
      await stack.collect(load({ from: before2015, to: before2015.add({ hours: 24 }) }));
      await stack.settle();
      const [window] = await stack.sql`select status, outcome, points from collection_window`;
      expect(window).toEqual({ status: 'succeeded', outcome: 'no-data', points: 0 });
    });

    it('shows the security token nowhere', async () => {
      await using setting = await start(kind);
      const { stack, simulator } = setting;
      simulator.faults.inject({ fault: 'bad-request', times: 1 });
      simulator.faults.inject({ fault: 'server-error', times: 1 });
      simulator.faults.inject({ fault: 'unauthorized', times: 1 });
      await stack.collect(...DAYS.slice(0, 4));
      await vi.waitFor(
        async () => {
          const failed = await stack.sql`select from collection_window where error is not null`;
          expect(failed.length).toBeGreaterThanOrEqual(3);
        },
        { timeout: 20_000, interval: 50 },
      );
      const seen = [
        ...(await everyRow(stack)),
        ...(await everyBody(stack)),
        ...(await everyJob(stack)),
        ...stack.logged,
      ];
      // So much that the search is not in vain.
      expect(seen.join('\n')).toContain('2024-03-0');
      expect(seen.length).toBeGreaterThan(10);
      expect(seen.filter((text) => text.includes(TOKEN))).toEqual([]);
    });
  });
});
