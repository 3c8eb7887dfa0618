import { CIRCUIT_LIMITS, probeOrder } from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { expect, inject, it } from 'vitest';
import { connect, type Sql } from './connect.ts';
import { createSourceCircuitRepository, type SourceCircuitRepository } from './source-circuit.ts';
import { createSourceStateRepository } from './source-state.ts';

const limits = { ...CIRCUIT_LIMITS, failures: 2, firstPauseMs: 3_600_000, longestPauseMs: 3_600_000 };

async function withCircuit(
  test: (circuit: SourceCircuitRepository, sql: Sql) => Promise<void>,
): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 4 });
  try {
    await test(createSourceCircuitRepository(sql, limits), sql);
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

it('has what has failed look seldom, so that many of them leave job starts for others', () =>
  withCircuit(async (circuit, sql) => {
    await cutOff(circuit, sql);
    await circuit.takeProbe('test', 'load of CZ', 'live');
    const waits: number[] = [];
    for (let i = 0; i < 50; i += 1) waits.push(await circuit.takeProbe('test', 'load of CZ', 'failed'));
    expect(Math.max(...waits)).toBeLessThanOrEqual(2_000 + limits.failedReturnMs);
    // Evenly spread over five minutes: fifty of them are below two by chance in one of 10^20 runs.
    expect(Math.max(...waits)).toBeGreaterThan(120_000);
  }));

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
