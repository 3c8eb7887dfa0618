import type { CollectRequest } from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { expect, inject, it } from 'vitest';
import { connect } from '../connect.ts';
import { recordAnswer } from '../coverage.ts';
import { createCompletenessReader } from './completeness.ts';

const HOUR_MS = 3_600_000;

function request(area: string, from: string, to: string): CollectRequest {
  return {
    source: 'entsoe',
    dataset: 'actual-total-load',
    area,
    counterArea: null,
    window: { from: Temporal.Instant.from(from), to: Temporal.Instant.from(to) },
  };
}

const CZ = '10YCZ-CEPS-----N';
const FR = '10YFR-RTE------C';

it('tells what was answered of each request, with data or without, and what was not', async () => {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 1 });
  try {
    await sql.begin(async (transaction) => {
      const askedAt = Temporal.Now.instant();
      const early = request(CZ, '2023-12-31T00:00Z', '2024-01-01T06:00Z');
      await recordAnswer(transaction, early, askedAt, 'data');
      await recordAnswer(
        transaction,
        request(CZ, '2024-01-01T08:00Z', '2024-01-01T09:00Z'),
        askedAt,
        'no-data',
      );
      await recordAnswer(transaction, request(CZ, '2024-01-01T10:00Z', '2024-01-01T11:00Z'), askedAt, 'data');
    });
    const never = request(FR, '2024-01-01T00:00Z', '2024-01-02T00:00Z');
    const partly = request(CZ, '2024-01-01T00:00Z', '2024-01-02T00:00Z');
    const wholly = request(CZ, '2024-01-01T01:00Z', '2024-01-01T02:00Z');
    const found = await createCompletenessReader(sql).find([never, partly, wholly]);
    expect(found).toEqual([
      { request: never, collectedMs: 0, notPublishedMs: 0, missing: [never.window] },
      {
        request: partly,
        collectedMs: 7 * HOUR_MS,
        notPublishedMs: HOUR_MS,
        missing: [
          request(CZ, '2024-01-01T06:00Z', '2024-01-01T08:00Z').window,
          request(CZ, '2024-01-01T09:00Z', '2024-01-01T10:00Z').window,
          request(CZ, '2024-01-01T11:00Z', '2024-01-02T00:00Z').window,
        ],
      },
      { request: wholly, collectedMs: HOUR_MS, notPublishedMs: 0, missing: [] },
    ]);
  } finally {
    await sql.end();
  }
});

it('asks the ledger nothing about nothing', async () => {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 1 });
  try {
    expect(await createCompletenessReader(sql).find([])).toEqual([]);
  } finally {
    await sql.end();
  }
});
