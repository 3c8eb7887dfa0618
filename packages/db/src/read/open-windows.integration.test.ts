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
import { createRawPayloadRepository } from '../raw-payload.ts';
import { answerOf, REQUEST } from '../testing/answers.ts';
import { createOpenWindowsReader } from './open-windows.ts';

function days(from: number, to: number): TimeWindow {
  const start = Temporal.Instant.from('2024-01-01T00:00Z');
  return { from: start.add({ hours: 24 * from }), to: start.add({ hours: 24 * to }) };
}

it('finds what is open within each request, whoever wants it, but for polls of live data and what was cancelled', async () => {
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
    // Asked for by hand, and by the scheduler.
    await want('live', days(3, 4));
    const polled = (window: TimeWindow) => ({ ...REQUEST, window });
    await windows.schedule(
      [days(2, 3), days(8, 9)].map((window) => ({
        request: polled(window),
        priority: 'live',
        everyMinutes: 5,
      })),
    );
    await collections.pause(await want('backfill', days(6, 7)));
    await collections.cancel(await want('backfill', days(7, 8)));
    await windows.fail(
      { ...REQUEST, window: days(20, 22) },
      'refused',
      Temporal.Now.instant().add({ hours: 1 }),
    );
    const payloads = createRawPayloadRepository(sql);
    const { answer } = answerOf();
    await want('backfill', days(12, 14), days(14, 16), days(16, 18));
    for (const answered of [days(12, 14), days(14, 16), days(8, 9)]) {
      await payloads.store(polled(answered), answer);
    }
    await payloads.fail(await payloads.store(polled(days(16, 18)), answer), 'no document');
    await want('heal', days(14, 16));
    const within = (window: TimeWindow): CollectRequest => ({ ...REQUEST, window });
    const found = await createOpenWindowsReader(sql).within([
      { ...within(days(0, 30)), area: 'another' },
      within(days(0, 10)),
      within(days(5, 30)),
    ]);
    const waits = (...windows: TimeWindow[]) => windows.map((window) => [formatWindow(window), false]);
    const isAnswered = (window: TimeWindow) => [formatWindow(window), true];
    expect(found.map((ofRequest) => ofRequest.map((open) => [formatWindow(open), open.isAnswered]))).toEqual([
      [],
      waits(days(0, 2), days(0, 1), days(3, 4), days(4, 6), days(6, 7)),
      [
        ...waits(days(6, 7), days(9, 11)),
        isAnswered(days(12, 14)),
        // Wanted since by somebody else, who wants it asked for.
        ...waits(days(14, 16)),
      ],
    ]);
  } finally {
    await sql.end();
  }
});
