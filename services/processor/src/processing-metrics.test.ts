import type { RawPayload, StoredAnswerRepository } from '@energy-data-service/db';
import type { CollectRequest, ParsedAnswer, Source } from '@energy-data-service/domain';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createProcessingMetrics } from './processing-metrics.ts';

const request = { source: 'test', dataset: 'load' } as CollectRequest;
const payload = { id: 1, request } as RawPayload;
const answer: ParsedAnswer = { outcome: 'data', observations: [], problems: [] };

function metricsOf() {
  const registry = new Registry();
  const metrics = createProcessingMetrics(registry);
  metrics.addDataset('load');
  return { registry, metrics };
}

function repository(overrides: Partial<StoredAnswerRepository>): StoredAnswerRepository {
  const unexpected = () => Promise.reject(new Error('not expected here'));
  return { store: unexpected, storeRepeated: unexpected, ...overrides };
}

describe('the metrics of processing', () => {
  it('are there before the first answer', async () => {
    const { registry } = metricsOf();
    const text = await registry.metrics();
    expect(text).toContain('energy_data_points_total{dataset="load",change="revised"} 0');
    expect(text).toContain('energy_data_processing_failures_total{dataset="load",stage="parse"} 0');
    expect(text).toContain('energy_data_parse_duration_seconds_count{dataset="load"} 0');
    expect(text).toContain('energy_data_write_duration_seconds_count{dataset="load"} 0');
  });

  it('measure decoding and pass its result on', async () => {
    const { registry, metrics } = metricsOf();
    const source = metrics.measureParsing({ parse: () => answer } as unknown as Source);
    expect(source.parse(request, new Uint8Array())).toBe(answer);
    expect(await registry.metrics()).toContain('energy_data_parse_duration_seconds_count{dataset="load"} 1');
  });

  it('count an answer that cannot be decoded, and pass the reason on', async () => {
    const { registry, metrics } = metricsOf();
    const parse = () => {
      throw new Error('breaks off');
    };
    const source = metrics.measureParsing({ parse } as unknown as Source);
    expect(() => source.parse(request, new Uint8Array())).toThrow('breaks off');
    expect(await registry.metrics()).toContain(
      'energy_data_processing_failures_total{dataset="load",stage="parse"} 1',
    );
  });

  it('count points by what they changed, and measure the writing', async () => {
    const { registry, metrics } = metricsOf();
    const changes = { new: 5, revised: 2, unchanged: 17 };
    const storedAnswers = metrics.measureWriting(repository({ store: async () => changes }));
    expect(await storedAnswers.store(payload, answer)).toBe(changes);
    await storedAnswers.store(payload, { ...answer, outcome: 'no-data' });
    const text = await registry.metrics();
    for (const [change, count] of Object.entries(changes)) {
      expect(text).toContain(`energy_data_points_total{dataset="load",change="${change}"} ${2 * count}`);
    }
    expect(text).toContain('energy_data_answers_total{dataset="load",outcome="data"} 1');
    expect(text).toContain('energy_data_answers_total{dataset="load",outcome="no_data"} 1');
    expect(text).toContain('energy_data_write_duration_seconds_count{dataset="load"} 2');
  });

  it('count nothing twice for an answer that had been processed', async () => {
    const { registry, metrics } = metricsOf();
    const storedAnswers = metrics.measureWriting(repository({ store: async () => null }));
    expect(await storedAnswers.store(payload, answer)).toBeNull();
    expect(await registry.metrics()).toContain('energy_data_answers_total{dataset="load",outcome="data"} 0');
  });

  it('count a repetition, and a writing that failed', async () => {
    const { registry, metrics } = metricsOf();
    const storedAnswers = metrics.measureWriting(
      repository({
        storeRepeated: async () => true,
        store: () => Promise.reject(new Error('connection lost')),
      }),
    );
    expect(await storedAnswers.storeRepeated(payload)).toBe(true);
    await expect(storedAnswers.store(payload, answer)).rejects.toThrow('connection lost');
    const text = await registry.metrics();
    expect(text).toContain('energy_data_answers_total{dataset="load",outcome="repeated"} 1');
    expect(text).toContain('energy_data_processing_failures_total{dataset="load",stage="write"} 1');
  });
});
