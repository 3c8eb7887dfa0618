import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type BackfillItem, connect, createCollectionRepository, disconnect } from '@energy-data-service/db';
import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';

function run(program: string, args: readonly string[], databaseUrl: string) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url)), ...args], {
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, complaints }));
  return { output: child.stdout, ended };
}

const DAY = {
  from: Temporal.Instant.from('2024-01-01T00:00Z'),
  to: Temporal.Instant.from('2024-01-02T00:00Z'),
};

/** Nobody will ask for it, so that its backfill does not end. */
const WANTED: BackfillItem = {
  source: 'entsoe',
  dataset: 'actual-total-load',
  area: '10YCZ-CEPS-----N',
  counterArea: null,
  wanted: DAY,
  windows: [DAY],
};

/** What a shell says of any program whose output nobody reads any more. */
const QUIETLY = { code: 141, complaints: '' };

describe('a command whose reader has gone', () => {
  it.each([
    ['main.ts', ['status']],
    ['status-main.ts', []],
    ['replay-main.ts', ['--failed']],
    ['main.ts', ['--help']],
  ])('ends without a word: %s %j', async (program, args) => {
    await using database = await createTestDatabase(inject('databaseServerUrl'));
    const { output, ended } = run(program, args, database.url);
    output.destroy();
    expect(await ended).toEqual(QUIETLY);
  });

  it('ends in the midst of watching a backfill, which goes on', async () => {
    await using database = await createTestDatabase(inject('databaseServerUrl'));
    const sql = connect(database.url, { max: 2 });
    try {
      const collections = createCollectionRepository(sql);
      const id = await collections.createBackfill([WANTED]);
      await collections.pause(id);
      const { output, ended } = run('main.ts', ['follow', id], database.url);
      await once(output, 'data');
      output.destroy();
      await collections.resume(id);
      expect(await ended).toEqual(QUIETLY);
    } finally {
      await disconnect(sql);
    }
  });
});
