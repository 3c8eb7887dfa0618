import { CIRCUIT_LIMITS, type Priority, type ProbeRank, probeOrder } from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { expect, inject, it } from 'vitest';
import { connect, type Sql } from './connect.ts';
import { createSourceCircuitRepository, type SourceCircuitRepository } from './source-circuit.ts';
import { createSourceStateRepository } from './source-state.ts';

const RANKS: readonly ProbeRank[] = probeOrder(0);
const limits = { ...CIRCUIT_LIMITS, failures: 2, firstPauseMs: 3_600_000, longestPauseMs: 3_600_000 };

async function withCircuit(
  test: (circuit: SourceCircuitRepository, sql: Sql) => Promise<void>,
): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 4 });
  try {
    await test(createSourceCircuitRepository(sql, 380, limits), sql);
  } finally {
    await sql.end();
  }
}

/** Lets two different requests fail, and the time of the first try come. */
async function cutOff(circuit: SourceCircuitRepository, sql: Sql): Promise<void> {
  const { now } = await createSourceStateRepository(sql).look('test');
  await circuit.recordFailure('test', { request: 'a', item: 'load of CZ' }, now);
  await circuit.recordFailure('test', { request: 'b', item: 'load of CZ' }, now);
  await sql`update source_circuit set probe_at = now()`;
}

it('says once that a source is cut off, however many requests fail at a time', () =>
  withCircuit(async (circuit, sql) => {
    const { now } = await createSourceStateRepository(sql).look('test');
    const failures = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        circuit.recordFailure('test', { request: `request ${i}`, item: 'load of CZ' }, now),
      ),
    );
    expect(failures.filter((isCutOff) => isCutOff)).toHaveLength(1);
    expect((await createSourceStateRepository(sql).look('test')).failing).toBe('cut-off');
  }));

it('lets one try, and the others look soon how that ended', () =>
  withCircuit(async (circuit, sql) => {
    await cutOff(circuit, sql);
    const waits = await Promise.all(
      Array.from({ length: 8 }, () => circuit.takeProbe('test', 'load of CZ', 'live')),
    );
    const others = waits.filter((waitMs) => waitMs > 0);
    expect(others).toHaveLength(7);
    expect(Math.min(...others)).toBeGreaterThanOrEqual(2_000);
    expect(Math.max(...others)).toBeLessThanOrEqual(2_000 + limits.precedenceMs);
  }));

it.each<[ProbeRank, Priority, string | null]>([
  ['live', 'live', 'timed out'],
  ['untried', 'heal', null],
  ['failed', 'backfill', 'timed out'],
])('has those of rank %s look the less often the more they are, and nobody else', (rank, priority, error) =>
  withCircuit(async (circuit, sql) => {
    await cutOff(circuit, sql);
    await circuit.takeProbe('test', 'load of CZ', 'live');
    await sql`
      insert into collection_window
        (source, dataset, area, window_start, window_end, priority, error, enqueued_at)
      select 'test', 'load', 'CZ', at, at + interval '1 day', ${priority}, ${error}, now()
      from generate_series('2020-01-01'::timestamptz, '2021-01-01', '1 day') as at`;
    const longest = async (of: ProbeRank) => {
      const waits = [];
      for (let i = 0; i < 40; i += 1) waits.push(await circuit.takeProbe('test', 'load of CZ', of));
      return Math.max(...waits);
    };
    for (const other of RANKS.filter((one) => one !== rank)) {
      expect(await longest(other)).toBeLessThanOrEqual(2_000 + limits.precedenceMs);
    }
    // One of forty that are spread over three minutes.
    expect(await longest(rank)).toBeGreaterThan(60_000);
  }),
);

it('does not let a second try begin because of a request that was under way when the source was cut off', () =>
  withCircuit(async (circuit, sql) => {
    const { now } = await createSourceStateRepository(sql).look('test');
    await cutOff(circuit, sql);
    expect(await circuit.takeProbe('test', 'load of CZ', 'live')).toBe(0);
    await circuit.recordFailure('test', { request: 'c', item: 'load of CZ' }, now.subtract({ seconds: 1 }));
    expect(await circuit.takeProbe('test', 'load of CZ', 'live')).toBeGreaterThan(0);
    await circuit.releaseProbe('test');
    expect(await circuit.takeProbe('test', 'load of CZ', 'live')).toBe(0);
  }));

it('lets what has not failed yet try before the pause is over', () =>
  withCircuit(async (circuit, sql) => {
    await cutOff(circuit, sql);
    await sql`update source_circuit set probe_at = now() + interval '1 hour'`;
    expect(await circuit.takeProbe('test', 'load of CZ', 'live')).toBeGreaterThan(0);
    expect(await circuit.takeProbe('test', 'load of FR', 'live')).toBe(0);
    expect(await circuit.takeProbe('test', 'load of AT', 'live')).toBeGreaterThan(0);
  }));

it.each([0, 1, 2, 3])(
  'lets each go first in turn once the pause is over, after %i tries that failed',
  (tries) =>
    withCircuit(async (circuit, sql) => {
      await cutOff(circuit, sql);
      const order = probeOrder(tries);
      /** Who may go so long after the end of the pause. */
      async function mayGo(precedences: number): Promise<string[]> {
        const ranks: string[] = [];
        for (const rank of order) {
          await sql`
          update source_circuit
          set failures = ${limits.failures + tries}, probing_until = null,
            probe_at = now() - ${(precedences + 0.5) * limits.precedenceMs} * interval '1 millisecond'`;
          if ((await circuit.takeProbe('test', 'load of CZ', rank)) === 0) ranks.push(rank);
        }
        return ranks;
      }
      for (const places of [0, 1, 2, 3]) expect(await mayGo(places - 1)).toEqual(order.slice(0, places));
    }),
);

it('gives a try to another when nobody reports on it', () =>
  withCircuit(async (circuit, sql) => {
    await cutOff(circuit, sql);
    expect(await circuit.takeProbe('test', 'load of CZ', 'live')).toBe(0);
    await sql`update source_circuit set probing_until = now()`;
    expect(await circuit.takeProbe('test', 'load of CZ', 'live')).toBe(0);
  }));

it('waits for the whole pause after a try that failed', () =>
  withCircuit(async (circuit, sql) => {
    await cutOff(circuit, sql);
    await circuit.takeProbe('test', 'load of CZ', 'live');
    const { now } = await createSourceStateRepository(sql).look('test');
    await circuit.recordFailure('test', { request: 'b', item: 'load of CZ' }, now);
    expect(await circuit.takeProbe('test', 'load of CZ', 'live')).toBeGreaterThan(limits.firstPauseMs / 2);
  }));

it('is over with the first answer, and says since when it had been', () =>
  withCircuit(async (circuit, sql) => {
    await cutOff(circuit, sql);
    expect(await circuit.recordAnswer('test')).toBeInstanceOf(Temporal.Instant);
    expect(await circuit.recordAnswer('test')).toBeNull();
    expect(await circuit.takeProbe('test', 'load of CZ', 'live')).toBe(0);
    expect((await createSourceStateRepository(sql).look('test')).failing).toBe('no');
  }));
