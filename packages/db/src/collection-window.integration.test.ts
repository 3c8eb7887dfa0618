import type { CollectRequest } from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { expect, inject, it } from 'vitest';
import { createCollectionWindowRepository } from './collection-window.ts';
import { connect } from './connect.ts';

const REQUEST: CollectRequest = {
  source: 'entsoe',
  dataset: 'actual-total-load',
  area: '10YCZ-CEPS-----N',
  counterArea: null,
  window: {
    from: Temporal.Instant.from('2024-01-01T00:00Z'),
    to: Temporal.Instant.from('2024-01-02T00:00Z'),
  },
};

it('ends windows that were open when the attempt began, and none that were opened since', async () => {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 1 });
  try {
    const windows = createCollectionWindowRepository(sql);
    for (const hoursAgo of [2, 0]) {
      await windows.createCollection('test', REQUEST, [REQUEST.window], 'live');
      await sql`update collection_window set requested_at = requested_at - ${hoursAgo} * interval '1 hour'`;
    }
    await windows.fail(REQUEST, 'refused', 3_600_000);
    const rows = await sql<{ status: string; error: string | null }[]>`
      select status, error from collection_window order by id`;
    expect([...rows]).toEqual([
      { status: 'failed', error: 'refused' },
      { status: 'pending', error: null },
    ]);
  } finally {
    await sql.end();
  }
});
