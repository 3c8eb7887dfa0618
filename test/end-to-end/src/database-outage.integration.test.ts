import { createCollectionWindowRepository, type Sql } from '@energy-data-service/db';
import { collectQueueName, createQueueBackend } from '@energy-data-service/queue';
import { createLogger } from '@energy-data-service/runtime';
import { startSimulator } from '@energy-data-service/simulator';
import {
  createTestQueueServer,
  hasQueueServer,
  type Line,
  layLine,
  type QueueServerKind,
} from '@energy-data-service/test-support';
import { describe, expect, it, vi } from 'vitest';
import { freePort } from './free-port.ts';
import { openDatabase } from './open-database.ts';
import { expectUndisturbed, QUARTER, QUARTER_DAYS } from './published-quarter.ts';
import { startServiceProcess } from './service-process.ts';

const OUTAGE_MS = 60_000;
const WAIT = { timeout: 120_000, interval: 50 };

const SERVICES = ['scheduler', 'collector', 'processor', 'api'] as const;
type ServiceName = (typeof SERVICES)[number];

/** Requests under way at a time. */
const CONCURRENCY = 4;

/** More than each attempt of all of them, once in five seconds, and what the services say beside. */
const MOST_LINES = 200;

/** What services say again and again, by service; of those that are left out it is not known how often they do. */
type Failures = Readonly<Partial<Record<ServiceName, string>>>;

interface LogLine {
  readonly time: string;
  readonly msg: string;
}

interface Service {
  readonly name: ServiceName;
  /** To the database. */
  readonly line: Line;
  readonly output: readonly string[];
  /** Of its monitoring. */
  look(path: '/livez' | '/readyz' | '/metrics'): Promise<Response>;
}

interface Services extends AsyncDisposable {
  readonly all: readonly Service[];
  /** Asks the API for what the database holds. */
  askApi(): Promise<Response>;
  /** What the schedulers' metric says of the database, on which an alert is based. */
  readDatabaseMetric(): Promise<string | undefined>;
  /** Names of those that have ended. */
  readonly ended: readonly string[];
}

/** Starts one process of each service. */
async function startServices(
  databaseUrl: string,
  sourceUrl: string,
  queueUrl: (line: Line) => string,
): Promise<Services> {
  await using started = new AsyncDisposableStack();
  const apiPort = await freePort();
  const ended: string[] = [];
  const all: Service[] = [];
  for (const name of SERVICES) {
    const line = started.use(await layLine(databaseUrl));
    const port = await freePort();
    const service = startServiceProcess(name, {
      DATABASE_URL: line.url,
      QUEUE_URL: queueUrl(line),
      ENTSOE_BASE_URL: sourceUrl,
      ENTSOE_SECURITY_TOKEN: 'of-this-test',
      ENTSOE_REQUESTS_PER_MINUTE: '390',
      COLLECTOR_CONCURRENCY: String(CONCURRENCY),
      COLLECT_AREAS: 'CZ',
      COLLECT_DATASETS: 'actual-total-load',
      PORT: String(apiPort),
      MONITORING_PORT: String(port),
    });
    const end = service.ended.then((how) => {
      ended.push(name);
      return how;
    });
    started.defer(async () => {
      service.signal('SIGTERM');
      expect(await end).toEqual({ code: 0, signal: null });
    });
    all.push({
      name,
      line,
      output: service.output,
      look: (path) => fetch(`http://127.0.0.1:${port}${path}`),
    });
  }
  const scope = started.move();
  return {
    all,
    ended,
    askApi: () => fetch(`http://127.0.0.1:${apiPort}/v1/series`),
    async readDatabaseMetric() {
      const scheduler = all.find(({ name }) => name === 'scheduler');
      const metrics = await scheduler?.look('/metrics');
      return /^energy_data_pipeline_state_up\{part="database"\} (.*)$/m.exec(
        (await metrics?.text()) ?? '',
      )?.[1];
    },
    [Symbol.asyncDispose]: () => scope.disposeAsync(),
  };
}

