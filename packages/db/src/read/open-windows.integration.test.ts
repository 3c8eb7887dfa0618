import {
  type CollectRequest,
  formatWindow,
  type Priority,
  type TimeWindow,
} from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { expect, inject, it } from 'vitest';
import { createCollectionRepository } from '../collection.ts';
import { createCollectionWindowRepository } from '../collection-window.ts';
import { connect } from '../connect.ts';
import { REQUEST } from '../testing/answers.ts';
import { createOpenWindowsReader } from './open-windows.ts';

function days(from: number, to: number): TimeWindow {
  const start = Temporal.Instant.from('2024-01-01T00:00Z');
  return { from: start.add({ hours: 24 * from }), to: start.add({ hours: 24 * to }) };
}

it('finds what waits within each request, whoever wants it, but for live polls and what was cancelled', async () => {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 1 });
  try {
    const collections = createCollectionRepository(sql);
    const windows = createCollectionWindowRepository(sql);
    const want = (priority: Priority, ...wanted: TimeWindow[]) =>
      windows.createCollection('test', REQUEST, wanted, priority);
    await want('backfill', days(4, 6), days(0, 2), days(9, 11), days(20, 22));
    await want('backfill', days(0, 2));
    await want('heal', days(0, 1));
    await want('live', days(2, 3));
    await collections.pause(await want('backfill', days(6, 7)));
    await collections.cancel(await want('backfill', days(7, 8)));
    await windows.fail(
      { ...REQUEST, window: days(20, 22) },
      'refused',
      Temporal.Now.instant().add({ hours: 1 }),
    );
    const within = (window: TimeWindow): CollectRequest => ({ ...REQUEST, window });
    const found = await createOpenWindowsReader(sql).within([
      { ...within(days(0, 30)), area: 'another' },
      within(days(0, 10)),
      within(days(5, 30)),
    ]);
    expect(found.map((ofRequest) => ofRequest.map(formatWindow))).toEqual([
      [],
      [days(0, 2), days(0, 1), days(4, 6), days(6, 7)].map(formatWindow),
      [days(6, 7), days(9, 11)].map(formatWindow),
    ]);
  } finally {
    await sql.end();
  }
});
