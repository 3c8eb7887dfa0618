import { PermanentError } from '@energy-data-service/domain';
import {
  CollectJob,
  collectQueueName,
  createBoard,
  createCollectQueue,
  createQueueBackend,
  type JobHandler,
  type QueueBackend,
  startWorker,
} from '@energy-data-service/queue';
import { createLogger, createMonitoring } from '@energy-data-service/runtime';
import { createTestQueueServer, hasQueueServer, QUEUE_SERVER_KINDS } from '@energy-data-service/test-support';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createBoardApps } from './board-app.ts';
import { type DashboardPasswords, hasPassword } from './passwords.ts';
import { startDashboard } from './start.ts';
import { serveTestDashboard, type TestDashboard } from './testing/test-dashboard.ts';

const log = createLogger('test', 'error', { write: () => undefined });
const WAIT = { timeout: 20_000, interval: 20 };
const PASSWORDS = { viewer: 'the viewer’s password', operator: 'the operator’s password' };
const QUEUE = `/api/queues/${collectQueueName('test')}`;

const FROM = Temporal.Instant.from('2024-01-01T00:00:00Z');
const REQUEST = {
  source: 'test',
  dataset: 'actual-total-load',
  area: '10YCZ-CEPS-----N',
  counterArea: null,
  window: { from: FROM, to: FROM.add({ hours: 24 }) },
};

const Queues = z.object({
  queues: z.array(
    z.object({
      name: z.string(),
      readOnlyMode: z.boolean(),
      jobs: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          timestamp: z.number(),
          opts: z.object({ delay: z.number().default(0) }),
        }),
      ),
      counts: z.object({ failed: z.number() }),
      activeRateLimitTtl: z.number(),
    }),
  ),
});