async function statusesOf({ all }: Services, path: '/livez' | '/readyz'): Promise<number[]> {
  const responses = await Promise.all(all.map((service) => service.look(path)));
  return responses.map(({ status }) => status);
}

/** Waits until every service is ready. */
async function untilReady(services: Services): Promise<void> {
  const allReady = SERVICES.map(() => 200);
  await vi.waitFor(async () => expect(await statusesOf(services, '/readyz')).toEqual(allReady), WAIT);
}

/** Milliseconds between the first and the last line that says this, by the times in them. */
function spanMs(lines: readonly string[], message: string | undefined): number {
  const times = lines
    .filter((line) => line.startsWith('{'))
    .map((line): LogLine => JSON.parse(line))
    .filter(({ msg }) => msg === message)
    .map(({ time }) => Date.parse(time));
  return Math.max(...times) - Math.min(...times);
}

async function serverTime(sql: Sql): Promise<Temporal.Instant> {
  const [row] = await sql<{ now: Temporal.Instant }[]>`select clock_timestamp() as now`;
  if (row === undefined) throw new Error('the server has no clock');
  return row.now;
}

/** Attempts of every collect job that has ended. */
async function attemptsMade(queueUrl: string): Promise<number[]> {
  const log = createLogger('test', 'error', { write: () => undefined });
  const backend = createQueueBackend(queueUrl, log);
  const queue = backend.createQueue(collectQueueName('entsoe'));
  const jobs = await queue.getJobs(['completed', 'failed']);
  await backend.close(queue);
  return jobs.map((job) => job.attemptsMade);
}

/**
 * Lets a minute pass without the database, and looks how that is for an operator, and what is there in the end.
 *
 * @param failures - by whose times the minute is measured
 * @returns what was logged in that minute, and how many attempts each collect job took
 */
