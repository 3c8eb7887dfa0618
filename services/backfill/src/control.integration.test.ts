import { connect, createCollectionRepository, disconnect } from '@energy-data-service/db';
import { createTestDatabase } from '@energy-data-service/test-support';
import { expect, inject, it } from 'vitest';
import { control } from './control.ts';
import { createTerminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

it('the status of a backfill that there is not is a mistake, and not that there is none', async () => {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 2 });
  try {
    let written = '';
    const terminal = createTerminal({
      isTTY: false,
      columns: 80,
      write: (text: string) => {
        written += text;
        return true;
      },
    });
    const status = (id: string) =>
      control('status', id, { sql, sources: ['entsoe'], terminal, wait: () => Promise.resolve(false) });

    expect(await status('')).toBe('succeeded');
    expect(written).toBe('There is no backfill.\n');
    await expect(status('deadbeef')).rejects.toThrow(new UsageError('no backfill deadbeef'));

    await createCollectionRepository(sql).createBackfill([]);
    await expect(status('zzz')).rejects.toThrow(new UsageError('no backfill zzz'));
  } finally {
    await disconnect(sql);
  }
});
