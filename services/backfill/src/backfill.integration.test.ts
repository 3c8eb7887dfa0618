import {
  connect,
  createBackfillReader,
  createCollectionWindowRepository,
  createRawPayloadRepository,
  createSourceCircuitRepository,
  createSourceStateRepository,
  createStoredAnswerRepository,
  type Sql,
} from '@energy-data-service/db';
import {
  CIRCUIT_LIMITS,
  type CollectRequest,
  createSeriesKey,
  findArea,
  type ParsedAnswer,
  PermanentError,
  PRIORITIES,
  type Source,
  splitWindow,
} from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';
import { type BackfillCommand, readCommandLine } from './command-line.ts';
import { control } from './control.ts';
import type { Ending } from './ending.ts';
import { rebuild } from './rebuild.ts';
import { replay } from './replay.ts';
import { readReplayCommandLine } from './replay-command-line.ts';
import { start } from './start.ts';
import { createTerminal, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const LOAD = {
  id: 'actual-total-load',
  source: 'entsoe',
  border: false,
  areaKinds: ['BZN'],
  resolutions: ['PT60M'],
  maxWindowDays: 30,
} as unknown as Parameters<typeof readCommandLine>[1][number];

const BUDGETS = new Map([['entsoe', 60]]);
const TWO_AREAS = '--dataset actual-total-load --area CZ,FR --from 2024-01-01T00:00Z --to 2024-03-01T00:00Z';

/** One point at the start of the window. */
function answerTo({ source, dataset, area, window }: CollectRequest): ParsedAnswer {
  const key = createSeriesKey({ source, dataset, area, resolution: 'PT60M', quantity: 'quantity' });
  const block = {
    kind: 'fixed' as const,
    startMs: window.from.epochMilliseconds,
    stepMs: 3_600_000,
    values: ['1'],
  };
  return {
    outcome: 'data',
    problems: [],
    observations: [
      {
        key,
        block,
        documentMrid: null,
        timeSeriesMrid: null,
        curveType: null,
        objectAggregation: null,
        place: { document: 1, series: 1, period: 1 },
      },
    ],
  };
}

/**
 * Does what a collector and a processor do with each window that waits.
 *
 * @param treat - what becomes of the requests: answered, answered and left to the processor, refused, or answered with what
 *   cannot be decoded
 * @returns the requests that were asked, as area code and start
 */
async function work(
  sql: Sql,
  treat: (asked: string) => 'answer' | 'leave' | 'refuse' | 'damage' = () => 'answer',
): Promise<string[]> {
  const windows = createCollectionWindowRepository(sql);
  const payloads = createRawPayloadRepository(sql);
  const waiting = await windows.findPending('entsoe', PRIORITIES, 0, 1_000);
  const asked: string[] = [];
  for (const { request } of waiting) {
    const name = `${findArea(request.area)?.code} ${request.window.from.toString().slice(0, 10)}`;
    asked.push(name);
    if (treat(name) === 'refuse') {
      await windows.fail(
        request,
        `refused {"code":${asked.length}}`,
        Temporal.Now.instant().add({ hours: 1 }),
      );
      continue;
    }
    const body = Buffer.from(name);
    const stored = await payloads.store(request, {
      kind: 'answer',
      status: 200,
      mediaType: null,
      body,
      contentHash: body,
    });
    if (treat(name) === 'damage') await payloads.fail(stored, 'no such element {"offset":1}');
    else if (treat(name) === 'answer') await processAnswer(sql, stored);
  }
  return asked.sort();
}

async function processAnswer(sql: Sql, id: number): Promise<void> {
  const payload = await createRawPayloadRepository(sql).find(id);
  if (payload === undefined) throw new Error('a stored answer is gone');
  await createStoredAnswerRepository(sql).store(payload, answerTo(payload.request));
}

/** A log that a test reads. */
function captureOutput(): { terminal: Terminal; written(): string } {
  let written = '';
  const terminal = createTerminal({
    isTTY: false,
    columns: 80,
    write(text: string) {
      written += text;
      return true;
    },
  });
  return { terminal, written: () => written };
}

async function withBackfills(
  test: (surroundings: {
    sql: Sql;
    /** Runs a command line to its end. */
    run: (line: string, wait?: () => Promise<boolean>) => Promise<{ ending: Ending; written: string }>;
  }) => Promise<void>,
): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 4 });
  try {
    await test({
      sql,
      async run(line, wait = async () => false) {
        const output = captureOutput();
        const surroundings = { sql, sources: ['entsoe'], terminal: output.terminal, wait };
        const command: BackfillCommand = readCommandLine(line.split(' '), [LOAD]);
        if (command.kind === 'help') throw new Error('no command');
        const ending =
          command.kind === 'start'
            ? await start(command, BUDGETS, surroundings)
            : await control(command.kind, command.id, surroundings);
        return { ending, written: output.written() };
      },
    });
  } finally {
    await sql.end();
  }
}

