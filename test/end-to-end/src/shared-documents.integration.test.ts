import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { serveDatabase } from '@energy-data-service/api';
import { entsoeSource } from '@energy-data-service/entsoe';
import { createLogger } from '@energy-data-service/runtime';
import { recordedAnswers, startSimulator } from '@energy-data-service/simulator';
import { HAS_SHARED_DOCUMENTS, SHARED_DOCUMENTS } from '@energy-data-service/test-support';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startStack } from './stack.ts';

const log = createLogger('test', 'error');

/** Rows of a CSV without quoted fields, as objects. */
function readCsv(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((field, i) => [names[i] ?? '', field])));
}

/** What a row says, in one line. */
function statement(row: Record<string, string>): string {
  return [row.business_type, row.unit, row.resolution, row.quantity, row.timestamp, row.value].join(' ');
}

/** The dataset that a document belongs to, by its type and process. */
const DATASETS: Record<string, string> = {
  'A65 A16': 'actual-total-load',
  'A65 A01': 'day-ahead-total-load-forecast',
  'A65 A31': 'week-ahead-total-load-forecast',
  'A65 A32': 'month-ahead-total-load-forecast',
  'A65 A33': 'year-ahead-total-load-forecast',
  'A70 A33': 'year-ahead-forecast-margin',
};

const Summary = z.record(z.string(), z.object({ rows: z.number() }));

/** The load documents that hold values; the others are for the decoder's own tests. */
async function documentsWithValues(): Promise<string[]> {
  const summary = Summary.parse(
    JSON.parse(await readFile(join(SHARED_DOCUMENTS, 'expected/summary.json'), 'utf8')),
  );
  return Object.keys(summary)
    .filter((name) => name.startsWith('load/') && (summary[name]?.rows ?? 0) > 0)
    .map((name) => basename(name));
}

describe.skipIf(!HAS_SHARED_DOCUMENTS)(
  'the recorded documents (skipped where ../shared is absent)',
  async () => {
    const names = HAS_SHARED_DOCUMENTS ? await documentsWithValues() : [];

    it.each(names)('%s comes out of the REST API value by value', async (name) => {
      const expected = readCsv(
        gunzipSync(await readFile(join(SHARED_DOCUMENTS, 'expected/load', `${name}.csv.gz`))).toString(),
      );
      const [first] = expected;
      // Documents without any value are the decoder's tests' business.
      if (first === undefined) return;

      const folder = await mkdtemp(join(tmpdir(), 'recorded-'));
      await copyFile(join(SHARED_DOCUMENTS, 'load', name), join(folder, name));
      const simulator = await startSimulator({ answers: await recordedAnswers(folder) });
      const settings = { securityToken: 'any', baseUrl: simulator.url, requestsPerMinute: 6_000 };
      await using stack = await startStack({
        queue: 'PostgreSQL',
        sources: [{ source: entsoeSource, settings }],
      });
      const api = await serveDatabase({
        sql: stack.sql,
        lookups: stack.sql,
        sources: [entsoeSource],
        budgets: new Map(),
        hostname: '127.0.0.1',
        port: 0,
        log,
      });
      try {
        const instants = expected.map(({ timestamp }) => timestamp ?? '').sort();
        const range = {
          start_time: instants[0] ?? '',
          end_time: Temporal.Instant.from(instants.at(-1) ?? '')
            .add({ hours: 1 })
            .toString(),
        };
        const dataset = DATASETS[`${first.type} ${first.process_type}`];
        const requested = await fetch(`${api.url}/v1/collect-data`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ dataset, area_code: first.out_domain, ...range }),
        });
        expect(requested.status).toBe(202);
        const collection = new URL(requested.headers.get('location') ?? '', api.url);
        await vi.waitFor(
          async () => expect(await (await fetch(collection)).json()).toMatchObject({ status: 'succeeded' }),
          { timeout: 40_000, interval: 50 },
        );
        const query = new URLSearchParams({ area_code: first.out_domain ?? '', ...range, format: 'csv' });
        const answer = await fetch(`${api.url}/v1/datasets/${dataset}/values?${query}`);
        const rows = readCsv(await answer.text());
        expect(rows.map((row) => statement(row)).sort()).toEqual(
          expected.map((row) => statement(row)).sort(),
        );
      } finally {
        await api.close();
        await simulator.close();
        await rm(folder, { recursive: true });
      }
    });
  },
);
