import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { connect, createCollectionWindowRepository } from '@energy-data-service/db';
import { createCollectQueue, createQueueBackend } from '@energy-data-service/queue';
import { createLogger } from '@energy-data-service/runtime';
import { startSimulator } from '@energy-data-service/simulator';
import { createTestDatabase, createTestQueueServer } from '@energy-data-service/test-support';
import { describe, expect, inject, it, vi } from 'vitest';
import { startServiceProcess } from './service-process.ts';

const WAIT = { timeout: 45_000, interval: 100 };
const TOKEN = '0d0d0d0d-hunter2';

interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
}

interface TraceRequest {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly {
        readonly key: string;
        readonly value: { readonly stringValue?: string };
      }[];
    };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<Span, 'service'>[] }[];
  }[];
}

/** An OpenTelemetry collector that keeps what it is sent. */
async function startReceiver() {
  const spans: Span[] = [];
  let text = '';
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as TraceRequest;
    text += JSON.stringify(body);
    for (const { resource, scopeSpans } of body.resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      for (const { name, traceId } of scopeSpans.flatMap((scope) => scope.spans)) {
        spans.push({ service, name, traceId });
      }
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    spans,
    text: () => text,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('traces', () => {
  it('go from the collect job through the queue to the processing of its answer, with the lines of both', async () => {
    await using receiver = await startReceiver();
    await using database = await createTestDatabase(inject('databaseServerUrl'));
    await using queueServer = await createTestQueueServer('PostgreSQL');
    const simulator = await startSimulator({});
    const env = {
      DATABASE_URL: database.url,
      QUEUE_URL: queueServer.url,
      ENTSOE_SECURITY_TOKEN: TOKEN,
      ENTSOE_BASE_URL: simulator.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    };
    const services = ['collector', 'processor'].map((name) => startServiceProcess(name, env));
    const sql = connect(database.url, { max: 1 });
    const backend = createQueueBackend(queueServer.url, createLogger('test', 'error'));
    const queue = createCollectQueue(backend, 'entsoe');
    try {
      const from = Temporal.Instant.from('2026-01-01T00:00Z');
      const window = { from, to: from.add({ hours: 24 }) };
      const item = {
        source: 'entsoe',
        dataset: 'actual-total-load',
        area: '10YCZ-CEPS-----N',
        counterArea: null,
      };
      await createCollectionWindowRepository(sql).createCollection('test', item, [window], 'live');
      await queue.add([{ request: { ...item, window }, priority: 'live' }]);

      await vi.waitFor(() => {
        const collected = receiver.spans.find(({ name }) => name === 'process collect-entsoe');
        const processed = receiver.spans.find(({ name }) => name === 'process raw-payload');
        expect([collected?.service, processed?.service]).toEqual(['collector', 'processor']);
        expect(processed?.traceId).toBe(collected?.traceId);
        const lines = services.map(({ output }) => output.filter((line) => line.includes('answer ')).at(0));
        expect(lines.map((line) => JSON.parse(line ?? '{}').traceId)).toEqual([
          collected?.traceId,
          collected?.traceId,
        ]);
      }, WAIT);
      expect(receiver.text()).not.toContain(TOKEN);
    } finally {
      await queue.close();
      await sql.end();
      for (const service of services) service.signal('SIGTERM');
      expect(await Promise.all(services.map(({ ended }) => ended))).toEqual(
        Array(2).fill({ code: 0, signal: null }),
      );
      await simulator.close();
    }
  });
});
