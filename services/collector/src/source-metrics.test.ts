import {
  type CollectRequest,
  type Dataset,
  type FetchResult,
  PermanentError,
  ThrottledError,
  TransientError,
  UnauthorizedError,
} from '@energy-data-service/domain';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createSourceMetrics } from './source-metrics.ts';

const load = { id: 'load' } as Dataset;
const request: CollectRequest = {
  source: 'test',
  dataset: 'load',
  area: '10YCZ-CEPS-----N',
  counterArea: null,
  window: {
    from: Temporal.Instant.from('2024-01-01T00:00Z'),
    to: Temporal.Instant.from('2024-01-02T00:00Z'),
  },
};

function measured(fetch: () => Promise<FetchResult>) {
  const registry = new Registry();
  const source = { id: 'test', datasets: [load], requestsPerMinute: 380 };
  const client = createSourceMetrics(registry).measure(source, { fetch, close: async () => undefined });
  return { registry, client };
}

const answer: FetchResult = {
  kind: 'answer',
  status: 200,
  mediaType: null,
  body: new Uint8Array(1_234),
  contentHash: new Uint8Array(),
};
const rejecting = (error: Error) => () => Promise.reject(error);

describe('the metrics of a source', () => {
  it('are there before the first request, with the budget', async () => {
    const { registry } = measured(async () => answer);
    const text = await registry.metrics();
    expect(text).toContain(
      'energy_data_source_requests_total{source="test",dataset="load",outcome="throttled"} 0',
    );
    expect(text).toContain('energy_data_source_requests_per_minute_limit{source="test"} 380');
  });

  it.each<[string, () => Promise<FetchResult>]>([
    ['answer', async () => answer],
    ['too_large', async () => ({ kind: 'too-large', maxDays: null, reason: 'more than 100 days' })],
    ['throttled', rejecting(new ThrottledError('banned', 600_000))],
    ['unauthorized', rejecting(new UnauthorizedError('no such token', 60_000))],
    ['refused', rejecting(new PermanentError('no such item'))],
    ['fault', rejecting(new TransientError('bad gateway'))],
    ['fault', rejecting(new TypeError('a mistake of ours'))],
  ])('count %s, pass it on as it is, and measure it', async (outcome, fetch) => {
    const { registry, client } = measured(fetch);
    const expected = await fetch().catch((error: unknown) => error);
    const actual = await client.fetch(request, new AbortController().signal).catch((error: unknown) => error);
    expect(actual).toEqual(expected);
    const text = await registry.metrics();
    expect(text).toContain(`{source="test",dataset="load",outcome="${outcome}"} 1`);
    expect(text).toContain(
      'energy_data_source_request_duration_seconds_count{source="test",dataset="load"} 1',
    );
    const bytes = outcome === 'answer' ? 1_234 : 0;
    expect(text).toContain(`energy_data_source_answer_bytes_total{source="test",dataset="load"} ${bytes}`);
  });

  it('tell how far our clock is from the source’s, once that is known', async () => {
    const { registry, client } = measured(async () => ({ ...answer, clockAheadMs: -61_000 }));
    expect(await registry.metrics()).not.toContain('energy_data_clock_ahead_of_source_seconds{');
    await client.fetch(request, new AbortController().signal);
    expect(await registry.metrics()).toContain(
      'energy_data_clock_ahead_of_source_seconds{source="test"} -61',
    );
  });

  it('blame no source for a request that the closing collector aborts', async () => {
    const closing = AbortSignal.abort();
    const { registry, client } = measured(rejecting(new Error('aborted')));
    await expect(client.fetch(request, closing)).rejects.toThrow('aborted');
    expect(await registry.metrics()).toContain('{source="test",dataset="load",outcome="aborted"} 1');
  });
});