const ALL_WINDOWS = ['CZ 2024-01-01', 'CZ 2024-01-31', 'FR 2024-01-01', 'FR 2024-01-31'];

describe('pnpm backfill', () => {
  it('asks for all that is wanted, watches it to the end, and finds it complete', () =>
    withBackfills(async ({ sql, run }) => {
      const asked: string[] = [];
      const { ending, written } = await run(TWO_AREAS, async () => asked.push(...(await work(sql))) > 0);
      expect(ending).toBe('succeeded');
      expect(asked).toEqual(ALL_WINDOWS);
      expect(written).toContain('4 of 4 windows succeeded, 4 points.');
      expect(written).toContain('Complete: all of it was answered.');
    }));

  it('asks for nothing that was answered before, unless it is told to', () =>
    withBackfills(async ({ sql, run }) => {
      await run(`${TWO_AREAS} --detach`);
      await work(sql);
      const second = await run(TWO_AREAS);
      expect(second.ending).toBe('succeeded');
      expect(second.written).toContain('Nothing to ask for');
      expect(second.written).toContain('Complete');
      await run(`${TWO_AREAS} --again --detach`);
      expect(await work(sql)).toEqual(ALL_WINDOWS);
    }));

  it('plans without writing anything, and estimates after what is stored', () =>
    withBackfills(async ({ sql, run }) => {
      await run(
        '--dataset actual-total-load --area CZ --from 2024-01-01T00:00Z --to 2024-01-31T00:00Z --detach',
      );
      await work(sql);
      const { written } = await run(`${TWO_AREAS} --plan`);
      expect(written).toMatch(/CZ .* 30 +0 +30 +1 +1 +13 B +what is stored of it/);
      expect(written).toMatch(/FR .* 0 +0 +60 +2 +2 +26 B +other areas/);
      expect(written).toContain('3 windows = 3 requests');
      expect(written).toContain('entsoe: 3 s at 60 requests a minute');
      expect(await work(sql)).toEqual([]);
    }));

  it('goes on past windows that fail, names them by reason, and asks for them again when told to', () =>
    withBackfills(async ({ sql, run }) => {
      const refuse = (asked: string) => (asked.startsWith('CZ') ? 'refuse' : 'answer');
      const { ending, written } = await run(TWO_AREAS, async () => (await work(sql, refuse)).length > 0);
      expect(ending).toBe('failed');
      expect(written).toContain('2 of 4 windows succeeded, 2 points, 2 failed.');
      expect(written).toContain('2 windows failed: refused\n');
      expect(written).toContain('Incomplete: 1 of 2 miss something.');
      const [, id] = /pnpm backfill retry (\S+)/.exec(written) ?? [];

      await run(`retry ${id}`);
      expect(await work(sql)).toEqual(['CZ 2024-01-01', 'CZ 2024-01-31']);
      const again = await run(`follow ${id}`);
      expect(again.ending).toBe('succeeded');
      expect(again.written).toContain('Complete');
    }));

  it('asks nothing while it is paused, and all that is left once it is resumed', () =>
    withBackfills(async ({ sql, run }) => {
      await run(`${TWO_AREAS} --detach`);
      await run('pause');
      expect(await work(sql)).toEqual([]);
      expect((await run('status')).written).toMatch(/0 %, 0\/4 windows, paused/);
      await run('resume');
      expect(await work(sql)).toEqual(ALL_WINDOWS);
    }));

  it('says why nothing moves: that the source is cut off, or wants silence', () =>
    withBackfills(async ({ sql, run }) => {
      await run(`${TWO_AREAS} --detach`);
      const { now } = await createSourceStateRepository(sql).look('entsoe');
      for (let i = 0; i < CIRCUIT_LIMITS.failures; i++) {
        await createSourceCircuitRepository(sql).recordFailure(
          'entsoe',
          { request: `request ${i}`, item: 'load of CZ' },
          now,
        );
      }
      expect((await run('follow')).written).toContain(
        'entsoe may not be asked until it answers again: too many requests failed, one is tried at a time',
      );
      await createSourceStateRepository(sql).block('entsoe', 600_000, 'banned');
      expect((await run('follow')).written).toContain('entsoe may not be asked for 10 min: banned');
    }));

  it('ends unsuccessfully when it is cancelled, and keeps what it has', () =>
    withBackfills(async ({ sql, run }) => {
      await run(
        '--dataset actual-total-load --area CZ --from 2024-01-01T00:00Z --to 2024-01-31T00:00Z --detach',
      );
      await work(sql);
      const { ending, written } = await run(`${TWO_AREAS} --again`, async () => {
        await run('cancel');
        return true;
      });
      expect(ending).toBe('failed');
      expect(written).toContain('cancelled, 4 were not answered.');
      expect(await work(sql)).toEqual([]);
      expect((await run(`${TWO_AREAS} --plan`)).written).toContain('3 windows');
    }));

  it('shares the windows of another that runs: each is asked for once', () =>
    withBackfills(async ({ sql, run }) => {
      await run(`${TWO_AREAS} --detach`);
      await run(
        '--dataset actual-total-load --area CZ --from 2024-01-01T00:00Z --to 2024-03-01T00:00Z --detach',
      );
      expect(await work(sql)).toEqual(ALL_WINDOWS);
      const found = await createBackfillReader(sql).find('', 10);
      expect(found.map(({ succeeded, pending }) => [succeeded, pending])).toEqual([
        [2, 0],
        [4, 0],
      ]);
    }));

  it('asks for nothing twice that another asks for, whatever its bounds, and whatever became of its windows', () =>
    withBackfills(async ({ sql, run }) => {
      const ofCzechia = (from: string) =>
        `--dataset actual-total-load --area CZ --from ${from}T00:00Z --to 2024-07-01T00:00Z --detach`;
      await run(ofCzechia('2024-01-01'));
      // The source refuses the second window, which becomes three.
      const windows = createCollectionWindowRepository(sql);
      const pending = await windows.findPending('entsoe', PRIORITIES, 0, 10);
      const second = pending[1]?.request;
      if (second === undefined) throw new Error('there is no second window');
      await windows.split(second, splitWindow(second.window, 13), 'too long');
      const sourceState = createSourceStateRepository(sql);
      await sourceState.limitWindow('entsoe', 'actual-total-load', 13);
      expect((await run(ofCzechia('2024-01-20'))).written).toContain(
        '8 of them wait to be asked for already',
      );
      // Of its own it asks only for what is left of the window within which it begins.
      expect(await work(sql)).toEqual([
        'CZ 2024-01-01',
        'CZ 2024-01-20',
        'CZ 2024-01-31',
        'CZ 2024-02-13',
        'CZ 2024-02-26',
        'CZ 2024-03-01',
        'CZ 2024-03-31',
        'CZ 2024-04-30',
        'CZ 2024-05-30',
        'CZ 2024-06-29',
      ]);
    }));

  it('does not ask for what is answered and waits to be processed, and ends once it is', () =>
    withBackfills(async ({ sql, run }) => {
      await run(`${TWO_AREAS} --detach`);
      await work(sql, (asked) => (asked === 'FR 2024-01-31' ? 'refuse' : 'leave'));
      const asked: string[] = [];
      const { ending, written } = await run(TWO_AREAS, async () => {
        asked.push(...(await work(sql)));
        for (const { rawPayloadId } of await createRawPayloadRepository(sql).findUnprocessed(10)) {
          await processAnswer(sql, rawPayloadId);
        }
        return true;
      });
      expect(written).toContain('4 windows = 1 request ');
      expect(written).toContain('3 of them are answered already, and wait to be processed.');
      expect(written).toContain('entsoe: 1 s at 60 requests a minute');
      expect(asked).toEqual(['FR 2024-01-31']);
      expect(written).toContain('4 of 4 windows succeeded, 4 points.');
      expect(ending).toBe('succeeded');
    }));

  it('goes on when nobody watches any more, and says so', () =>
    withBackfills(async ({ sql, run }) => {
      const { ending, written } = await run(TWO_AREAS);
      expect(ending).toBe('left');
      expect(written).toMatch(/The backfill goes on\. To watch it: pnpm backfill follow \S+\n/);
      expect((await run('status')).written).toMatch(
        /\n0 of 2 datasets of an area answered as a whole so far\.\n$/,
      );
      expect(await work(sql)).toEqual(ALL_WINDOWS);
    }));

  it('wants to know which one is meant when several are unfinished', () =>
    withBackfills(async ({ run }) => {
      await expect(run('pause')).rejects.toThrow(UsageError);
      await run(`${TWO_AREAS} --detach`);
      await run(`${TWO_AREAS} --detach`);
      await expect(run('pause')).rejects.toThrow(/which one/);
      await expect(run('pause ffffffff-none')).rejects.toThrow(UsageError);
      expect((await run('status')).written.trim().split('\n')).toHaveLength(2);
    }));

  it('means the only one that a decision can be about', () =>
    withBackfills(async ({ sql, run }) => {
      await run(`${TWO_AREAS} --detach`);
      await expect(run('retry')).rejects.toThrow('no backfill has failed windows');
      await work(sql, () => 'refuse');
      await run(`${TWO_AREAS} --detach`);
      const [unfinished, failed] = await createBackfillReader(sql).find('', 2);
      expect((await run('pause')).written).toContain(`Backfill ${unfinished?.id} is paused`);
      await expect(run('pause')).rejects.toThrow('no backfill is running');
      expect((await run('retry')).written).toContain(`pnpm backfill follow ${failed?.id}`);
      expect((await run('resume')).written).toContain(`Backfill ${unfinished?.id} goes on`);
      await expect(run('resume')).rejects.toThrow('no backfill is paused');
    }));

  it('asks which one is meant of those that a decision can be about, however old they are', () =>
    withBackfills(async ({ sql, run }) => {
      const begin = async () => {
        await run(`${TWO_AREAS} --again --detach`);
        await work(sql, () => 'refuse');
      };
      await begin();
      await begin();
      await sql`
        insert into collection (origin, requested_at)
        select 'backfill', now() + i * interval '1 minute' from generate_series(1, 25) as i`;
      const error = await run('retry').catch((reason: unknown) => reason);
      expect(String(error).match(/\bwindows?, \d+ failed/g)).toHaveLength(2);
      await sql`update collection set state = 'cancelled' where requested_at = (select min(requested_at) from collection)`;
      expect((await run('retry')).written).toContain('will be asked for again');
    }));
});

