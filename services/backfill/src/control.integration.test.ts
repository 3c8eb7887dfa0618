import {
  connect,
  createCollectionRepository,
  createCollectionWindowRepository,
  createSourceStateRepository,
  disconnect,
  type Sql,
} from '@energy-data-service/db';
import { PRIORITIES } from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { expect, inject, it } from 'vitest';
import type { ControlKind } from './command-line.ts';
import { control } from './control.ts';
import type { Ending } from './ending.ts';
import { createTerminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** What a command ends with, and what it writes. */
type Run = (kind: ControlKind, id?: string) => Promise<{ ending: Ending; written: string }>;

async function withCommands(test: (sql: Sql, run: Run) => Promise<void>): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 2 });
  try {
    await test(sql, async (kind, id = '') => {
      let written = '';
      const terminal = createTerminal({
        isTTY: false,
        columns: 80,
        write: (text: string) => {
          written += text;
          return true;
        },
      });
      const surroundings = { sql, sources: ['entsoe'], terminal, wait: () => Promise.resolve(false) };
      return { ending: await control(kind, id, surroundings), written };
    });
  } finally {
    await disconnect(sql);
  }
}

const DAY = 24;

/** Begins a backfill of so many days, each of them a window. */
async function begin(sql: Sql, days: number): Promise<string> {
  const from = Temporal.Instant.from('2024-01-01T00:00Z');
  const windows = Array.from({ length: days }, (_, day) => ({
    from: from.add({ hours: day * DAY }),
    to: from.add({ hours: (day + 1) * DAY }),
  }));
  const item = {
    source: 'entsoe',
    dataset: 'actual-total-load',
    area: '10YCZ-CEPS-----N',
    counterArea: null,
  };
  const wanted = { from, to: from.add({ hours: days * DAY }) };
  return createCollectionRepository(sql).createBackfill([{ ...item, wanted, windows }]);
}

/** Ends the first window that waits, without an answer. */
async function failFirst(sql: Sql): Promise<void> {
  const windows = createCollectionWindowRepository(sql);
  const [first] = await windows.findPending('entsoe', PRIORITIES, 0, 1);
  if (first === undefined) throw new Error('nothing waits');
  await windows.fail(first.request, 'refused {"code":1}', Temporal.Now.instant().add({ hours: 1 }));
}

it('the status of a backfill that there is not is a mistake, and not that there is none', () =>
  withCommands(async (sql, run) => {
    expect(await run('status')).toEqual({ ending: 'succeeded', written: 'There is no backfill.\n' });
    await expect(run('status', 'deadbeef')).rejects.toThrow(new UsageError('no backfill deadbeef'));

    await begin(sql, 1);
    await expect(run('status', 'zzz')).rejects.toThrow(new UsageError('no backfill zzz'));
  }));

it('says what is tried in vain and why, while it is and once it is cancelled', () =>
  withCommands(async (sql, run) => {
    const id = await begin(sql, 3);
    const windows = createCollectionWindowRepository(sql);
    for (const { request } of await windows.findPending('entsoe', PRIORITIES, 0, 2)) {
      await windows.noteError(request, 'source is out of order {"status":500}');
    }
    expect((await run('status', id)).written).toContain(
      '0/3 windows, 2 tried in vain: source is out of order\n',
    );
    await run('cancel', id);
    expect((await run('status', id)).written).toContain('cancelled, 3 were not answered.\n');
  }));

it('lists backfills with why their source may not be asked, and promises no end meanwhile', () =>
  withCommands(async (sql, run) => {
    const id = await begin(sql, 20);
    await sql`
      update collection_window
      set status = 'succeeded', finished_at = now() - ('2024-01-13T00:00Z' - window_start) / 86400
      where window_start < '2024-01-11T00:00Z'`;
    expect((await run('status')).written).toMatch(/10\/20 windows, \d+ s left, /);
    await createSourceStateRepository(sql).block('entsoe', 600_000, 'banned');
    const silent = /10\/20 windows, entsoe may not be asked for 10 min: banned\n/;
    expect((await run('status')).written).toMatch(silent);
    expect((await run('status', id)).written).toMatch(silent);
  }));

it('advises only what it does not refuse: a cancelled backfill is not asked for again', () =>
  withCommands(async (sql, run) => {
    const id = await begin(sql, 2);
    await failFirst(sql);
    expect((await run('status', id)).written).toContain(`pnpm backfill retry ${id}`);
    await run('cancel', id);
    const { written } = await run('status', id);
    expect(written).toContain('1 window failed: refused');
    expect(written).not.toContain('retry');
    await expect(run('retry', id)).rejects.toThrow('was cancelled; begin another one');
  }));

it('does not call complete what other answers have brought than those that it asked for', () =>
  withCommands(async (sql, run) => {
    const id = await begin(sql, 1);
    await sql`
      insert into coverage (source, dataset, area, collected)
      values ('entsoe', 'actual-total-load', '10YCZ-CEPS-----N', '{[2024-01-01T00:00Z,2024-01-02T00:00Z)}')`;
    await failFirst(sql);
    const { ending, written } = await run('follow', id);
    expect(ending).toBe('failed');
    expect(written).toContain('0 of 1 window succeeded, 0 points, 1 failed.\n');
    expect(written).toContain('Complete, but by other answers: 1 window of this backfill brought nothing.\n');
  }));