describe.each(QUEUE_SERVER_KINDS)('on %s', (kind) => {
  describe.skipIf(!hasQueueServer(kind))('the dashboard', () => {
    async function withDashboard(
      passwords: DashboardPasswords,
      test: (dashboard: TestDashboard, backend: QueueBackend) => Promise<void>,
    ): Promise<void> {
      await using scope = new AsyncDisposableStack();
      const server = scope.use(await createTestQueueServer(kind));
      const backend = createQueueBackend(server.url, log);
      const board = createBoard(backend, ['test']);
      scope.defer(() => board.close());
      const boards = createBoardApps(board, hasPassword(passwords));
      const dependencies = { boards, monitoring: createMonitoring(), passwords, log };
      await test(scope.use(await serveTestDashboard(dependencies)), backend);
    }

    /** Lets the request fail for good, as the handler of a worker. */
    async function failRequest(backend: QueueBackend): Promise<void> {
      const queue = createCollectQueue(backend, 'test');
      await queue.add([{ request: REQUEST, priority: 'live' }]);
      await work(backend, async () => {
        throw new PermanentError('refused');
      });
      await queue.close();
    }

    /** Runs a worker until the queue is empty. */
    async function work(backend: QueueBackend, handle: JobHandler<CollectJob>['handle']): Promise<void> {
      const queue = createCollectQueue(backend, 'test');
      const nothing = async () => undefined;
      const worker = startWorker(
        backend,
        collectQueueName('test'),
        CollectJob,
        { begin: nothing, handle, giveUp: nothing },
        { log, concurrency: 1 },
      );
      await vi.waitFor(async () => expect(await queue.countOpen()).toBe(0), WAIT);
      await worker.close();
      await queue.close();
    }

    it('shows a viewer every queue, and its jobs by dataset, area and window', () =>
      withDashboard(PASSWORDS, async (dashboard, backend) => {
        const queue = createCollectQueue(backend, 'test');
        await queue.add([{ request: REQUEST, priority: 'live' }]);
        await queue.close();
        const viewer = await dashboard.logIn(PASSWORDS.viewer);
        const response = await viewer.get('/api/queues?activeQueue=collect-test&status=prioritized');
        const { queues } = Queues.parse(await response.json());
        expect(queues).toMatchObject([
          {
            name: 'collect-test',
            readOnlyMode: true,
            jobs: [{ name: 'actual-total-load CZ 2024-01-01T00:00Z/2024-01-02T00:00Z' }],
          },
          { name: 'raw-payload', readOnlyMode: true },
        ]);
      }));

    it('lets an operator retry what failed for good, and the worker knows that a person did', () =>
      withDashboard(PASSWORDS, async (dashboard, backend) => {
        await failRequest(backend);
        const operator = await dashboard.logIn(PASSWORDS.operator);
        expect((await operator.put(`${QUEUE}/retry/failed`)).status).toBe(200);
        const retried: boolean[] = [];
        await work(backend, async (_, { isRetriedByHand }) => {
          retried.push(isRetriedByHand);
        });
        expect(retried).toEqual([true]);
      }));

    it('lets an operator clean a queue, which takes what was cleaned again', () =>
      withDashboard(PASSWORDS, async (dashboard, backend) => {
        const queue = createCollectQueue(backend, 'test');
        await queue.add([{ request: REQUEST, priority: 'live' }]);
        const operator = await dashboard.logIn(PASSWORDS.operator);
        const list = await operator.get('/api/queues?activeQueue=collect-test&status=prioritized');
        const [job] = Queues.parse(await list.json()).queues[0]?.jobs ?? [];
        expect((await operator.put(`${QUEUE}/${job?.id}/clean`)).status).toBe(204);
        expect(await queue.countOpen()).toBe(0);
        // What the page asks next, of which it makes a message if it is told of an error.
        const gone = await operator.get(`${QUEUE}/${job?.id}`);
        expect([gone.status, await gone.json()]).toEqual([404, {}]);
        await queue.add([{ request: REQUEST, priority: 'live' }]);
        expect(await queue.countOpen()).toBe(1);
        await queue.close();
      }));

    it('lets an operator clean all that waits, which the queue takes again', () =>
      withDashboard(PASSWORDS, async (dashboard, backend) => {
        const queue = createCollectQueue(backend, 'test');
        // What was added in the last seconds is spared.
        vi.setSystemTime(Date.now() - 60_000);
        await queue.add([{ request: REQUEST, priority: 'live' }]);
        vi.useRealTimers();
        const operator = await dashboard.logIn(PASSWORDS.operator);
        expect((await operator.put(`${QUEUE}/clean/prioritized`)).status).toBe(200);
        expect(await queue.countOpen()).toBe(0);
        await queue.add([{ request: REQUEST, priority: 'live' }]);
        expect(await queue.countOpen()).toBe(1);
        await queue.close();
      }));

    it('tells the earliest time of another attempt of a job that waits for it', () =>
      withDashboard(PASSWORDS, async (dashboard, backend) => {
        const queue = createCollectQueue(backend, 'test');
        // Long before its first attempt.
        vi.setSystemTime(Date.now() - 3_600_000);
        await queue.add([{ request: REQUEST, priority: 'live' }]);
        vi.useRealTimers();
        await queue.close();
        const viewer = await dashboard.logIn(PASSWORDS.viewer);
        let told: number | undefined;
        const attempts: number[] = [];
        const done = work(backend, async () => {
          attempts.push(Date.now());
          if (told === undefined) throw new Error('not yet');
        });
        await vi.waitFor(async () => {
          const list = await viewer.get('/api/queues?activeQueue=collect-test&status=delayed');
          const [job] = Queues.parse(await list.json()).queues[0]?.jobs ?? [];
          told = job && job.timestamp + job.opts.delay;
          expect(told).toBeDefined();
        }, WAIT);
        await done;
        expect(told).toBeGreaterThan((attempts.at(0) ?? 0) + 1_000);
        expect(told).toBeLessThanOrEqual(attempts.at(-1) ?? 0);
      }));

    it('tells for how long a queue is silenced, and nothing of a budget that is spent for the moment', () =>
      withDashboard(PASSWORDS, async (dashboard, backend) => {
        const queue = backend.createQueue(collectQueueName('test'));
        const viewer = await dashboard.logIn(PASSWORDS.viewer);
        const silentForMs = async () =>
          Queues.parse(await (await viewer.get('/api/queues')).json()).queues[0]?.activeRateLimitTtl;
        await queue.rateLimit(60_000);
        expect(await silentForMs()).toBe(0);
        await queue.rateLimit(600_000);
        expect(await silentForMs()).toBeGreaterThan(500_000);
        await backend.close(queue);
      }));

    it('has its own style and script in its page, which loads nothing from elsewhere', () =>
      withDashboard({}, async ({ anonymous }) => {
        const page = await (await anonymous.get('/queue/collect-test')).text();
        const loaded = [...page.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]*)"/g)].map(
          ([, url]) => url,
        );
        expect(loaded).toEqual(expect.arrayContaining(['board.css', 'board.js']));
        expect(loaded.filter((url) => url?.includes('//'))).toEqual([]);
        for (const [path, type] of [
          ['/board.css', 'text/css'],
          ['/board.js', 'text/javascript'],
        ] as const) {
          const response = await anonymous.get(path);
          expect([response.status, response.headers.get('content-type')]).toEqual([
            200,
            `${type}; charset=utf-8`,
          ]);
        }
      }));

    it('changes nothing for a viewer, with a login or without', async () => {
      for (const passwords of [PASSWORDS, {}]) {
        await withDashboard(passwords, async (dashboard, backend) => {
          await failRequest(backend);
          const viewer =
            passwords === PASSWORDS ? await dashboard.logIn(PASSWORDS.viewer) : dashboard.anonymous;
          expect((await viewer.put(`${QUEUE}/retry/failed`)).status).toBe(403);
          const { queues } = Queues.parse(await (await viewer.get('/api/queues')).json());
          expect(queues[0]?.counts).toEqual({ failed: 1 });
        });
      }
    });

    it('is ready once its process is and the queues answer', async () => {
      await using scope = new AsyncDisposableStack();
      const server = scope.use(await createTestQueueServer(kind));
      const monitoring = createMonitoring();
      const dashboard = await startDashboard({
        queueBackend: createQueueBackend(server.url, log),
        sources: ['test'],
        passwords: {},
        hostname: '127.0.0.1',
        port: 0,
        monitoring,
        log,
      });
      scope.defer(() => dashboard.close());
      const statusOf = async (path: string) => (await fetch(dashboard.url + path)).status;
      monitoring.readiness.set('service', () => Promise.reject(new Error('starts')));
      expect([await statusOf('/livez'), await statusOf('/readyz')]).toEqual([200, 503]);
      monitoring.readiness.delete('service');
      expect([...monitoring.readiness.keys()]).toEqual(['queues']);
      expect(await statusOf('/readyz')).toBe(200);
    });
  });
});
