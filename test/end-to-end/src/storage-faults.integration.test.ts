import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DocumentError, type Source } from '@energy-data-service/domain';
import { type EntsoeSettings, entsoeSource } from '@energy-data-service/entsoe';
import { type Simulator, startSimulator } from '@energy-data-service/simulator';
import { expect, it, vi } from 'vitest';
import { expectUndisturbedQuarter, QUARTER_DAYS } from './published-quarter.ts';
import { type Stack, startStack } from './stack.ts';

const REPLAY_PROGRAM = fileURLToPath(
  new URL('../../../services/backfill/src/replay-main.ts', import.meta.url),
);

async function withStack(
  source: Source<EntsoeSettings>,
  test: (stack: Stack, simulator: Simulator) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator({ requestsPerMinute: 100_000 });
  try {
    const settings = { securityToken: 'any', baseUrl: simulator.url, requestsPerMinute: 6_000 };
    await using stack = await startStack({ queue: 'PostgreSQL', sources: [{ source, settings }] });
    await test(stack, simulator);
  } finally {
    await simulator.close();
  }
}

it(
  'a disk that is full when answers are stored loses nothing once there is room',
  () =>
    withStack(entsoeSource, async (stack, simulator) => {
      await stack.sql.unsafe(`
      create function refuse() returns trigger language plpgsql as $$
      begin
        raise 'could not extend file: No space left on device' using errcode = 'disk_full';
      end $$;
      create trigger disk_is_full before insert on raw_payload execute function refuse()`);
      await stack.collect(...QUARTER_DAYS);
      await vi.waitFor(
        () =>
          expect(stack.logged.filter((line) => line.includes('the database is full')).length).toBeGreaterThan(
            3,
          ),
        { timeout: 60_000, interval: 50 },
      );
      expect(stack.logged.filter((line) => line.includes('attempt failed'))).toEqual([]);
      expect([...(await stack.sql`select from raw_payload`)]).toEqual([]);
      await stack.sql`drop trigger disk_is_full on raw_payload`;
      await stack.settle();
      await expectUndisturbedQuarter(stack, simulator);
    }),
  120_000,
);

it('an answer that the decoder cannot read fails alone, with its reason, and is replayed once the decoder is mended', () => {
  const poisoned = QUARTER_DAYS[10]?.window.from;
  let isMended = false;
  const source: Source<EntsoeSettings> = {
    ...entsoeSource,
    parse(request, body) {
      if (!isMended && poisoned?.equals(request.window.from)) {
        throw new DocumentError('period has an unheard-of curve', {
          document: 'GL_MarketDocument',
          series: 1,
        });
      }
      return entsoeSource.parse(request, body);
    },
  };
  return withStack(source, async (stack, simulator) => {
    await stack.collect(...QUARTER_DAYS);
    await stack.settle();
    const failed = await stack.sql<{ start: Temporal.Instant; error: string }[]>`
      select window_start as start, error from collection_window where status = 'failed'`;
    expect(failed.map(({ start }) => start)).toEqual([poisoned]);
    expect(failed[0]?.error).toContain('unheard-of curve');
    expect(failed[0]?.error).toContain('GL_MarketDocument');
    const asked = simulator.requests.length;

    isMended = true;
    const { stdout } = await promisify(execFile)(process.execPath, [REPLAY_PROGRAM, '--failed'], {
      env: { DATABASE_URL: stack.databaseUrl },
      cwd: import.meta.dirname,
    });
    expect(stdout).toContain('1 of 1 answer processed.');
    await stack.settle();
    // From what is stored: nobody was asked again.
    expect(simulator.requests).toHaveLength(asked);
    await expectUndisturbedQuarter(stack, simulator);
  });
}, 120_000);