describe('pnpm replay', () => {
  it('has answers processed once more, and watches until that is done', () =>
    withBackfills(async ({ sql, run }) => {
      const damage = (asked: string) => (asked.endsWith('01-31') ? 'damage' : 'answer');
      const failed = await run(TWO_AREAS, async () => (await work(sql, damage)).length > 0);
      expect(failed.written).toContain('pnpm replay --failed');

      const output = captureOutput();
      const payloads = createRawPayloadRepository(sql);
      const ending = await replay(
        { kind: 'failed', datasets: null, areas: 'all', isPlan: false },
        {
          sql,
          terminal: output.terminal,
          async wait() {
            const [first, second] = await payloads.findUnprocessed(10);
            if (first === undefined || second === undefined) throw new Error('nothing waits');
            await processAnswer(sql, first.rawPayloadId);
            await payloads.fail(second.rawPayloadId, 'another reason {"offset":2}');
            return true;
          },
        },
      );
      expect(ending).toBe('failed');
      expect(output.written()).toMatch(/no such element/);
      expect(output.written()).toContain(
        '1 of 2 answers processed.\n1 answer failed again: another reason\n',
      );
      const [backfill] = await createBackfillReader(sql).find('', 1);
      expect([backfill?.succeeded, backfill?.failed]).toEqual([3, 1]);
    }));

  it('does not fail for a damaged answer that a later one has replaced', () =>
    withBackfills(async ({ sql, run }) => {
      await run(`${TWO_AREAS} --detach`);
      await work(sql, (asked) => (asked === 'CZ 2024-01-01' ? 'damage' : 'answer'));
      const output = captureOutput();
      const payloads = createRawPayloadRepository(sql);
      const replayAll = () =>
        replay(
          { kind: 'failed', datasets: null, areas: 'all', isPlan: false },
          {
            sql,
            terminal: output.terminal,
            async wait() {
              const [waiting] = await payloads.findUnprocessed(1);
              await payloads.fail(waiting?.rawPayloadId ?? 0, 'no such element');
              return true;
            },
          },
        );
      expect(await replayAll()).toBe('failed');
      expect(output.written()).not.toContain('Replaced');

      const [backfill] = await createBackfillReader(sql).find('', 1);
      await run(`retry ${backfill?.id}`);
      await work(sql);
      expect(await replayAll()).toBe('succeeded');
      expect(output.written()).toMatch(/failed again: no such element\n.*\n.* yes .*\nReplaced: /);
    }));

  it('refuses answers that were processed, or do not exist', () =>
    withBackfills(async ({ sql, run }) => {
      await run(`${TWO_AREAS} --detach`);
      await work(sql);
      const surroundings = { sql, terminal: captureOutput().terminal, wait: async () => false };
      const attempt = replay({ kind: 'ids', ids: [1, 99], isPlan: false }, surroundings);
      await expect(attempt).rejects.toThrow(/there is no raw payload 99\nraw payload 1 was processed/);
    }));

  it('makes what was decoded wrongly anew from the answers, and says what that changed', () =>
    withBackfills(async ({ sql, run }) => {
      await run(`${TWO_AREAS} --detach`);
      await work(sql);
      const rebuildWith = async (line: string, value: string) => {
        const output = captureOutput();
        const command = readReplayCommandLine(line.split(' '), [LOAD]);
        if (command.kind !== 'processed') throw new Error('another command');
        const ending = await rebuild(command, {
          sql,
          sources: [decoderThatReads(value)],
          terminal: output.terminal,
          signal: new AbortController().signal,
        });
        return { ending, written: output.written() };
      };
      const ofCzechia = '--processed --dataset actual-total-load --area CZ';

      const plan = await rebuildWith(`${ofCzechia} --plan`, '2');
      expect(plan.written).toBe(
        'actual-total-load CZ: 2 answers; values: 2 changed, 0 added, 0 removed, 0 as before; in the history: 0\n' +
          'Nothing was changed.\n',
      );
      expect([...(await sql`select distinct value::text from point`)]).toEqual([{ value: '1' }]);

      const done = await rebuildWith(ofCzechia, '2');
      expect(done.ending).toBe('succeeded');
      expect(done.written).not.toContain('Nothing');
      expect([...(await sql`select value::text, count(*) from point group by 1 order by 1`)]).toEqual([
        { value: '1', count: 2 },
        { value: '2', count: 2 },
      ]);

      const refused = await rebuildWith('--processed --dataset all --area all', 'unreadable');
      expect(refused.ending).toBe('failed');
      expect(refused.written).toMatch(
        /CZ: as it was\. raw payload 1 cannot be decoded any more: unreadable\n/,
      );
      expect(refused.written).toMatch(/FR: as it was\. raw payload 2/);
    }));
});

/** A source that finds one value in every answer. */
function decoderThatReads(value: string): Source {
  return {
    id: 'entsoe',
    parse(request: CollectRequest) {
      if (value === 'unreadable') throw new PermanentError(value);
      const answer = answerTo(request);
      const observations = answer.observations.map(({ block, ...rest }) => ({
        ...rest,
        block: { ...block, values: [value] },
      }));
      return { ...answer, observations };
    },
  } as unknown as Source;
}