async function surviveMinuteWithoutDatabase(
  queue: QueueServerKind,
  failures: Failures,
): Promise<{ lines: string[]; attempts: number[] }> {
  await using scope = new AsyncDisposableStack();
  const now = Temporal.Now.instant();
  // Says the same throughout.
  const simulator = await startSimulator({ requestsPerMinute: 100_000, clock: () => now });
  scope.defer(() => simulator.close());
  const { sql, url: databaseUrl } = scope.use(await openDatabase());
  const redis = queue === 'Redis' ? scope.use(await createTestQueueServer('Redis')) : null;
  const services = scope.use(
    await startServices(databaseUrl, simulator.url, (line) => redis?.url ?? line.url),
  );
  await untilReady(services);

  const windows = createCollectionWindowRepository(sql);
  for (const { window, ...item } of QUARTER_DAYS) {
    await windows.createCollection('test', item, [window], 'backfill');
  }
  await vi.waitFor(async () => {
    const answered = await sql`select collection_id from collection_window where status = 'succeeded'`;
    const polls = answered.filter(({ collection_id }) => collection_id === null);
    expect(answered.length - polls.length).toBeGreaterThan(10);
    // What is live, and what is healed.
    expect(polls.length).toBeGreaterThanOrEqual(2);
  }, WAIT);

  // The processor first, so that it has something to do.
  services.all.find(({ name }) => name === 'processor')?.line.cut();
  await vi.waitFor(async () => {
    const waiting = await sql`select from raw_payload where processed_at is null`;
    expect(waiting.length).toBeGreaterThan(2);
  }, WAIT);
  const before = services.all.map(({ output }) => output.length);
  for (const { line } of services.all) line.cut();
  const asked = simulator.requests.length;
  const duringOutage = () => services.all.map(({ output }, i) => output.slice(before[i]));

  // A day passes for the polls: they are due while nobody can know it.
  await sql`
    update collection_window set requested_at = requested_at - interval '1 day' where collection_id is null`;
  const looks: unknown[] = [];
  await vi.waitFor(
    async () => {
      const response = await services.askApi();
      looks.push({
        ready: await statusesOf(services, '/readyz'),
        alive: await statusesOf(services, '/livez'),
        api: [response.status, response.headers.get('retry-after')],
        metric: await services.readDatabaseMetric(),
      });
      const spans = duringOutage().map((lines, i) => {
        const failure = failures[services.all[i]?.name ?? 'api'];
        return failure === undefined ? OUTAGE_MS : spanMs(lines, failure);
      });
      expect(Math.min(...spans)).toBeGreaterThanOrEqual(OUTAGE_MS);
    },
    { timeout: 2 * OUTAGE_MS, interval: 2_000 },
  );
  const red = { ready: [503, 503, 503, 503], alive: [200, 200, 200, 200], api: [503, '5'], metric: '0' };
  expect(looks).toEqual(looks.map(() => red));
  const lines = duringOutage();
  for (const ofService of lines) expect(ofService.length).toBeLessThan(MOST_LINES);
  expect(simulator.requests.length - asked).toBeLessThanOrEqual(CONCURRENCY);

  const mendedAt = await serverTime(sql);
  await Promise.all(services.all.map(({ line }) => line.mend()));
  await untilReady(services);
  await vi.waitFor(async () => {
    const [open] = await sql`
      select
        (select count(*) from collection_window where status in ('pending', 'fetched')) as windows,
        (select count(*) from raw_payload where processed_at is null) as answers`;
    expect(open).toEqual({ windows: 0, answers: 0 });
    const polls = await sql`
      select from collection_window where collection_id is null and requested_at > ${mendedAt}`;
    expect(polls.length).toBeGreaterThan(0);
  }, WAIT);
  expect((await services.askApi()).status).toBe(200);
  expect(services.ended).toEqual([]);

  const [first] = await sql<{ ms: number }[]>`
    select (extract(epoch from min(finished_at) - ${mendedAt}) * 1000)::integer as ms
    from collection_window where finished_at > ${mendedAt}`;
  expect(first?.ms).toBeLessThan(20_000);

  // No answer that was stored is asked for once more; one that was just under way may be.
  const stored = await sql<{ to: Temporal.Instant }[]>`select window_end as to from raw_payload`;
  const ofBackfill = stored.filter(({ to }) => Temporal.Instant.compare(to, QUARTER.to) <= 0);
  expect(ofBackfill).toHaveLength(QUARTER_DAYS.length);
  expect(simulator.requests.length - stored.length).toBeLessThanOrEqual(CONCURRENCY);

  const [polled] = await sql<{ from: Temporal.Instant; to: Temporal.Instant }[]>`
    select min(window_start) as from, max(window_end) as to from collection_window where collection_id is null`;
  if (polled === undefined) throw new Error('nothing was polled');
  await expectUndisturbed({ sql }, simulator, [QUARTER, polled]);
  return { lines: lines.flat(), attempts: await attemptsMade(redis?.url ?? databaseUrl) };
}

describe.concurrent('a database that is out of reach for a minute, during a backfill and polls', () => {
  it.skipIf(!hasQueueServer('Redis'))(
    'makes the services wait, visibly, and go on by themselves as if nothing had happened',
    async () => {
      const { lines, attempts } = await surviveMinuteWithoutDatabase('Redis', {
        scheduler: 'scheduling failed',
        collector: 'the database is away, the job waits',
        processor: 'the database is away, the job waits',
        api: 'database away',
      });
      // It is known why.
      expect(lines.filter((line) => line.includes('"stack"'))).toEqual([]);
      // So that no job waits for a pause that grew with the outage: only those that were on their way have failed, once.
      expect(attempts.filter((made) => made > 2)).toEqual([]);
      expect(attempts.filter((made) => made === 2).length).toBeLessThanOrEqual(CONCURRENCY);
    },
    600_000,
  );

  it('does the same where the queues are in it, so that nobody gets jobs', async () => {
    await surviveMinuteWithoutDatabase('PostgreSQL', {
      scheduler: 'scheduling failed',
      api: 'database away',
    });
  }, 600_000);
});
