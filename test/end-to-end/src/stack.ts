import { startCollector } from '@energy-data-service/collector';
import { connect, createCollectionWindowRepository, disconnect, type Sql } from '@energy-data-service/db';
import {
  type Area,
  CIRCUIT_LIMITS,
  type CircuitLimits,
  type CollectRequest,
  type Dataset,
  type Source,
} from '@energy-data-service/domain';
import { startProcessor } from '@energy-data-service/processor';
import { createQueueBackend, type QueueBackend } from '@energy-data-service/queue';
import { type CloseStep, createLogger, runCloseSteps } from '@energy-data-service/runtime';
import { startScheduler } from '@energy-data-service/scheduler';
import {
  createTestDatabase,
  createTestQueueServer,
  type QueueServerKind,
} from '@energy-data-service/test-support';
import { expect, inject, vi } from 'vitest';

/** Scheduler, collectors and processors on a database and a queue of their own, in this process. */
export interface Stack extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly sql: Sql;
  readonly queueBackend: QueueBackend;
  /** What the services have written to their log, a line an element. */
  readonly logged: readonly string[];
  /** Takes away every job of the queues, waiting or running. */
  emptyQueues(): Promise<void>;
  /** Asks for windows as POST /v1/collect-data does. */
  collect(...requests: CollectRequest[]): Promise<void>;
  /** Waits until every window has ended and every answer has been processed. */
  settle(): Promise<void>;
}

export interface StackOptions {
  readonly queue: QueueServerKind;
  readonly sources: readonly { readonly source: Source; readonly settings: unknown }[];
  readonly datasets?: readonly Dataset[];
  readonly areas?: readonly Area[];
  readonly processors?: number;
  /** Servers to use in place of those of the test run: a migrated database, and an empty place for queues. */
  readonly servers?: { readonly databaseUrl?: string; readonly queueUrl?: string };
}

/** A source that is cut off is tried again soon. */
const SHORT_PAUSES: CircuitLimits = {
  ...CIRCUIT_LIMITS,
  firstPauseMs: 500,
  longestPauseMs: 1_000,
  precedenceMs: 300,
  failedReturnMs: 5_000,
};

export async function startStack({
  queue,
  sources,
  datasets = [],
  areas = [],
  processors = 2,
  servers = {},
}: StackOptions): Promise<Stack> {
  const logged: string[] = [];
  const log = createLogger('test', 'debug', { write: (line) => logged.push(line) });
  const database = await createTestDatabase(inject('databaseServerUrl'));
  const queueServer = await createTestQueueServer(queue);
  const databaseUrl = servers.databaseUrl ?? database.url;
  const sql = connect(databaseUrl, { max: 20 });
  const queueBackend = createQueueBackend(servers.queueUrl ?? queueServer.url, log);
  const plain = sources.map(({ source }) => source);
  const budgets = new Map(
    sources.map(({ source, settings }) => [source.id, source.requestsPerMinute(settings)]),
  );
  const steps: CloseStep[] = [
    ...(await startScheduler({ sql, queueBackend, sources: plain, budgets, datasets, areas, log })),
    ...startCollector({ sql, queueBackend, sources, concurrency: 4, circuitLimits: SHORT_PAUSES, log }),
    ...Array.from({ length: processors }, () =>
      startProcessor({ sql, queueBackend, sources: plain, concurrency: 1, log }),
    ).flat(),
    ['connections', () => disconnect(sql)],
    ['queue server', async () => queueServer[Symbol.asyncDispose]()],
    ['database', async () => database[Symbol.asyncDispose]()],
  ];
  const windows = createCollectionWindowRepository(sql);
  return {
    databaseUrl,
    sql,
    queueBackend,
    logged,
    emptyQueues: () => queueServer.empty(),
    async collect(...requests) {
      for (const { window, ...item } of requests) {
        await windows.createCollection('test', item, [window], 'backfill');
      }
    },
    settle: () =>
      vi.waitFor(
        async () => {
          const [open] = await sql`
            select
              (select count(*) from collection_window) as wanted,
              (select count(*) from collection_window where status in ('pending', 'fetched')) as windows,
              (select count(*) from raw_payload where processed_at is null and error is null) as payloads`;
          expect(open?.wanted).toBeGreaterThan(0);
          expect(open).toMatchObject({ windows: 0, payloads: 0 });
        },
        { timeout: 50_000, interval: 50 },
      ),
    async [Symbol.asyncDispose]() {
      expect(await runCloseSteps(steps, log)).toBe(true);
    },
  };
}
